/**
 * What the page remembers of the last minutes: readings of the status, and the rates that lie between two of them.
 *
 * Counters begin with the engine's start: when it has started anew, so do they.
 */
import type { VenueStatus } from "./ops-answers.ts";

export const KEPT_MS = 5 * 60_000;

export interface Reading {
  /** Of the exchange's clock. */
  readonly atMs: number;
  /** Which start of the engine: its epoch. */
  readonly epoch: number;
  readonly commands: number;
  readonly lagEvents: number;
}

export interface Point {
  readonly atMs: number;
  readonly value: number;
}

export function readingOf({ serverTime, engine }: VenueStatus): Reading {
  return { atMs: serverTime, epoch: engine.epoch, commands: engine.commands, lagEvents: engine.lagEvents };
}

/** A reading that is not newer than the last one tells nothing. */
export function withReading(readings: readonly Reading[], next: Reading): readonly Reading[] {
  const last = readings.at(-1);
  if (last !== undefined && next.atMs <= last.atMs) return readings;
  return [...readings.filter(({ atMs }) => atMs > next.atMs - KEPT_MS), next];
}

/** Commands a second between each two neighbours of one start. */
export function ratePoints(readings: readonly Reading[]): readonly Point[] {
  return readings.flatMap((reading, index) => {
    const before = readings[index - 1];
    if (before === undefined || before.epoch !== reading.epoch || reading.commands < before.commands) return [];
    const value = ((reading.commands - before.commands) * 1_000) / (reading.atMs - before.atMs);
    return [{ atMs: reading.atMs, value }];
  });
}

export function lagPoints(readings: readonly Reading[]): readonly Point[] {
  return readings.map(({ atMs, lagEvents }) => ({ atMs, value: lagEvents }));
}

/** A page that was opened just now shows so much at least: a second is no trend. */
const SHOWN_MS_MIN = 60_000;

/**
 * Points of a polyline in a box, time from left to right, the newest at the right edge. Above 0 as far as the greatest value.
 * Fewer than two points: "".
 */
export function polyline(points: readonly Point[], width: number, height: number): string {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return "";
  const shownMs = Math.max(SHOWN_MS_MIN, last.atMs - first.atMs);
  const greatest = Math.max(1, ...points.map(({ value }) => value));
  return points
    .map(({ atMs, value }) => {
      const x = width - ((last.atMs - atMs) / shownMs) * width;
      const y = height - (value / greatest) * height;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}

export function greatestOf(points: readonly Point[]): number {
  return points.reduce((greatest, { value }) => Math.max(greatest, value), 0);
}
