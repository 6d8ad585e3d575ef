/**
 * Command ids that the core has seen, refused ones too, with the range of events each caused: so that a command that
 * comes again has no second effect and the same answer.
 *
 * An id is kept until the engine's clock has passed its command's deadline; after that the deadline refuses any copy.
 * So the filter is exact, and bounded by what arrives in DEADLINE_AHEAD_MAX_US. Typed arrays: an open hash by chains,
 * and a wheel of one-second buckets by deadline.
 */
import type { Command } from "./command.ts";
import { DEADLINE_AHEAD_MAX_US } from "./limits.ts";

/** id (4 words), first sequence and deadline (doubles), count, hash chain, wheel chain, one spare. */
const ENTRY_WORDS = 12;
const ENTRY_DOUBLES = ENTRY_WORDS / 2;
const FIRST_SEQ = 2;
const DEADLINE = 3;
const COUNT = 8;
const CHAIN = 9;
const WHEEL = 10;
const SECOND_US = 1_000_000;
const WHEEL_SECONDS = 128;

export class RememberedCommands {
  private capacity = 1024;
  private ints = new Int32Array(this.capacity * ENTRY_WORDS);
  private doubles = new Float64Array(this.ints.buffer);
  private buckets = new Int32Array(this.capacity);
  private readonly wheel = new Int32Array(WHEEL_SECONDS);
  private end = 1;
  private free = 0;
  count = 0;
  /** All buckets of seconds before this one are empty. */
  private sweptSecond = 0;
  /** Of the last id that `find` found: the events it caused. */
  foundFirstSeq = 0;
  foundCount = 0;

  /** Whether an id is remembered at this time: exactly until its deadline, though the sweep comes only once a second. */
  find(id: Uint32Array, timeUs: number): boolean {
    const ints = this.ints;
    const a = id[0]! | 0;
    const b = id[1]! | 0;
    const c = id[2]! | 0;
    const d = id[3]! | 0;
    let entry = this.buckets[this.bucketOf(a, b)]!;
    while (entry !== 0) {
      const at = entry * ENTRY_WORDS;
      const isSame = ints[at] === a && ints[at + 1] === b && ints[at + 2] === c && ints[at + 3] === d;
      // A copy with a later deadline may stand beside its forerunner, in an order that a restored table need not keep.
      if (isSame && this.doubles[entry * ENTRY_DOUBLES + DEADLINE]! >= timeUs) {
        this.foundFirstSeq = this.doubles[entry * ENTRY_DOUBLES + FIRST_SEQ]!;
        this.foundCount = ints[at + COUNT]!;
        return true;
      }
      entry = ints[at + CHAIN]!;
    }
    return false;
  }

  /** The id must not be remembered yet; its deadline lies ahead of the clock, at most DEADLINE_AHEAD_MAX_US. */
  remember(command: Command, firstSeq: number, count: number): void {
    const id = command.commandId;
    let entry = this.free;
    if (entry !== 0) this.free = this.ints[entry * ENTRY_WORDS + CHAIN]!;
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
    const bucket = this.bucketOf(ints[at]!, ints[at + 1]!);
    ints[at + CHAIN] = this.buckets[bucket]!;
    this.buckets[bucket] = entry;
    const spoke = Math.floor(command.deadlineUs / SECOND_US) % WHEEL_SECONDS;
    ints[at + WHEEL] = this.wheel[spoke]!;
    this.wheel[spoke] = entry;
    this.count += 1;
  }

  /** Forgets every id whose deadline's second has passed. */
  advance(timeUs: number): void {
    const second = Math.floor(timeUs / SECOND_US);
    if (second <= this.sweptSecond) return;
    const from = Math.max(this.sweptSecond, second - WHEEL_SECONDS);
    for (let passed = from; passed < second; passed++) this.sweep(passed % WHEEL_SECONDS);
    this.sweptSecond = second;
  }

  private sweep(spoke: number): void {
    let entry = this.wheel[spoke]!;
    this.wheel[spoke] = 0;
    while (entry !== 0) {
      const next = this.ints[entry * ENTRY_WORDS + WHEEL]!;
      this.unlink(entry);
      this.ints[entry * ENTRY_WORDS + CHAIN] = this.free;
      this.free = entry;
      this.count -= 1;
      entry = next;
    }
  }

  private unlink(entry: number): void {
    const ints = this.ints;
    const at = entry * ENTRY_WORDS;
    const bucket = this.bucketOf(ints[at]!, ints[at + 1]!);
    const after = ints[at + CHAIN]!;
    let before = this.buckets[bucket]!;
    if (before === entry) {
      this.buckets[bucket] = after;
      return;
    }
    while (ints[before * ENTRY_WORDS + CHAIN] !== entry) before = ints[before * ENTRY_WORDS + CHAIN]!;
    ints[before * ENTRY_WORDS + CHAIN] = after;
  }

  private bucketOf(a: number, b: number): number {
    const hash = Math.imul(a ^ Math.imul(b, 0x85ebca6b), 0x9e3779b1);
    return (hash ^ (hash >>> 15)) & (this.buckets.length - 1);
  }

  private grow(): void {
    this.capacity *= 2;
    const ints = new Int32Array(this.capacity * ENTRY_WORDS);
    ints.set(this.ints);
    this.ints = ints;
    this.doubles = new Float64Array(ints.buffer);
    this.rebuildBuckets();
  }

  private rebuildBuckets(): void {
    this.buckets = new Int32Array(this.capacity);
    for (const head of this.wheel) {
      for (let entry = head; entry !== 0; entry = this.ints[entry * ENTRY_WORDS + WHEEL]!) {
        const at = entry * ENTRY_WORDS;
        const bucket = this.bucketOf(this.ints[at]!, this.ints[at + 1]!);
        this.ints[at + CHAIN] = this.buckets[bucket]!;
        this.buckets[bucket] = entry;
      }
    }
  }

  /** Views of what is in use; the caller copies. Buckets and hash chains follow from the wheel. */
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
    this.rebuildBuckets();
  }
}

/** The word of an entry that depends on the size of the bucket table and is left out of the state's hash. */
export const REMEMBERED_WORDS = ENTRY_WORDS;
export const REMEMBERED_CHAIN_WORD = CHAIN;

/** Deadlines that far ahead never share a spoke of the wheel with a second not yet swept. */
export const WHEEL_IS_LONG_ENOUGH = DEADLINE_AHEAD_MAX_US / SECOND_US < WHEEL_SECONDS - 1;
