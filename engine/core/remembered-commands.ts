/**
 * Command ids that the core has seen, refused ones too, with the range of events each caused: so that a command that
 * comes again has no second effect and the same answer.
 *
 * An id is kept until the engine's clock has passed its command's deadline; after that the deadline refuses any copy.
 * So the filter is exact, and bounded by what arrives in DEADLINE_AHEAD_MAX_US. Typed arrays: entries, a wheel of
 * one-second lists by deadline, and a hash table with linear probing in two parts: for each cell an entry and, apart from
 * it, a byte of its hash. The bytes are few enough for the processor's cache; the rest, 70 MB at 200,000 commands a second,
 * is read only where an id has been seen before.
 * Invariant I24: engine/INVARIANTS.md.
 */
import { assert } from "../domain/assert.ts";
import type { Command } from "./command.ts";
import { DEADLINE_AHEAD_MAX_US } from "./limits.ts";

/** id (4 words), first sequence and deadline (doubles), count, cell or next free entry, wheel chain, one spare. */
const ENTRY_WORDS = 12;
const ENTRY_DOUBLES = ENTRY_WORDS / 2;
const FIRST_SEQ = 2;
const DEADLINE = 3;
const COUNT = 8;
const CELL = 9;
/** Of an entry that is free. */
const FREE_NEXT = 9;
const WHEEL = 10;
const SECOND_US = 1_000_000;
const WHEEL_SECONDS = 128;
/** Forgotten with each command, so that a second's worth of ids is no pause: several times what can have arrived. */
const SWEEP_AT_ONCE = 4;
/** Where the sweep lags further behind, it catches up at once: a spoke must be empty before its second comes round again. */
const SWEEP_LAG_SECONDS_MAX = 16;
assert(
  DEADLINE_AHEAD_MAX_US / SECOND_US + SWEEP_LAG_SECONDS_MAX < WHEEL_SECONDS - 1,
  "I24: a deadline never shares a spoke with a second that is not swept yet",
);
/** A cell's tag: never used since the table was made or used by one that left, or one of 128 values of the entry's hash. */
const EMPTY = 0;
const LEFT = 1;
const TAG_MARK = 2;
/** Cells for each entry, at least. Of random entries coming and going, at a third full a third of the cells stays empty. */
const CELLS_PER_ENTRY = 3;
/** Fewer empty cells than one in this many, and the table is made anew: a search ends at an empty one. */
const EMPTY_ONE_IN = 8;

export class RememberedCommands {
  private capacity = 1024;
  private ints = new Int32Array(this.capacity * ENTRY_WORDS);
  private doubles = new Float64Array(this.ints.buffer);
  private tags = new Uint8Array(this.capacity * 4);
  private cells = new Int32Array(this.tags.length);
  private emptyCells = this.tags.length;
  private readonly wheel = new Int32Array(WHEEL_SECONDS);
  private end = 1;
  private free = 0;
  count = 0;
  /** All spokes of seconds before this one are empty. */
  private sweptSecond = 0;
  /** Of the last id that `find` found: the events it caused. */
  foundFirstSeq = 0;
  foundCount = 0;

  /** Whether an id is remembered at this time: exactly until its deadline, though the sweep comes later. */
  find(id: Uint32Array, timeUs: number): boolean {
    const { tags } = this;
    const cellMask = tags.length - 1;
    const hash = hashOf(id[0]!, id[1]!, id[2]!, id[3]!);
    const wanted = tagOf(hash);
    for (let cell = hash & cellMask; ; cell = (cell + 1) & cellMask) {
      const tag = tags[cell]!;
      if (tag === EMPTY) return false;
      // A copy with a later deadline may stand beside its forerunner, in an order that a restored table need not keep.
      if (tag !== wanted) continue;
      const entry = this.cells[cell]!;
      if (!this.isAlive(entry, id, timeUs)) continue;
      this.foundFirstSeq = this.doubles[entry * ENTRY_DOUBLES + FIRST_SEQ]!;
      this.foundCount = this.ints[entry * ENTRY_WORDS + COUNT]!;
      return true;
    }
  }

  private isAlive(entry: number, id: Uint32Array, timeUs: number): boolean {
    const { ints } = this;
    const at = entry * ENTRY_WORDS;
    return (
      ints[at] === (id[0]! | 0) &&
      ints[at + 1] === (id[1]! | 0) &&
      ints[at + 2] === (id[2]! | 0) &&
      ints[at + 3] === (id[3]! | 0) &&
      this.doubles[entry * ENTRY_DOUBLES + DEADLINE]! >= timeUs
    );
  }

  /** The id must not be remembered yet; its deadline lies ahead of the clock, at most DEADLINE_AHEAD_MAX_US. */
  remember(command: Command, firstSeq: number, count: number): void {
    const id = command.commandId;
    let entry = this.free;
    if (entry !== 0) this.free = this.ints[entry * ENTRY_WORDS + FREE_NEXT]!;
    else {
      if (this.end === this.capacity) this.grow();
      entry = this.end++;
    }
    const at = entry * ENTRY_WORDS;
    const ints = this.ints;
    ints[at] = id[0]!;
    ints[at + 1] = id[1]!;
    ints[at + 2] = id[2]!;
    ints[at + 3] = id[3]!;
    this.doubles[entry * ENTRY_DOUBLES + FIRST_SEQ] = firstSeq;
    this.doubles[entry * ENTRY_DOUBLES + DEADLINE] = command.deadlineUs;
    ints[at + COUNT] = count;
    if (this.count * CELLS_PER_ENTRY >= this.tags.length) this.makeTable(this.tags.length * 2);
    else if (this.emptyCells * EMPTY_ONE_IN < this.tags.length) this.makeTable(this.tags.length);
    this.link(entry);
    const spoke = Math.floor(command.deadlineUs / SECOND_US) % WHEEL_SECONDS;
    ints[at + WHEEL] = this.wheel[spoke]!;
    this.wheel[spoke] = entry;
    this.count += 1;
  }

