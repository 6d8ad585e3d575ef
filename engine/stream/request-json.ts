/**
 * JSON that clients send over a socket, with numbers kept as they were written: an id is echoed whole beyond 2^53, and a
 * signature covers `0.10` and not `0.1`. Pure.
 */
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
/** 36 characters are a UUID, whose dashes clients count as alphanumeric. */
const ID_PATTERN = /^[A-Za-z0-9_-]{0,36}$/;

/** Already JSON: `1`, `"a1"` or `null`. */
export type IdText = string;

/** A number as it was written. */
export class WrittenNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** null: not an id. A missing one is answered like null. */
export function idText(id: unknown): IdText | null {
  if (id === undefined || id === null) return "null";
  if (typeof id === "string") return ID_PATTERN.test(id) ? JSON.stringify(id) : null;
  if (!(id instanceof WrittenNumber) || !/^-?[0-9]{1,19}$/.test(id.source)) return null;
  const value = BigInt(id.source);
  return value >= INT64_MIN && value <= INT64_MAX ? id.source : null;
}

/** JSON.parse, with numbers kept as text: the reviver's third argument (ECMAScript 2026) has their source. */
export function parseKeepingNumbers(text: string): { readonly value: unknown } | { readonly fault: string } {
  const keep = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" && context?.source !== undefined ? new WrittenNumber(context.source) : value;
  try {
    return { value: JSON.parse(text, keep as (key: string, value: unknown) => unknown) };
  } catch (error) {
    // The client's mistake: it is told, and keeps its connection.
    return { fault: error instanceof Error ? error.message : "expected value" };
  }
}
