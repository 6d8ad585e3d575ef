/**
 * The levels of one book, by price: a radix tree of 13 + 12 + 6 bits with a bitmap at each node.
 *
 * Owns: which prices are occupied, and each level's first and last order and total quantity. Finding a level, marking it
 * and stepping to the next occupied price are a bounded number of steps, whatever the number of levels: no tree to
 * rebalance, no sorted array to shift. One index serves both sides, because a book is never crossed.
 *
 * A leaf holds 64 neighbouring prices; level id = leaf × 64 + (price & 63), and level 0 does not exist. Leaves and mids
 * that fall empty go back to a free list, so memory follows the occupied prices, not the price range.
 */
import { assert } from "../domain/assert.ts";

const LEAF_BITS = 6;
const MID_BITS = 12;
const LEAF_SLOTS = 1 << LEAF_BITS;
const MID_SLOTS = 1 << MID_BITS;
const TOP_SLOTS = 1 << (31 - LEAF_BITS - MID_BITS);
const MID_WORDS = MID_SLOTS / 32;
const MID_SUMMARY_WORDS = MID_WORDS / 32;
const TOP_WORDS = TOP_SLOTS / 32;
const TOP_SUMMARY_WORDS = TOP_WORDS / 32;
/** A level is four words: first order, last order, and the total quantity as a double. */
const LEVEL_WORDS = 4;

/** Every array, for snapshots: copied and restored as they stand. */
export interface PriceIndexArrays {
  readonly counters: Int32Array;
  readonly top: Int32Array;
  readonly topBits: Int32Array;
  readonly mids: Int32Array;
  readonly midBits: Int32Array;
  readonly leafBase: Int32Array;
  readonly leafBits: Int32Array;
  readonly levels: Int32Array;
}

export class PriceIndex {
  private top = new Int32Array(TOP_SLOTS);
  private topBits = new Int32Array(TOP_WORDS);
  private readonly topSummary = new Int32Array(TOP_SUMMARY_WORDS);
  private midCapacity = 2;
  private midEnd = 1;
  private midFree = 0;
  private mids = new Int32Array(this.midCapacity * MID_SLOTS);
  private midBits = new Int32Array(this.midCapacity * MID_WORDS);
  private midSummary = new Int32Array(this.midCapacity * MID_SUMMARY_WORDS);
  private leafCapacity = 16;
  private leafEnd = 1;
  private leafFree = 0;
  /** price >> 6 of a leaf in use; of a free one, the next free leaf. */
  private leafBase = new Int32Array(this.leafCapacity);
  private leafBits = new Int32Array(this.leafCapacity * 2);
  private ints = new Int32Array(this.leafCapacity * LEAF_SLOTS * LEVEL_WORDS);
  private totals = new Float64Array(this.ints.buffer);

  /** The level at a price, occupied or not; 0 where its leaf does not exist. */
  find(price: number): number {
    const mid = this.top[price >>> (LEAF_BITS + MID_BITS)]!;
    if (mid === 0) return 0;
    const leaf = this.mids[mid * MID_SLOTS + ((price >>> LEAF_BITS) & (MID_SLOTS - 1))]!;
    return leaf === 0 ? 0 : (leaf << LEAF_BITS) | (price & (LEAF_SLOTS - 1));
  }

  /** The level at a price, made where there is none. Mark it occupied before anything else is made. */
  ensure(price: number): number {
    const found = this.find(price);
    return found !== 0 ? found : this.makeLeaf(price);
  }

  private makeLeaf(price: number): number {
    const topSlot = price >>> (LEAF_BITS + MID_BITS);
    let mid = this.top[topSlot]!;
    if (mid === 0) {
      mid = this.takeMid();
      this.top[topSlot] = mid;
      setBit(this.topBits, 0, this.topSummary, 0, topSlot);
    }
    const leaf = this.takeLeaf();
    const midSlot = (price >>> LEAF_BITS) & (MID_SLOTS - 1);
    this.mids[mid * MID_SLOTS + midSlot] = leaf;
    setBit(this.midBits, mid * MID_WORDS, this.midSummary, mid * MID_SUMMARY_WORDS, midSlot);
    this.leafBase[leaf] = price >>> LEAF_BITS;
    return (leaf << LEAF_BITS) | (price & (LEAF_SLOTS - 1));
  }