  /** Forgets ids whose deadline's second has passed, a few at a time. */
  advance(timeUs: number): void {
    const second = Math.floor(timeUs / SECOND_US);
    if (second <= this.sweptSecond) return;
    if (this.sweptSecond < second - WHEEL_SECONDS) this.sweptSecond = this.sweptAll(second);
    let forgotten = 0;
    while (this.sweptSecond < second) {
      const spoke = this.sweptSecond % WHEEL_SECONDS;
      const entry = this.wheel[spoke]!;
      if (entry === 0) {
        this.sweptSecond += 1;
        continue;
      }
      if (forgotten >= SWEEP_AT_ONCE && second - this.sweptSecond <= SWEEP_LAG_SECONDS_MAX) return;
      this.wheel[spoke] = this.ints[entry * ENTRY_WORDS + WHEEL]!;
      this.forget(entry);
      forgotten += 1;
    }
  }

  /** After a silence longer than the wheel every id is due. @returns the second that is swept. */
  private sweptAll(second: number): number {
    for (let spoke = 0; spoke < WHEEL_SECONDS; spoke++) {
      for (let entry = this.wheel[spoke]!; entry !== 0; entry = this.ints[entry * ENTRY_WORDS + WHEEL]!)
        this.forget(entry);
      this.wheel[spoke] = 0;
    }
    return second;
  }

  private forget(entry: number): void {
    this.unlink(entry);
    this.ints[entry * ENTRY_WORDS + FREE_NEXT] = this.free;
    this.free = entry;
    this.count -= 1;
  }

  private link(entry: number): void {
    const { tags, ints } = this;
    const at = entry * ENTRY_WORDS;
    const hash = hashOf(ints[at]!, ints[at + 1]!, ints[at + 2]!, ints[at + 3]!);
    let cell = hash & (tags.length - 1);
    while (tags[cell]! > LEFT) cell = (cell + 1) & (tags.length - 1);
    if (tags[cell] === EMPTY) this.emptyCells -= 1;
    tags[cell] = tagOf(hash);
    this.cells[cell] = entry;
    ints[at + CELL] = cell;
  }

  /** No search needs to pass over a cell in front of an empty one, so that is made empty too. */
  private unlink(entry: number): void {
    const { tags } = this;
    let cell = this.ints[entry * ENTRY_WORDS + CELL]!;
    tags[cell] = LEFT;
    if (tags[(cell + 1) & (tags.length - 1)] !== EMPTY) return;
    for (; tags[cell] === LEFT; cell = (cell - 1) & (tags.length - 1)) {
      tags[cell] = EMPTY;
      this.emptyCells += 1;
    }
  }

  private grow(): void {
    this.capacity *= 2;
    const ints = new Int32Array(this.capacity * ENTRY_WORDS);
    ints.set(this.ints);
    this.ints = ints;
    this.doubles = new Float64Array(ints.buffer);
  }

  /** @param cells a power of two. */
  private makeTable(cells: number): void {
    this.tags = new Uint8Array(cells);
    this.cells = new Int32Array(cells);
    this.emptyCells = cells;
    for (const head of this.wheel) {
      for (let entry = head; entry !== 0; entry = this.ints[entry * ENTRY_WORDS + WHEEL]!) this.link(entry);
    }
  }

  /** Views of what is in use; the caller copies. The table follows from the wheel. */
  arrays(): { readonly counters: Float64Array; readonly wheel: Int32Array; readonly entries: Int32Array } {
    return {
      counters: Float64Array.of(this.end, this.free, this.count, this.sweptSecond),
      wheel: this.wheel,
      entries: this.ints.subarray(0, this.end * ENTRY_WORDS),
    };
  }

  restore(arrays: { readonly counters: Float64Array; readonly wheel: Int32Array; readonly entries: Int32Array }): void {
    this.end = arrays.counters[0]!;
    this.free = arrays.counters[1]!;
    this.count = arrays.counters[2]!;
    this.sweptSecond = arrays.counters[3]!;
    while (this.capacity < this.end) this.capacity *= 2;
    this.ints = new Int32Array(this.capacity * ENTRY_WORDS);
    this.doubles = new Float64Array(this.ints.buffer);
    this.ints.set(arrays.entries);
    this.wheel.set(arrays.wheel);
    let cells = this.tags.length;
    while (cells < this.count * CELLS_PER_ENTRY) cells *= 2;
    this.makeTable(cells);
  }
}

/** The word of an entry that depends on the size of the table and is left out of the state's hash. */
export const REMEMBERED_WORDS = ENTRY_WORDS;
export const REMEMBERED_CHAIN_WORD = CELL;

/** Of the whole id: most are random, but one that counts in any of its words is spread as well. */
function hashOf(a: number, b: number, c: number, d: number): number {
  const first = Math.imul(a ^ Math.imul(b, 0x85ebca6b), 0x9e3779b1);
  const second = Math.imul(c ^ Math.imul(d, 0xc2b2ae35), 0x27d4eb2f);
  const hash = Math.imul(first ^ (second >>> 16) ^ second, 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

function tagOf(hash: number): number {
  return (hash >>> 24) | TAG_MARK;
}
