/**
 * The operator's API as the page asks it: a bearer token, JSON, and every way in which an answer may fail to come.
 *
 * The token lives in this object alone, and goes with it.
 */

/** Longer than the exchange itself waits for its parts. */
const ANSWER_WITHIN_MS = 10_000;

const UNAUTHORIZED = 401;
/** A clear no: nothing was done. */
const UNAVAILABLE = 503;
/** From here on the fault is the other side's, and how far it came is not said. */
const FAULTS_FROM = 500;

export type OpsFault =
  /** The token is not the operator's. */
  | { readonly outcome: "unauthorized" }
  /** Nothing was done; status 0: nobody answered. */
  | { readonly outcome: "away"; readonly status: number; readonly message: string }
  /** Of a change alone: it may have been done. */
  | { readonly outcome: "unknown"; readonly message: string }
  | { readonly outcome: "refused"; readonly status: number; readonly message: string };
export type OpsAnswer<T> = { readonly outcome: "ok"; readonly value: T } | OpsFault;

export interface OpsClient {
  /** @param path behind /ops/v1, with its query. */
  read<T>(path: string): Promise<OpsAnswer<T>>;
  change<T>(method: "POST" | "DELETE", path: string, body?: object): Promise<OpsAnswer<T>>;
}

export function opsClient(token: string, send: typeof fetch = fetch): OpsClient {
  async function ask<T>(method: string, path: string, body?: object): Promise<OpsAnswer<T>> {
    try {
      const response = await send(`/ops/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const text = await response.text();
      return response.ok
        ? { outcome: "ok", value: JSON.parse(text) as T }
        : faultOf(method, response.status, messageIn(text));
    } catch (error) {
      // Not reached, cut short, or too late: of a change nobody knows whether it was done.
      return faultOf(method, 0, error instanceof Error ? error.message : String(error));
    }
  }
  return {
    read: (path) => ask("GET", path),
    change: (method, path, body) => ask(method, path, body),
  };
}

function faultOf(method: string, status: number, message: string): OpsFault {
  if (status === UNAUTHORIZED) return { outcome: "unauthorized" };
  if (status === UNAVAILABLE) return { outcome: "away", status, message };
  if (status === 0 || status >= FAULTS_FROM)
    return method === "GET" ? { outcome: "away", status, message } : { outcome: "unknown", message };
  return { outcome: "refused", status, message };
}

/** The dialect's own words, `{code, msg}`; of anything else the beginning. */
function messageIn(text: string): string {
  try {
    const { msg } = JSON.parse(text) as { msg?: unknown };
    if (typeof msg === "string") return msg;
  } catch {
    // A proxy's page: shown as it is.
  }
  return text.slice(0, 200);
}
