/** Decimal strings for people: grouped, cut to an instrument's places, added up exactly. */

const AVERAGE_PLACES = 8;

/** "61234.50000000", 2 → "61,234.50". Cuts places, never rounds up; pads what is missing. */
export function drawn(decimal: string, places: number): string {
  const [whole = "0", fraction = ""] = decimal.split(".");
  const sign = whole.startsWith("-") ? "-" : "";
  const digits = whole.slice(sign.length);
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, ",");
  return places === 0 ? sign + grouped : `${sign}${grouped}.${fraction.slice(0, places).padEnd(places, "0")}`;
}

/** Grouped, with all its places but zeros at the end: "61234.50000000" → "61,234.5". */
export function drawnExact(decimal: string): string {
  return drawn(decimal, placesOf(decimal));
}

/** As `drawn`, without grouping, as a field takes it: "61234.50000000", 2 → "61234.50". */
export function plain(decimal: string, places: number): string {
  return drawn(decimal, places).replaceAll(",", "");
}

/** Without zeros at the end: "0.01000000" → "0.01". */
export function trimmed(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}

/** How many places a step has: "0.00100000" → 3. */
export function placesOf(step: string): number {
  return trimmed(step).split(".")[1]?.length ?? 0;
}

/** As a whole number of 1e-`places`: exact. null: not a plain decimal, or finer than that. */
export function unitsOf(decimal: string, places: number): bigint | null {
  const match = /^(-?)(\d{1,20})(?:\.(\d{0,20}))?$/.exec(decimal.trim());
  if (match === null) return null;
  const [, sign, whole = "0", fraction = ""] = match;
  const cut = fraction.replace(/0+$/, "");
  if (cut.length > places) return null;
  const units = BigInt(whole + cut.padEnd(places, "0"));
  return sign === "-" ? -units : units;
}

/** The other way round: 12345n, 2 → "123.45". */
export function decimalOf(units: bigint, places: number): string {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, "0");
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Quote over base, rounded down to eight places: exact beyond a double's digits. null: nothing was traded. */
export function averageOf(quote: string, base: string): string | null {
  const [paid, got] = [unitsOf(quote, AVERAGE_PLACES) ?? 0n, unitsOf(base, AVERAGE_PLACES) ?? 0n];
  return got === 0n ? null : decimalOf((paid * 10n ** BigInt(AVERAGE_PLACES)) / got, AVERAGE_PLACES);
}
