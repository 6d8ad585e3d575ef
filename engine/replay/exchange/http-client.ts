/**
 * A trader's and an operator's requests to a running exchange, over one connection each.
 *
 * One request at a time: on one connection the exchange sees them in the order in which they were sent. Signed requests
 * carry timestamp, recvWindow and an HMAC-SHA256 signature over the query string (trading-api.md §1.3).
 */
import { createHmac } from "node:crypto";
import { Agent, type IncomingMessage, request } from "node:http";

const RECEIVE_WINDOW_MS = 60_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Tries of a request that the exchange refused because of its rate limits. */
const LIMITED_TRIES_MAX = 20;
const HTTP_LIMITED = [418, 429];

export interface ApiKey {
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export type Parameters = Readonly<Record<string, string | number>>;
type Method = "GET" | "POST" | "PUT" | "DELETE";

/** The exchange could not be reached, or did not answer as an exchange does. */
export class ExchangeUnreachable extends Error {
  readonly code = "exchange_unreachable";
}

export class ExchangeClient {
  private readonly origin: string;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly operatorToken: string;
  private key: ApiKey | null = null;

  constructor(origin: string, operatorToken: string) {
    this.origin = origin;
    this.operatorToken = operatorToken;
  }

  signWith(key: ApiKey): void {
    this.key = key;
  }

  /** A public read. */
  async read(path: string, parameters: Parameters): Promise<Answer> {
    return this.send("GET", `${path}?${queryOf(parameters)}`, {}, null);
  }

  /** A signed request; all parameters travel in the query. */
  async signed(method: Method, path: string, parameters: Parameters): Promise<Answer> {
    const key = this.key;
    if (key === null) throw new Error("no API key is set");
    for (let attempt = 1; ; attempt++) {
      const query = queryOf({ ...parameters, recvWindow: RECEIVE_WINDOW_MS, timestamp: Date.now() });
      const signature = createHmac("sha256", key.apiSecret).update(query).digest("hex");
      const answer = await this.send(
        method,
        `${path}?${query}&signature=${signature}`,
        { "X-MBX-APIKEY": key.apiKey },
        null,
      );
      if (!HTTP_LIMITED.includes(answer.status) || attempt === LIMITED_TRIES_MAX) return answer;
      await pause(answer.retryAfterMs);
    }
  }

  /** An operator's request. Throws where it is refused: nothing of a replay works without it. */
  async operate(path: string, body: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const headers = { Authorization: `Bearer ${this.operatorToken}`, "Content-Type": "application/json" };
    const answer = await this.send("POST", `/ops/v1/${path}`, headers, JSON.stringify(body));
    if (answer.status >= 300)
      throw new ExchangeUnreachable(
        `POST /ops/v1/${path} was refused: ${answer.status} ${JSON.stringify(answer.body)}`,
      );
    return answer.body as Record<string, unknown>;
  }

  close(): void {
    this.agent.destroy();
  }

  private async send(method: Method, target: string, headers: Record<string, string>, body: string | null) {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options = { method, headers, agent: this.agent, timeout: REQUEST_TIMEOUT_MS };
    const outgoing = request(this.origin + target, options, resolve);
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MS} ms`)));
    outgoing.on("error", reject);
    outgoing.end(body ?? undefined);
    try {
      const incoming = await promise;
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const retryAfterMs = Number(incoming.headers["retry-after"] ?? 1) * 1000;
      return {
        status: incoming.statusCode ?? 0,
        body: text === "" ? null : (JSON.parse(text) as unknown),
        retryAfterMs,
      };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message || cause.name : String(cause);
      throw new ExchangeUnreachable(`${method} ${this.origin}${target.split("?")[0]}: ${why}`, { cause });
    }
  }
}

function queryOf(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}

export function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}
