/** Figures as they are drawn: counts, rates, sizes, spans of time. Units are the same in every language. */

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function count(value: number): string {
  return grouped.format(value);
}

/** A rate keeps one place while it is small: 0.4 a second is not nothing. */
export function rate(perSecond: number): string {
  return perSecond < 10 && perSecond > 0 ? perSecond.toFixed(1) : count(perSecond);
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 1_024 && unit < BYTE_UNITS.length - 1) {
    size /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? count(size) : size.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** "80 µs", "1.2 ms", "249 ms", "3.0 s". */
export function micros(us: number): string {
  if (us < 1_000) return `${count(us)} µs`;
  const [value, unit] = us < 1_000_000 ? [us / 1_000, "ms"] : [us / 1_000_000, "s"];
  return `${value < 100 ? value.toFixed(1) : count(value)} ${unit}`;
}

/** "0 s", "59 s", "4 min", "3 h", "12 d": whole units, cut. Before 0: 0. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
