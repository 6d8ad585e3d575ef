/** A tour's notebook: every request that was made of a running exchange, and what was answered. */
import type { ApiSocket } from "../api-socket.ts";
import { eventually } from "../target.ts";
import type { HttpClient, Parameters } from "../trader.ts";
import { Trader } from "../trader.ts";

const UNAVAILABLE = 503;
const HISTORY_WITHIN_MS = 30_000;

export interface Visit {
  /** As the route table has it. */
  readonly call: string;
  readonly path: string;
  readonly query: string;
  readonly body?: object;
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer, whatever it is.
  readonly answer: any;
}

export interface Credentials {
  readonly account: number;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** Does what it is told, and keeps everything. Whatever is not expected to be refused throws when it is. */
export class Notebook {
  readonly visits: Visit[] = [];
  readonly #http: HttpClient;
  readonly #operatorToken: string;

  constructor(http: HttpClient, operatorToken: string) {
    this.#http = http;
    this.#operatorToken = operatorToken;
  }

  async open(path: string, parameters: Parameters = {}, status = 200): Promise<Visit["answer"]> {
    const query = shownQuery(parameters);
    const sent = query === "" ? path : `${path}?${encoded(parameters)}`;
    // History opens a moment after the first start.
    const answer = await eventually(
      () => this.#http.send("GET", sent),
      (given) => given.status !== UNAVAILABLE,
      HISTORY_WITHIN_MS,
    );
    return this.#note({ call: `GET ${path}`, path, query, status: answer.status, answer: answer.body }, status);
  }

  async signed(by: Credentials, call: string, parameters: Parameters = {}, status = 200): Promise<Visit["answer"]> {
    const [method = "", path = ""] = call.split(" ");
    const answer = await new Trader(this.#http, by).call(method, path, parameters);
    const query = shownQuery(parameters);
    return this.#note({ call, path, query, status: answer.status, answer: answer.body }, status);
  }

  /** By a key alone, as listen keys are asked for. */
  async shown(by: Credentials, call: string, parameters: Parameters = {}): Promise<Visit["answer"]> {
    const [method = "", path = ""] = call.split(" ");
    const query = shownQuery(parameters);
    const answer = await this.#http.send(method, `${path}?${encoded(parameters)}`, { "x-mbx-apikey": by.apiKey });
    return this.#note({ call, path, query, status: answer.status, answer: answer.body }, 200);
  }

  /** @param name what the last segment `*` stands for. */
  async operator(call: string, body?: object, name = ""): Promise<Visit["answer"]> {
    const [method = "", pattern = ""] = call.split(" ");
    const path = pattern.replace("*", encodeURIComponent(name));
    const headers = { authorization: `Bearer ${this.#operatorToken}` };
    const answer = await this.#http.send(method, path, headers, body === undefined ? "" : JSON.stringify(body));
    const sent = body === undefined ? {} : { body };
    return this.#note({ call, path, query: "", ...sent, status: answer.status, answer: answer.body }, 200);
  }

  /** A method of the WebSocket API: noted by its name. */
  async method(socket: ApiSocket, method: string, parameters?: Parameters): Promise<Visit["answer"]> {
    const answer = await socket.must(method, parameters);
    return this.#note({ call: method, path: "", query: "", status: 200, answer }, 200);
  }

  note(visit: Visit): void {
    this.visits.push(visit);
  }

  #note(visit: Visit, expected: number): Visit["answer"] {
    if (visit.status !== expected) {
      throw new Error(`${visit.call} ${visit.query}: ${visit.status} ${JSON.stringify(visit.answer)}`);
    }
    this.visits.push(visit);
    return visit.answer;
  }
}

function encoded(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}

function shownQuery(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}
