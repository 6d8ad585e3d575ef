/**
 * Times in answers: milliseconds, or microseconds when the request asked for them (header X-MBX-TIME-UNIT).
 */
import { timeUnitInvalid } from "./refusal.ts";

export type TimeUnit = "ms" | "us";

/** @param written as it was sent, in either case; "" for nothing. @returns null: no unit. */
export function readTimeUnit(written: string): TimeUnit | null {
  const unit = written.toUpperCase();
  if (unit === "" || unit === "MILLISECOND") return "ms";
  return unit === "MICROSECOND" ? "us" : null;
}

/** @param header the value of X-MBX-TIME-UNIT; "" for none. @throws Refusal -1194 */
export function timeUnitOf(header: string): TimeUnit {
  const unit = readTimeUnit(header);
  if (unit === null) throw timeUnitInvalid();
  return unit;
}

/** A moment in µs, in the unit of the answer. */
export function moment(unit: TimeUnit, us: number): number {
  return unit === "us" ? us : Math.floor(us / 1_000);
}

/** The first moment of a bucket. */
export function opening(unit: TimeUnit, ms: number): number {
  return unit === "us" ? ms * 1_000 : ms;
}

/** The last moment of a bucket that is given by its last ms. */
export function closing(unit: TimeUnit, ms: number): number {
  return unit === "us" ? ms * 1_000 + 999 : ms;
}
