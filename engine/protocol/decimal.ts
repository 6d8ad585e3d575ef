/**
 * Decimals on the wire: strings with eight places out, plain decimals in. Everything between is a whole number.
 *
 * "E8" is an integer in 1e-8 of a unit. Formatting is exact at any size: within 2^53 by doubles, beyond by bigint.
 * Parsing takes what the dialect takes (trading-api.md §1.2): digits, perhaps a point and digits; no sign, no exponent.
 */
import { assert } from "../domain/assert.ts";
import type { Instrument } from "../domain/instrument.ts";

const ONE_E8 = 100_000_000;
const ONE_E8_BIG = 100_000_000n;
const DECIMALS = 8;
/** The bound that the dialect's own pattern puts on each part: `^([0-9]{1,20})(\.[0-9]{1,20})?$`. */
const PLAIN_DECIMAL = /^([0-9]{1,20})(?:\.([0-9]{1,20}))?$/;
const POWERS_OF_TEN = Array.from({ length: DECIMALS + 1 }, (_, exponent) => 10n ** BigInt(exponent));
/** "0000" … "9999": the eight places are two of them. */
const FOUR_DIGITS = Array.from({ length: 10_000 }, (_, value) => String(value).padStart(4, "0"));

/**
 * An integer in 1e-8 as a decimal string with eight places: 12_345_000_000 → "123.45000000".
 *
 * @param value may be negative; a number must be a safe integer.
 */
export function formatE8(value: number | bigint): string {
  if (typeof value === "bigint") return formatBigE8(value);
  assert(Number.isSafeInteger(value), "an amount in 1e-8 that is a number is a safe integer");
  return value < 0 ? `-${formatUnsignedE8(-value)}` : formatUnsignedE8(value);
}

/** The remainder and the difference are exact in doubles; a division of the whole value would round near 2^53. */
function formatUnsignedE8(value: number): string {
  const fraction = value % ONE_E8;
  const low = fraction % 10_000;
  return `${(value - fraction) / ONE_E8}.${FOUR_DIGITS[(fraction - low) / 10_000]}${FOUR_DIGITS[low]}`;
}

function formatBigE8(value: bigint): string {
  if (value < 0n) return `-${formatBigE8(-value)}`;
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return formatUnsignedE8(Number(value));
  return `${value / ONE_E8_BIG}.${String(value % ONE_E8_BIG).padStart(DECIMALS, "0")}`;
}

/** count × unitE8, exact. A product that rounds to a safe integer is one: rounding never crosses 2^53. */
function formatMultiple(count: number, unitE8: number): string {
  const product = count * unitE8;
  return Number.isSafeInteger(product) ? formatE8(product) : formatBigE8(BigInt(count) * BigInt(unitE8));
}

/** A price (or a difference of prices, then perhaps negative). */
export function formatTicks(instrument: Pick<Instrument, "tickE8">, ticks: number): string {
  return formatMultiple(ticks, instrument.tickE8);
}

/** A quantity of the base asset; a sum of quantities comes as bigint. */
export function formatLots(instrument: Pick<Instrument, "lotE8">, lots: number | bigint): string {
  return typeof lots === "number"
    ? formatMultiple(lots, instrument.lotE8)
    : formatBigE8(lots * BigInt(instrument.lotE8));
}

/** An amount of an asset that has `decimals` (0 … 8) places of its own. */
export function formatAtoms(decimals: number, atoms: bigint): string {
  return formatBigE8(atoms * powerOfTen(DECIMALS - decimals));
}

function powerOfTen(exponent: number): bigint {
  const power = POWERS_OF_TEN[exponent];
  assert(power !== undefined, "an asset has 0 to 8 decimals");
  return power;
}

/** `malformed`: not a plain decimal, or longer than 20 digits on a side. `too_precise`: a digit other than 0 behind the eighth place. */
export type ParsedDecimal =
  | { readonly outcome: "ok"; readonly valueE8: bigint }
  | { readonly outcome: "malformed" }
  | { readonly outcome: "too_precise" };

const MALFORMED = { outcome: "malformed" } as const;
const TOO_PRECISE = { outcome: "too_precise" } as const;

/** "0.00041" → 41_000. Zeros behind the eighth place are allowed: they say nothing. */
export function parseDecimalE8(text: string): ParsedDecimal {
  const match = PLAIN_DECIMAL.exec(text);
  if (match === null) return MALFORMED;
  const fraction = match[2] ?? "";
  for (let place = DECIMALS; place < fraction.length; place++) {
    if (fraction[place] !== "0") return TOO_PRECISE;
  }
  return { outcome: "ok", valueE8: BigInt(`${match[1]}${fraction.slice(0, DECIMALS).padEnd(DECIMALS, "0")}`) };
}

export type ParsedAtoms =
  | { readonly outcome: "ok"; readonly atoms: bigint }
  | Exclude<ParsedDecimal, { outcome: "ok" }>;

/** An amount of an asset that has `decimals` (0 … 8) places of its own; `too_precise` for a part of an atom. No bounds. */
export function parseAtoms(decimals: number, text: string): ParsedAtoms {
  const parsed = parseDecimalE8(text);
  if (parsed.outcome !== "ok") return parsed;
  const atomE8 = powerOfTen(DECIMALS - decimals);
  const atoms = parsed.valueE8 / atomE8;
  return atoms * atomE8 === parsed.valueE8 ? { outcome: "ok", atoms } : TOO_PRECISE;
}