  priceOf(level: number): number {
    return (this.leafBase[level >>> LEAF_BITS]! << LEAF_BITS) | (level & (LEAF_SLOTS - 1));
  }

  head(level: number): number {
    return this.ints[level * LEVEL_WORDS]!;
  }
  setHead(level: number, slot: number): void {
    this.ints[level * LEVEL_WORDS] = slot;
  }
  tail(level: number): number {
    return this.ints[level * LEVEL_WORDS + 1]!;
  }
  setTail(level: number, slot: number): void {
    this.ints[level * LEVEL_WORDS + 1] = slot;
  }
  total(level: number): number {
    return this.totals[level * 2 + 1]!;
  }
  setTotal(level: number, lots: number): void {
    this.totals[level * 2 + 1] = lots;
  }

  /** The level has its first order. */
  occupy(level: number): void {
    const bit = level & (LEAF_SLOTS - 1);
    const word = (level >>> LEAF_BITS) * 2 + (bit >>> 5);
    this.leafBits[word] = this.leafBits[word]! | (1 << (bit & 31));
  }

  /** The level has lost its last order; its leaf and mid go when nothing else is in them. */
  vacate(level: number): void {
    const leaf = level >>> LEAF_BITS;
    const bit = level & (LEAF_SLOTS - 1);
    const word = leaf * 2 + (bit >>> 5);
    const left = this.leafBits[word]! & ~(1 << (bit & 31));
    this.leafBits[word] = left;
    if (left !== 0 || this.leafBits[word ^ 1] !== 0) return;
    this.dropLeaf(leaf);
  }

  private dropLeaf(leaf: number): void {
    const base = this.leafBase[leaf]!;
    const topSlot = base >>> MID_BITS;
    const midSlot = base & (MID_SLOTS - 1);
    const mid = this.top[topSlot]!;
    this.mids[mid * MID_SLOTS + midSlot] = 0;
    this.leafBase[leaf] = this.leafFree;
    this.leafFree = leaf;
    if (clearBit(this.midBits, mid * MID_WORDS, this.midSummary, mid * MID_SUMMARY_WORDS, midSlot)) return;
    for (let word = 0; word < MID_SUMMARY_WORDS; word++) {
      if (this.midSummary[mid * MID_SUMMARY_WORDS + word] !== 0) return;
    }
    this.top[topSlot] = 0;
    clearBit(this.topBits, 0, this.topSummary, 0, topSlot);
    // A free mid keeps the next free one in its first slot; its bitmaps are all clear.
    this.mids[mid * MID_SLOTS] = this.midFree;
    this.midFree = mid;
  }

  /** The lowest occupied price above this one; 0: none. */
  above(price: number): number {
    const topSlot = price >>> (LEAF_BITS + MID_BITS);
    const midSlot = (price >>> LEAF_BITS) & (MID_SLOTS - 1);
    const mid = this.top[topSlot]!;
    if (mid !== 0) {
      const leaf = this.mids[mid * MID_SLOTS + midSlot]!;
      if (leaf !== 0) {
        const bit = bitAbove(this.leafBits, leaf * 2, 2, price & (LEAF_SLOTS - 1));
        if (bit >= 0) return (this.leafBase[leaf]! << LEAF_BITS) | bit;
      }
      const slot = slotAbove(
        this.midBits,
        mid * MID_WORDS,
        MID_WORDS,
        this.midSummary,
        mid * MID_SUMMARY_WORDS,
        MID_SUMMARY_WORDS,
        midSlot,
      );
      if (slot >= 0) return this.lowestIn(this.mids[mid * MID_SLOTS + slot]!);
    }
    const next = slotAbove(this.topBits, 0, TOP_WORDS, this.topSummary, 0, TOP_SUMMARY_WORDS, topSlot);
    if (next < 0) return 0;
    const nextMid = this.top[next]!;
    const slot = slotAbove(
      this.midBits,
      nextMid * MID_WORDS,
      MID_WORDS,
      this.midSummary,
      nextMid * MID_SUMMARY_WORDS,
      MID_SUMMARY_WORDS,
      -1,
    );
    return this.lowestIn(this.mids[nextMid * MID_SLOTS + slot]!);
  }

