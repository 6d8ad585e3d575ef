/** What is wrong with what the exchange said to a hostile client. "" for nothing. */
import type { Cast } from "./cast.ts";
import type { HttpAnswer } from "./http-lane.ts";

const PAGE_TYPE = "text/html;charset=utf-8";
const JSON_TYPE = "application/json;charset=utf-8";
/** Beyond it a refusal repeats what it was sent. */
const REFUSAL_LENGTH_MAX = 8_192;
const API_SECRET = /"apiSecret":"([A-Za-z0-9]+)"/g;
const LISTEN_KEY = /"listenKey":"([A-Za-z0-9]+)"/g;

export interface Expectation {
  readonly isHead: boolean;
  readonly mustBeRefused: boolean;
  readonly asOperator: boolean;
  /** One of the screen's: a document, and the same for everybody. */
  readonly isPage: boolean;
}

export class Judge {
  readonly #cast: Cast;
  /** The screen's document, as it was told first. */
  #page: string | null = null;
  /** Secrets that were made on the way, shown once each: they may stand in no log either. */
  readonly #madeSecrets = new Set<string>();

  constructor(cast: Cast) {
    this.#cast = cast;
  }

  get secrets(): readonly string[] {
    return [...this.#cast.secrets, ...this.#madeSecrets];
  }

  ofAnswer({ status, headers, body }: HttpAnswer, expected: Expectation): string {
    if (status >= 500) return `a ${status}`;
    if (expected.mustBeRefused && status < 400) return `a ${status} to what must be refused`;
    if (status === 204 || expected.isHead) return body === "" ? "" : "a body where none may be";
    const type = headers.get("content-type")?.replaceAll(" ", "").toLowerCase();
    if (expected.isPage && status === 200) return this.#ofPage(type, headers, body);
    if (type !== JSON_TYPE) return `content type ${type}`;
    const seen = this.ofText(body, expected.asOperator);
    return seen !== "" ? seen : shapeFault(status, body);
  }

  /** Whatever was asked beside the path, nothing of it comes back, and the policy is there. */
  #ofPage(type: string | undefined, headers: HttpAnswer["headers"], body: string): string {
    if (type !== PAGE_TYPE) return `a page as ${type}`;
    if (headers.get("content-security-policy")?.startsWith("default-src 'none'") !== true)
      return "a page without policy";
    this.#page ??= body;
    return body === this.#page ? "" : "a page that is another for somebody";
  }

  /** An event, or what an answer says: nobody else's marks. @param asOperator who may see everything but secrets. */
  ofText(text: string, asOperator = false): string {
    for (const pattern of [API_SECRET, LISTEN_KEY]) {
      for (const [, secret] of text.matchAll(pattern)) if (secret !== undefined) this.#madeSecrets.add(secret);
    }
    const mark = asOperator ? undefined : this.#cast.aliceMarks.find((each) => text.includes(each));
    if (mark !== undefined) return `Alice's ${mark} told to somebody else`;
    const { operatorToken } = this.#cast.target;
    return text.includes(operatorToken) ? "the operator's token" : "";
  }

  /** An answer of the WebSocket API, parsed. */
  ofApiAnswer(answer: unknown, expected: { readonly mustBeRefused: boolean }): string {
    const { status, error, result } = answer as { status?: unknown; error?: unknown; result?: unknown };
    if (typeof status !== "number" || status >= 500) return `a status ${String(status)}`;
    if (status === 200) {
      if (expected.mustBeRefused) return "a 200 to what must be refused";
      return typeof result === "object" && result !== null ? "" : "a 200 without a result";
    }
    return refusalFault(error);
  }

  /** What Alice is told. */
  ofAlices(text: string): string {
    return text.includes(this.#cast.malloryMark) ? `Mallory's ${this.#cast.malloryMark} told to Alice` : "";
  }

  /** What the exchange has printed. */
  ofLog(output: string): readonly string[] {
    const faults: string[] = [];
    for (const secret of this.secrets)
      if (output.includes(secret)) faults.push(`a secret in the log: ${secret.slice(0, 4)}…`);
    for (const line of output.split("\n")) {
      if (/"outcome":"fault"|^\s+at |Warning:|UnhandledPromise|InvariantViolation/.test(line))
        faults.push(line.slice(0, 2_000));
    }
    return faults;
  }
}

function shapeFault(status: number, body: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // Whatever it is, no client of ours can read it.
    return "no JSON";
  }
  if (status < 400) return typeof parsed === "object" && parsed !== null ? "" : "neither an object nor a list";
  return body.length > REFUSAL_LENGTH_MAX ? `a refusal of ${body.length} characters` : refusalFault(parsed);
}

function refusalFault(refusal: unknown): string {
  if (typeof refusal !== "object" || refusal === null) return "no {code, msg}";
  const { code, msg } = refusal as { code?: unknown; msg?: unknown };
  const strange = Object.keys(refusal).filter((name) => name !== "code" && name !== "msg" && name !== "data");
  if (strange.length > 0) return `a refusal with ${strange.join(", ")}`;
  return Number.isInteger(code) && Number(code) < 0 && typeof msg === "string" && msg !== ""
    ? ""
    : "no {code < 0, msg}";
}
