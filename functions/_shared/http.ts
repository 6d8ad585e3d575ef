/**
 * HTTP as plain values: what a handler takes and gives. No server, no framework.
 *
 * The same handlers run under the Functions Framework (framework.ts) and in functions/_local; whoever mounts them turns
 * a request into HttpRequest and writes an HttpReply out.
 */

/** A body larger than this is refused before anything parses it. */
export const BODY_BYTES_MAX = 16 * 1024;

export interface HttpRequest {
  readonly method: string;
  /** Without the query, as received. */
  readonly path: string;
  /** What follows the first `?`, exactly as received (one character per byte, as Node gives it); "" for none. */
  readonly rawQuery: string;
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Exactly as received. */
  readonly rawBody: Uint8Array;
  /** Of the client, as the mounting server trusts it. */
  readonly remoteAddress: string;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
}

/** A file as it lies there, or a page; to HEAD the server sends its headers alone. */
export interface FileReply {
  readonly status: number;
  /** Its length among them, where there is a body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Never rejects: whatever goes wrong becomes a reply. */
export type Handler<Deps> = (request: HttpRequest, deps: Deps) => Promise<HttpReply>;

/** Splits a request target at its first `?`. */
export function splitTarget(target: string): { path: string; rawQuery: string } {
  const mark = target.indexOf("?");
  return mark < 0 ? { path: target, rawQuery: "" } : { path: target.slice(0, mark), rawQuery: target.slice(mark + 1) };
}

/** A header's value; the first when it was sent more than once; "" when it was not sent. */
export function headerOf(headers: HttpRequest["headers"], name: string): string {
  const value = headers[name];
  if (value === undefined) return "";
  return typeof value === "string" ? value : (value[0] ?? "");
}