  /** The highest occupied price below this one; 0: none. */
  below(price: number): number {
    const topSlot = price >>> (LEAF_BITS + MID_BITS);
    const midSlot = (price >>> LEAF_BITS) & (MID_SLOTS - 1);
    const mid = this.top[topSlot]!;
    if (mid !== 0) {
      const leaf = this.mids[mid * MID_SLOTS + midSlot]!;
      if (leaf !== 0) {
        const bit = bitBelow(this.leafBits, leaf * 2, price & (LEAF_SLOTS - 1));
        if (bit >= 0) return (this.leafBase[leaf]! << LEAF_BITS) | bit;
      }
      const slot = slotBelow(this.midBits, mid * MID_WORDS, this.midSummary, mid * MID_SUMMARY_WORDS, midSlot);
      if (slot >= 0) return this.highestIn(this.mids[mid * MID_SLOTS + slot]!);
    }
    const next = slotBelow(this.topBits, 0, this.topSummary, 0, topSlot);
    if (next < 0) return 0;
    const nextMid = this.top[next]!;
    const slot = slotBelow(this.midBits, nextMid * MID_WORDS, this.midSummary, nextMid * MID_SUMMARY_WORDS, MID_SLOTS);
    return this.highestIn(this.mids[nextMid * MID_SLOTS + slot]!);
  }

  private lowestIn(leaf: number): number {
    return (this.leafBase[leaf]! << LEAF_BITS) | bitAbove(this.leafBits, leaf * 2, 2, -1);
  }
  private highestIn(leaf: number): number {
    return (this.leafBase[leaf]! << LEAF_BITS) | bitBelow(this.leafBits, leaf * 2, LEAF_SLOTS);
  }

  private takeMid(): number {
    if (this.midFree !== 0) {
      const mid = this.midFree;
      this.midFree = this.mids[mid * MID_SLOTS]!;
      this.mids[mid * MID_SLOTS] = 0;
      return mid;
    }
    if (this.midEnd === this.midCapacity) {
      this.midCapacity *= 2;
      this.mids = grown(this.mids, this.midCapacity * MID_SLOTS);
      this.midBits = grown(this.midBits, this.midCapacity * MID_WORDS);
      this.midSummary = grown(this.midSummary, this.midCapacity * MID_SUMMARY_WORDS);
    }
    return this.midEnd++;
  }

  private takeLeaf(): number {
    if (this.leafFree !== 0) {
      const leaf = this.leafFree;
      this.leafFree = this.leafBase[leaf]!;
      return leaf;
    }
    if (this.leafEnd === this.leafCapacity) {
      this.leafCapacity *= 2;
      this.leafBase = grown(this.leafBase, this.leafCapacity);
      this.leafBits = grown(this.leafBits, this.leafCapacity * 2);
      this.ints = grown(this.ints, this.leafCapacity * LEAF_SLOTS * LEVEL_WORDS);
      this.totals = new Float64Array(this.ints.buffer);
    }
    return this.leafEnd++;
  }

  /** Views of what is in use; the caller copies. */
  arrays(): PriceIndexArrays {
    return {
      counters: Int32Array.of(this.midEnd, this.midFree, this.leafEnd, this.leafFree),
      top: this.top,
      topBits: this.topBits,
      mids: this.mids.subarray(0, this.midEnd * MID_SLOTS),
      midBits: this.midBits.subarray(0, this.midEnd * MID_WORDS),
      leafBase: this.leafBase.subarray(0, this.leafEnd),
      leafBits: this.leafBits.subarray(0, this.leafEnd * 2),
      levels: this.ints.subarray(0, this.leafEnd * LEAF_SLOTS * LEVEL_WORDS),
    };
  }

  /** Takes over copies of what `arrays` gave. Summaries follow from the bitmaps. */
  restore(arrays: PriceIndexArrays): void {
    const [midEnd, midFree, leafEnd, leafFree] = arrays.counters;
    assert(
      midEnd !== undefined && midFree !== undefined && leafEnd !== undefined && leafFree !== undefined,
      "a price index has four counters",
    );
    assert(arrays.top.length === TOP_SLOTS && arrays.leafBase.length === leafEnd, "a price index fits its counters");
    this.midEnd = midEnd;
    this.midFree = midFree;
    this.leafEnd = leafEnd;
    this.leafFree = leafFree;
    this.midCapacity = Math.max(2, midEnd);
    this.leafCapacity = Math.max(16, leafEnd);
    this.top = arrays.top.slice();
    this.topBits = arrays.topBits.slice();
    this.mids = grown(arrays.mids, this.midCapacity * MID_SLOTS);
    this.midBits = grown(arrays.midBits, this.midCapacity * MID_WORDS);
    this.midSummary = new Int32Array(this.midCapacity * MID_SUMMARY_WORDS);
    this.leafBase = grown(arrays.leafBase, this.leafCapacity);
    this.leafBits = grown(arrays.leafBits, this.leafCapacity * 2);
    this.ints = grown(arrays.levels, this.leafCapacity * LEAF_SLOTS * LEVEL_WORDS);
    this.totals = new Float64Array(this.ints.buffer);
    summarize(this.topBits, this.topSummary);
    summarize(this.midBits, this.midSummary);
  }

