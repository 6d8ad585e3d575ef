/** Every method of the WebSocket API with what it takes and answers: those of the route table, and those of the session. */
import type { Schema } from "../../../engine/api/reference/json-schema.ts";
import { SESSION_METHODS } from "../../../engine/api/reference/session-methods.ts";
import { METHOD_NAMES, methodNamed } from "../../../engine/stream/ws-api/methods.ts";
import { SIGNED } from "./openapi.ts";
import { OPERATIONS, type Operation } from "./operations.ts";

export interface SocketMethod {
  readonly method: string;
  readonly title: string;
  readonly mandatory: readonly string[];
  readonly optional: readonly string[];
  readonly answer: Schema;
  readonly weight: string;
  /** null: what has no path. */
  readonly operation: Operation | null;
}

export const METHODS: readonly SocketMethod[] = METHOD_NAMES.map((method): SocketMethod => {
  const known = methodNamed(method);
  if (known?.kind === "call") {
    const { route, price } = known;
    const operation = OPERATIONS.find((each) => each.route === route);
    if (operation === undefined) throw new Error(`${method} is no operation`);
    const signed = SIGNED.includes(operation.route.security) ? ["apiKey", "timestamp", "signature"] : [];
    const shown = route.security === "USER_STREAM" ? ["apiKey"] : signed;
    return {
      method,
      title: operation.entry.title,
      mandatory: [...route.mandatory, ...shown],
      optional: [...route.optional, ...(signed.length > 0 ? ["recvWindow"] : []), "returnRateLimits"],
      answer: operation.entry.answer ?? {},
      weight: price.shown ?? String(price.weight),
      operation,
    };
  }
  const entry = SESSION_METHODS[method];
  if (known === undefined || entry === undefined) throw new Error(`${method} is not described`);
  const { title, mandatory, optional, answer } = entry;
  return { method, title, mandatory, optional, answer, weight: String(known.price.weight), operation: null };
});
