/**
 * Views, replies and events as JSON between our own processes: bigints travel as decimal strings, known by the name of
 * their field.
 *
 * Not a public format: both ends are of one release or of two that follow each other. Fields may be added; a field of
 * type bigint must be added to BIGINT_FIELDS, which wire-json.property.test.ts keeps equal to the types.
 */

/** Every field of type bigint in views.ts, events.ts, bus/stream-client.ts and domain/operator.ts. */
export const BIGINT_FIELDS: ReadonlySet<string> = new Set([
  "atoms",
  "commissionAtoms",
  "cumulativeQuoteAtoms",
  "freeAtoms",
  "lockedAtoms",
  "makerFeeAtoms",
  "quoteAtoms",
  "takerBuyLots",
  "takerBuyQuoteAtoms",
  "takerFeeAtoms",
  "volumeLots",
]);

export function toWire(value: unknown): string {
  return JSON.stringify(value, (_name, field: unknown) => (typeof field === "bigint" ? field.toString() : field));
}

/** What `toWire` was given; the caller knows its type. @throws SyntaxError */
export function fromWire(text: string): unknown {
  return JSON.parse(text, (name, field: unknown) =>
    typeof field === "string" && BIGINT_FIELDS.has(name) ? BigInt(field) : field,
  );
}
