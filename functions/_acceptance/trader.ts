/**
 * A trader and an operator over HTTP, as a stranger would write them from the documents: shares no code with what it tests.
 */
import { createHmac, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test compares what came, whatever it is.
  readonly body: any;
}

export type Parameters = Readonly<Record<string, string | number>>;

const CONNECTIONS_MAX = 16;

/** Keeps its connections, as a bot does. */
export class HttpClient {
  readonly origin: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Rejects when no whole answer came. */
  send(method: string, target: string, headers: Readonly<Record<string, string>> = {}, body = ""): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { method, agent: this.#agent, headers };
      const sent = request(`${this.origin}${target}`, options, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () => {
          if (!response.complete) reject(new Error("the answer was cut off"));
          else resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
        });
      });
      sent.on("error", reject);
      sent.end(body === "" ? undefined : body);
    });
  }

  get(path: string, parameters: Parameters = {}): Promise<Answer> {
    return this.send("GET", `${path}?${queryOf(parameters)}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}

function queryOf(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}

/** What a request of the WebSocket API signs. */
export function sortedOf(parameters: Parameters): string {
  const names = Object.keys(parameters).sort();
  return names.map((name) => `${name}=${parameters[name]}`).join("&");
}

export class Trader {
  readonly account: number;
  readonly apiKey: string;
  readonly #secret: string;
  readonly #http: HttpClient;

  constructor(http: HttpClient, credentials: { account: number; apiKey: string; apiSecret: string }) {
    this.#http = http;
    this.account = credentials.account;
    this.apiKey = credentials.apiKey;
    this.#secret = credentials.apiSecret;
  }

  /** The same trader on another connection. */
  at(http: HttpClient): Trader {
    return new Trader(http, { account: this.account, apiKey: this.apiKey, apiSecret: this.#secret });
  }

  /** A query string with its time, and what belongs to it. */
  signed(parameters: Parameters): { readonly payload: string; readonly signature: string } {
    const payload = queryOf({ timestamp: Date.now(), ...parameters });
    return { payload, signature: createHmac("sha256", this.#secret).update(payload).digest("hex") };
  }

  /** Parameters of the WebSocket API with their key, their time, and what belongs to them: by name, as they are. */
  signedParams(parameters: Parameters = {}): Parameters {
    const all: Parameters = { apiKey: this.apiKey, timestamp: Date.now(), ...parameters };
    return { ...all, signature: createHmac("sha256", this.#secret).update(sortedOf(all)).digest("hex") };
  }

  call(method: string, path: string, parameters: Parameters = {}): Promise<Answer> {
    const { payload, signature } = this.signed(parameters);
    return this.#http.send(method, `${path}?${payload}&signature=${signature}`, { "x-mbx-apikey": this.apiKey });
  }

  order(parameters: Parameters): Promise<Answer> {
    return this.call("POST", "/api/v3/order", parameters);
  }

  limit(symbol: string, side: "BUY" | "SELL", quantity: string, price: string, more: Parameters = {}): Promise<Answer> {
    return this.order({ symbol, side, type: "LIMIT", timeInForce: "GTC", quantity, price, ...more });
  }

  /** [free, locked] of an asset. */
  async balance(asset: string): Promise<readonly [string, string]> {
    const { body } = await this.call("GET", "/api/v3/account");
    const found = body.balances.find((balance: { asset: string }) => balance.asset === asset);
    return [found.free, found.locked];
  }
}

export class Operator {
  readonly #http: HttpClient;
  readonly #token: string;

  constructor(http: HttpClient, token: string) {
    this.#http = http;
    this.#token = token;
  }

  call(method: string, path: string, body?: object): Promise<Answer> {
    const text = body === undefined ? "" : JSON.stringify(body);
    return this.#http.send(method, `/ops/v1${path}`, { authorization: `Bearer ${this.#token}` }, text);
  }

  /** Throws when it is refused. */
  async must(method: string, path: string, body?: object): Promise<Answer["body"]> {
    const answer = await this.call(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A funded account with a key. */
  async trader(funds: Readonly<Record<string, string>>): Promise<Trader> {
    const name = freshName("T");
    const { id: account } = await this.must("POST", "/accounts", { name });
    for (const [asset, amount] of Object.entries(funds)) {
      await this.must("POST", "/deposits", { account, asset, amount, reference: `${name}-${asset}` });
    }
    const key = await this.must("POST", "/keys", { account, permissions: ["read", "trade"] });
    return new Trader(this.#http, { account, apiKey: key.apiKey, apiSecret: key.apiSecret });
  }
}

/** Letters and digits that no earlier run has used. */
export function freshName(prefix: string): string {
  return `${prefix}${randomBytes(5).toString("hex").toUpperCase()}`;
}

export interface Market {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly alice: Trader;
  readonly bob: Trader;
}

/** An instrument of its own (tick 0.01, lot 0.001, min notional 5, fees 0.1 %), with two traders: 100 base, 100,000 quote each. */
export async function freshMarket(operator: Operator, more: object = {}): Promise<Market> {
  const base = freshName("B");
  const quote = freshName("Q");
  const symbol = freshName("M");
  const terms = { tickSize: "0.01", stepSize: "0.001", minNotional: "5", ...more };
  await operator.must("POST", "/instruments", { symbol, base, quote, ...terms });
  const funds = { [base]: "100", [quote]: "100000" };
  return { symbol, base, quote, alice: await operator.trader(funds), bob: await operator.trader(funds) };
}
