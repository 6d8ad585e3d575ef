/** Prices and quantities of one instrument as whole multiples of its tick and step: exact, and cheap enough for each level. */

export interface Unit {
  /** Decimal places of the unit. */
  readonly places: number;
  /** The unit in those places: 5 for "0.05". */
  readonly multiple: number;
}

const SAFE_DIGITS = 15;

/** "0.00500000" → 5 in three places. */
export function unitOf(step: string): Unit {
  const [whole = "0", fraction = ""] = step.split(".");
  const digits = fraction.replace(/0+$/, "");
  return { places: digits.length, multiple: Math.max(1, Number(whole + digits)) };
}

/** How many units a decimal is; what is finer than the unit's places is cut. */
export function countOf({ places, multiple }: Unit, decimal: string): number {
  const point = decimal.indexOf(".");
  const whole = point < 0 ? decimal : decimal.slice(0, point);
  const fraction = point < 0 ? "" : decimal.slice(point + 1, point + 1 + places);
  const digits = whole + fraction.padEnd(places, "0");
  if (digits.length <= SAFE_DIGITS) return Number(digits) / multiple;
  return Number(BigInt(digits) / BigInt(multiple));
}
