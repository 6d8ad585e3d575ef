/** Amounts where there is little room: millions and above are shortened, by cutting, never by rounding up. */
import { drawn } from "./amounts.ts";

const SHORTENED_PLACES = 2;
/** From this many digits before the point on. */
const LETTERS = [
  { digits: 13, letter: "T" },
  { digits: 10, letter: "B" },
  { digits: 7, letter: "M" },
] as const;

/** "1234567.5", 4 → "1.23M"; "12345.678", 2 → "12,345.67". */
export function compact(decimal: string, places: number): string {
  const [whole = "0"] = decimal.split(".");
  const sign = whole.startsWith("-") ? "-" : "";
  const digits = whole.slice(sign.length);
  const scale = LETTERS.find((each) => digits.length >= each.digits);
  if (scale === undefined) return drawn(decimal, places);
  const kept = digits.length - scale.digits + 1;
  return sign + drawn(`${digits.slice(0, kept)}.${digits.slice(kept)}`, SHORTENED_PLACES) + scale.letter;
}
