/**
 * What a person types as an amount, read once: plain decimals, thousands apart by comma, point, space or apostrophe, a comma
 * for the decimal point. What can be read in two ways is never guessed.
 *
 * A single point is the decimal point, as this screen draws it: "97.000" is ninety-seven. A single comma before three digits
 * ("97,000") could be either.
 */

export type TypedNumber =
  | { readonly outcome: "empty" }
  | { readonly outcome: "malformed" }
  /** Two plain decimals: as thousands, as a decimal comma. */
  | { readonly outcome: "ambiguous"; readonly readings: readonly [string, string] }
  /** `isExact`: nothing but zeros behind the eighth place; `e8` is cut there. `decimal` is plain. */
  | { readonly outcome: "ok"; readonly decimal: string; readonly e8: bigint; readonly isExact: boolean };

const DIGITS_MAX = 20;
const PLACES = 8;
const SPACES = /[\s\u00a0\u2009\u202f'’_]/gu;
const GROUPED_BY_SPACES = /^\d{1,3}(?:[\s\u00a0\u2009\u202f'’_]\d{3})+(?:[.,]\d*)?$/u;
const PLAIN = /^(\d*)(?:[.,](\d*))?$/;

const EMPTY = { outcome: "empty" } as const;
const MALFORMED = { outcome: "malformed" } as const;

export function readTyped(text: string): TypedNumber {
  const typed = text.trim();
  if (typed === "") return EMPTY;
  const joined = GROUPED_BY_SPACES.test(typed) ? typed.replace(SPACES, "") : typed;
  if (!/^[\d.,]+$/.test(joined)) return MALFORMED;
  const commas = joined.split(",").length - 1;
  const points = joined.split(".").length - 1;
  if (commas > 0 && points > 0) return bothSeparators(joined);
  if (commas > 1) return grouped(joined, ",");
  if (points > 1) return grouped(joined, ".");
  // After spaces as thousands a comma can only be the decimal one.
  if (joined === typed && /^[1-9]\d{0,2},\d{3}$/.test(joined)) {
    return { outcome: "ambiguous", readings: [joined.replace(",", ""), joined.replace(",", ".")] };
  }
  return plain(joined);
}

/** The one that stands last and once is the decimal point; the other must group by threes. */
function bothSeparators(text: string): TypedNumber {
  const decimal = text.lastIndexOf(",") > text.lastIndexOf(".") ? "," : ".";
  const thousands = decimal === "," ? "." : ",";
  const [whole = "", fraction = "", ...more] = text.split(decimal);
  if (more.length > 0) return MALFORMED;
  return isGrouped(whole, thousands) ? plain(`${whole.replaceAll(thousands, "")}.${fraction}`) : MALFORMED;
}

function grouped(text: string, thousands: string): TypedNumber {
  return isGrouped(text, thousands) ? plain(text.replaceAll(thousands, "")) : MALFORMED;
}

function isGrouped(text: string, thousands: string): boolean {
  const [first = "", ...rest] = text.split(thousands);
  return /^\d{1,3}$/.test(first) && rest.length > 0 && rest.every((group) => /^\d{3}$/.test(group));
}

function plain(text: string): TypedNumber {
  const [, whole = "", fraction = ""] = PLAIN.exec(text) ?? [];
  if (whole === "" && fraction === "") return MALFORMED;
  const digits = whole.replace(/^0+(?=\d)/, "") || "0";
  if (digits.length > DIGITS_MAX || fraction.length > DIGITS_MAX) return MALFORMED;
  const places = fraction.replace(/0+$/, "");
  return {
    outcome: "ok",
    decimal: places === "" ? digits : `${digits}.${places}`,
    e8: BigInt(digits + places.slice(0, PLACES).padEnd(PLACES, "0")),
    isExact: places.length <= PLACES,
  };
}
