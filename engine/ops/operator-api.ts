/** The operator's HTTP API as a client: one call, its answer or the reason for a no. */

const TIMEOUT_MS = 15_000;

/** The exchange said no. */
export class OperatorRefused extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.name = "OperatorRefused";
    this.status = status;
    this.code = code;
  }
}

/** Nobody answered, or not with what this API answers. */
export class NoExchange extends Error {
  constructor(origin: string, cause: unknown) {
    super(`no exchange answers at ${origin}: start one with "npm start", or name it with --origin`, { cause });
    this.name = "NoExchange";
  }
}

export interface OperatorApi {
  /** @param path below /ops/v1. Rejects with OperatorRefused or NoExchange. */
  call(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<unknown>;
}

export function operatorApi(origin: string, token: string): OperatorApi {
  return {
    async call(method, path, body) {
      let status: number;
      let text: string;
      try {
        const response = await fetch(`${origin}/ops/v1${path}`, {
          method,
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(TIMEOUT_MS),
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        status = response.status;
        text = await response.text();
      } catch (error) {
        throw new NoExchange(origin, error);
      }
      const answer = parsed(text);
      if (status === 200 && answer !== undefined) return answer;
      const { code, msg } = (answer ?? {}) as { code?: unknown; msg?: unknown };
      if (typeof code !== "number" || typeof msg !== "string")
        throw new NoExchange(origin, new Error(`HTTP ${status}`));
      throw new OperatorRefused(status, code, msg);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Something else listens there.
    return undefined;
  }
}
