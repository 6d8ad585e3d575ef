/** The operator's HTTP API, as the bots need it: accounts, keys, demo deposits. */

const ANSWER_TIMEOUT_MS = 10_000;

export interface OperatorAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the operator's API documents; read field by field where it is used.
  readonly body: any;
}

export class OperatorCalls {
  readonly #origin: string;
  readonly #token: string;

  constructor(origin: string, token: string) {
    this.#origin = origin;
    this.#token = token;
  }

  /** Rejects when no answer comes. */
  async call(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<OperatorAnswer> {
    const answer = await fetch(`${this.#origin}/ops/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** @throws Error where it is refused. */
  async must(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<OperatorAnswer["body"]> {
    const answer = await this.call(method, path, body);
    if (answer.status === 200) return answer.body;
    throw new Error(`${method} /ops/v1${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}
