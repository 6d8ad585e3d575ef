/**
 * Entries of a command stream as Redis hands them over, and their positions.
 *
 * Everything in an entry came from outside: a field may be missing, be there twice, or be anything at all.
 */
import { ENTRY_COMMAND, ENTRY_FENCE, ENTRY_INSTANCE } from "../../protocol/bus-messages.ts";
import type { StreamPosition } from "../command-intake.ts";

export const BEGINNING: StreamPosition = { ms: 0, counter: 0 };
/** Beyond these a position has no room in a record: neither exactly as a number, nor in 32 bits. */
export const POSITION_MS_MAX = Number.MAX_SAFE_INTEGER - 1;
export const POSITION_COUNTER_MAX = 2 ** 32 - 1;
/** What an edge may call itself: its replies' channel is named for it. */
const INSTANCE = /^[A-Za-z0-9._:-]{1,64}$/;

const DASH = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** As Redis gives it: the id, and its fields' names and values in turn. */
export type RawEntry = readonly [id: Buffer, fields: readonly Buffer[]];

/** null: it is none, or has no room in a record. */
export function parsePosition(id: Uint8Array): StreamPosition | null {
  const dash = id.indexOf(DASH);
  if (dash < 1 || dash === id.length - 1) return null;
  const ms = digits(id, 0, dash);
  const counter = digits(id, dash + 1, id.length);
  return ms <= POSITION_MS_MAX && counter <= POSITION_COUNTER_MAX ? { ms, counter } : null;
}

/** Infinity: not digits. What has too many of them is merely too great. */
function digits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return Number.POSITIVE_INFINITY;
    value = value * 10 + (byte - ZERO);
  }
  return value;
}

export function positionText({ ms, counter }: StreamPosition): string {
  return `${ms}-${counter}`;
}

export function isBehind(position: StreamPosition, other: StreamPosition): boolean {
  return position.ms < other.ms || (position.ms === other.ms && position.counter < other.counter);
}

/** The first value of a field. */
function field(fields: readonly Buffer[], name: string): Buffer | null {
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const each = fields[at] as Buffer;
    if (each.length === name.length && each.toString("latin1") === name) return fields[at + 1] as Buffer;
  }
  return null;
}

export type CommandEntry =
  | { readonly kind: "command"; readonly record: Buffer; readonly instance: string }
  | { readonly kind: "fence" }
  /** `instance` is who may be told, where that can be read. */
  | {
      readonly kind: "refused";
      readonly reason: string;
      readonly record: Buffer | null;
      readonly instance: string | null;
    };

export function readEntry([, fields]: RawEntry): CommandEntry {
  const record = field(fields, ENTRY_COMMAND);
  const name = field(fields, ENTRY_INSTANCE)?.toString("latin1") ?? "";
  const instance = INSTANCE.test(name) ? name : null;
  if (record !== null && instance !== null) return { kind: "command", record, instance };
  if (record === null && field(fields, ENTRY_FENCE) !== null) return { kind: "fence" };
  return { kind: "refused", reason: record === null ? "no command" : "no instance to answer", record, instance };
}