  /** Bytes held by the arrays. */
  byteLength(): number {
    return (
      this.top.byteLength +
      this.topBits.byteLength +
      this.mids.byteLength +
      this.midBits.byteLength +
      this.midSummary.byteLength +
      this.leafBase.byteLength +
      this.leafBits.byteLength +
      this.ints.byteLength
    );
  }
}

function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

function summarize(bits: Int32Array, summary: Int32Array): void {
  for (let word = 0; word < bits.length; word++) {
    if (bits[word] !== 0) summary[word >>> 5] = summary[word >>> 5]! | (1 << (word & 31));
  }
}

function setBit(bits: Int32Array, base: number, summary: Int32Array, summaryBase: number, slot: number): void {
  const word = slot >>> 5;
  bits[base + word] = bits[base + word]! | (1 << (slot & 31));
  summary[summaryBase + (word >>> 5)] = summary[summaryBase + (word >>> 5)]! | (1 << (word & 31));
}

/** @returns whether the slot's word still has a bit set; its summary bit is cleared when not. */
function clearBit(bits: Int32Array, base: number, summary: Int32Array, summaryBase: number, slot: number): boolean {
  const word = slot >>> 5;
  const left = bits[base + word]! & ~(1 << (slot & 31));
  bits[base + word] = left;
  if (left !== 0) return true;
  summary[summaryBase + (word >>> 5)] = summary[summaryBase + (word >>> 5)]! & ~(1 << (word & 31));
  return false;
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** The lowest set bit above `after` in `words` words from `base`; -1: none. */
function bitAbove(bits: Int32Array, base: number, words: number, after: number): number {
  const from = after + 1;
  let word = from >>> 5;
  if (word >= words) return -1;
  let value = bits[base + word]! & (-1 << (from & 31));
  while (value === 0) {
    word += 1;
    if (word >= words) return -1;
    value = bits[base + word]!;
  }
  return (word << 5) | lowestBit(value);
}

/** The highest set bit below `before`; -1: none. */
function bitBelow(bits: Int32Array, base: number, before: number): number {
  if (before <= 0) return -1;
  const from = before - 1;
  let word = from >>> 5;
  let value = bits[base + word]! & (-1 >>> (31 - (from & 31)));
  while (value === 0) {
    if (word === 0) return -1;
    word -= 1;
    value = bits[base + word]!;
  }
  return (word << 5) | (31 - Math.clz32(value));
}

/** bitAbove over a summarized bitmap: looks into the word at hand, then lets the summary name the next. */
function slotAbove(
  bits: Int32Array,
  base: number,
  words: number,
  summary: Int32Array,
  summaryBase: number,
  summaryWords: number,
  after: number,
): number {
  const from = after + 1;
  const word = from >>> 5;
  if (word >= words) return -1;
  const value = bits[base + word]! & (-1 << (from & 31));
  if (value !== 0) return (word << 5) | lowestBit(value);
  const next = bitAbove(summary, summaryBase, summaryWords, word);
  return next < 0 ? -1 : (next << 5) | lowestBit(bits[base + next]!);
}

function slotBelow(bits: Int32Array, base: number, summary: Int32Array, summaryBase: number, before: number): number {
  if (before <= 0) return -1;
  const from = before - 1;
  const word = from >>> 5;
  const value = bits[base + word]! & (-1 >>> (31 - (from & 31)));
  if (value !== 0) return (word << 5) | (31 - Math.clz32(value));
  const next = bitBelow(summary, summaryBase, word);
  return next < 0 ? -1 : (next << 5) | (31 - Math.clz32(bits[base + next]!));
}
