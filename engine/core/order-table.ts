/**
 * The resting orders of one book, as records in typed arrays: who they are and how they are found.
 *
 * Owns: the slots, and the three ways to one: by order id (paged index), by account and client order id (hash chains),
 * by account (linked list, newest first). Does not own: price priority; `next`, `previous` and `level` belong to Book.
 *
 * A slot is 14 words (56 bytes) and 32 bytes of client order id; slot 0 does not exist. With the page entry and the
 * bucket that is 96 bytes an order. A released slot keeps its fields (but NEXT) until it is taken again, so that whoever settles a
 * fill can still read a maker that the match has removed.
 */
import { CLIENT_ORDER_ID_WORDS } from "../domain/client-order-id.ts";
import { IdIndex } from "./id-index.ts";

export const SLOT_WORDS = 14;
export const SLOT_DOUBLES = SLOT_WORDS / 2;
/** Doubles of a slot. REMAINING is what shows: an iceberg has more. */
export const REMAINING = 0;
export const QUANTITY = 1;
/** Words of a slot. */
export const ID_LOW = 4;
export const FLAGS = 5;
export const ACCOUNT = 6;
export const LEVEL = 7;
export const NEXT = 8;
export const PREVIOUS = 9;
const ACCOUNT_NEXT = 10;
const ACCOUNT_PREVIOUS = 11;
const CHAIN_NEXT = 12;
/** Above 0: the order's record in special-orders.ts. Else a plain order; below 0: minus its amends that counted. */
export const EXTENSION = 13;

/** FLAGS: bit 0 side, 1–3 type, 4–5 time in force, 6–8 self-trade mode, 10 has a client id, 11–31 the upper 21 bits of the order id. */
export const SIDE_MASK = 1;
const FLAG_BITS = 11;
const HAS_CLIENT_ID = 1 << 10;
const FLAG_MASK = HAS_CLIENT_ID - 1;
const TWO_32 = 2 ** 32;

export interface OrderTableArrays {
  /** [slotEnd, freeSlot, live] */
  readonly counters: Int32Array;
  readonly slots: Int32Array;
  readonly clientIds: Uint32Array;
  readonly accountHeads: Int32Array;
  readonly accountCounts: Int32Array;
}

export function flagsOf(side: number, orderType: number, timeInForce: number, selfTradeMode: number): number {
  return side | (orderType << 1) | (timeInForce << 4) | (selfTradeMode << 6);
}

export function orderTypeOf(flags: number): number {
  return (flags >> 1) & 7;
}
export function timeInForceOf(flags: number): number {
  return (flags >> 4) & 3;
}
export function selfTradeModeCodeOf(flags: number): number {
  return (flags >> 6) & 7;
}

export class OrderTable {
  ints: Int32Array;
  doubles: Float64Array;
  clientIds: Uint32Array;
  live = 0;
  private capacity: number;
  private slotEnd = 1;
  private freeSlot = 0;
  private buckets: Int32Array;
  private accountHeads = new Int32Array(16);
  private accountCounts = new Int32Array(16);
  private readonly byId = new IdIndex();

  /** @param capacity orders for which memory is taken at once; it grows by half when full. */
  constructor(capacity: number) {
    this.capacity = capacity + 1;
    this.ints = new Int32Array(this.capacity * SLOT_WORDS);
    this.doubles = new Float64Array(this.ints.buffer);
    this.clientIds = new Uint32Array(this.capacity * CLIENT_ORDER_ID_WORDS);
    this.buckets = new Int32Array(powerOfTwoAtLeast(capacity));
  }

  /** Takes a slot and links it under its id, client id and account. Price links are the book's. */
  take(
    orderId: number,
    account: number,
    flags: number,
    quantity: number,
    remaining: number,
    client: Uint32Array,
    clientOffset: number,
  ): number {
    let slot = this.freeSlot;
    if (slot !== 0) {
      this.freeSlot = this.ints[slot * SLOT_WORDS + NEXT]!;
    } else {
      if (this.slotEnd === this.capacity) this.grow();
      slot = this.slotEnd++;
    }
    this.live += 1;
    const high = Math.floor(orderId / TWO_32);
    const at = slot * SLOT_WORDS;
    const ints = this.ints;
    this.doubles[slot * SLOT_DOUBLES + REMAINING] = remaining;
    this.doubles[slot * SLOT_DOUBLES + QUANTITY] = quantity;
    ints[at + ID_LOW] = (orderId - high * TWO_32) | 0;
    ints[at + FLAGS] = flags | (high << FLAG_BITS) | (client[clientOffset] === 0 ? 0 : HAS_CLIENT_ID);
    ints[at + ACCOUNT] = account;
    ints[at + EXTENSION] = 0;
    if (client[clientOffset] !== 0) this.writeClientId(slot, client, clientOffset);
    this.linkAccount(slot, account);
    this.linkChain(slot);
    this.byId.set(orderId, slot);
    return slot;
  }

  /** Unlinks a slot from id, client id and account, and frees it. Its fields stay readable until the next `take`. */
  release(slot: number): void {
    this.byId.clear(this.orderId(slot));
    this.unlinkChain(slot);
    this.unlinkAccount(slot);
    this.ints[slot * SLOT_WORDS + NEXT] = this.freeSlot;
    this.freeSlot = slot;
    this.live -= 1;
  }

  /** The slot of an open order; 0: none. */
  slotOf(orderId: number): number {
    return this.byId.get(orderId);
  }

  orderId(slot: number): number {
    const at = slot * SLOT_WORDS;
    return (this.ints[at + FLAGS]! >>> FLAG_BITS) * TWO_32 + (this.ints[at + ID_LOW]! >>> 0);
  }
  flags(slot: number): number {
    return this.ints[slot * SLOT_WORDS + FLAGS]! & FLAG_MASK;
  }
  side(slot: number): number {
    return this.ints[slot * SLOT_WORDS + FLAGS]! & SIDE_MASK;
  }
  account(slot: number): number {
    return this.ints[slot * SLOT_WORDS + ACCOUNT]!;
  }
  remaining(slot: number): number {
    return this.doubles[slot * SLOT_DOUBLES + REMAINING]!;
  }
  quantity(slot: number): number {
    return this.doubles[slot * SLOT_DOUBLES + QUANTITY]!;
  }

  extension(slot: number): number {
    return this.ints[slot * SLOT_WORDS + EXTENSION]!;
  }
  setExtension(slot: number, extension: number): void {
    this.ints[slot * SLOT_WORDS + EXTENSION] = extension;
  }
  setRemaining(slot: number, lots: number): void {
    this.doubles[slot * SLOT_DOUBLES + REMAINING] = lots;
  }

  /** The open order of an account with a client id (eight words from `offset`); 0: none. */
  slotOfClientId(account: number, words: Uint32Array, offset: number): number {
    let slot = this.buckets[this.bucketOf(account, words, offset)]!;
    while (
      slot !== 0 &&
      !(this.ints[slot * SLOT_WORDS + ACCOUNT] === account && this.hasClientId(slot, words, offset))
    ) {
      slot = this.ints[slot * SLOT_WORDS + CHAIN_NEXT]!;
    }
    return slot;
  }

  hasClientId(slot: number, words: Uint32Array, offset: number): boolean {
    const own = slot * CLIENT_ORDER_ID_WORDS;
    for (let word = 0; word < CLIENT_ORDER_ID_WORDS; word++) {
      if (this.clientIds[own + word] !== words[offset + word]) return false;
    }
    return true;
  }

  renameClientId(slot: number, words: Uint32Array, offset: number): void {
    this.unlinkChain(slot);
    this.writeClientId(slot, words, offset);
    this.ints[slot * SLOT_WORDS + FLAGS] = this.ints[slot * SLOT_WORDS + FLAGS]! | HAS_CLIENT_ID;
    this.linkChain(slot);
  }

  openOrdersOf(account: number): number {
    return account < this.accountCounts.length ? this.accountCounts[account]! : 0;
  }

  /** Slots of an account's open orders, oldest first. Allocates: for cancel-all and read models. */
  slotsOf(account: number): number[] {
    const slots: number[] = [];
    let slot = account < this.accountHeads.length ? this.accountHeads[account]! : 0;
    while (slot !== 0) {
      slots.push(slot);
      slot = this.ints[slot * SLOT_WORDS + ACCOUNT_NEXT]!;
    }
    return slots.reverse();
  }

  private writeClientId(slot: number, words: Uint32Array, offset: number): void {
    const own = slot * CLIENT_ORDER_ID_WORDS;
    for (let word = 0; word < CLIENT_ORDER_ID_WORDS; word++) this.clientIds[own + word] = words[offset + word]!;
  }

  private bucketOf(account: number, words: Uint32Array, offset: number): number {
    let hash = Math.imul(account, 0x9e3779b1);
    for (let word = 0; word < CLIENT_ORDER_ID_WORDS; word++) {
      hash = Math.imul(hash ^ words[offset + word]!, 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return hash & (this.buckets.length - 1);
  }

  /** An order without a client id is in no chain. */
  private linkChain(slot: number): void {
    if ((this.ints[slot * SLOT_WORDS + FLAGS]! & HAS_CLIENT_ID) === 0) return;
    const bucket = this.bucketOf(this.ints[slot * SLOT_WORDS + ACCOUNT]!, this.clientIds, slot * CLIENT_ORDER_ID_WORDS);
    this.ints[slot * SLOT_WORDS + CHAIN_NEXT] = this.buckets[bucket]!;
    this.buckets[bucket] = slot;
  }

  private unlinkChain(slot: number): void {
    if ((this.ints[slot * SLOT_WORDS + FLAGS]! & HAS_CLIENT_ID) === 0) return;
    const ints = this.ints;
    const after = ints[slot * SLOT_WORDS + CHAIN_NEXT]!;
    const bucket = this.bucketOf(ints[slot * SLOT_WORDS + ACCOUNT]!, this.clientIds, slot * CLIENT_ORDER_ID_WORDS);
    let at = this.buckets[bucket]!;
    if (at === slot) {
      this.buckets[bucket] = after;
      return;
    }
    while (ints[at * SLOT_WORDS + CHAIN_NEXT] !== slot) at = ints[at * SLOT_WORDS + CHAIN_NEXT]!;
    ints[at * SLOT_WORDS + CHAIN_NEXT] = after;
  }

  private linkAccount(slot: number, account: number): void {
    if (account >= this.accountHeads.length) {
      const length = powerOfTwoAtLeast(account + 1);
      this.accountHeads = grownInts(this.accountHeads, length);
      this.accountCounts = grownInts(this.accountCounts, length);
    }
    const head = this.accountHeads[account]!;
    this.ints[slot * SLOT_WORDS + ACCOUNT_NEXT] = head;
    this.ints[slot * SLOT_WORDS + ACCOUNT_PREVIOUS] = 0;
    if (head !== 0) this.ints[head * SLOT_WORDS + ACCOUNT_PREVIOUS] = slot;
    this.accountHeads[account] = slot;
    this.accountCounts[account] = this.accountCounts[account]! + 1;
  }

  private unlinkAccount(slot: number): void {
    const ints = this.ints;
    const at = slot * SLOT_WORDS;
    const account = ints[at + ACCOUNT]!;
    const next = ints[at + ACCOUNT_NEXT]!;
    const previous = ints[at + ACCOUNT_PREVIOUS]!;
    if (previous === 0) this.accountHeads[account] = next;
    else ints[previous * SLOT_WORDS + ACCOUNT_NEXT] = next;
    if (next !== 0) ints[next * SLOT_WORDS + ACCOUNT_PREVIOUS] = previous;
    this.accountCounts[account] = this.accountCounts[account]! - 1;
  }

  private grow(): void {
    this.capacity += Math.max(64, this.capacity >>> 1);
    this.ints = grownInts(this.ints, this.capacity * SLOT_WORDS);
    this.doubles = new Float64Array(this.ints.buffer);
    const clientIds = new Uint32Array(this.capacity * CLIENT_ORDER_ID_WORDS);
    clientIds.set(this.clientIds);
    this.clientIds = clientIds;
    const buckets = powerOfTwoAtLeast(this.capacity) >>> 1;
    if (buckets <= this.buckets.length) return;
    this.buckets = new Int32Array(buckets);
    this.eachLive((slot) => this.linkChain(slot));
  }

  /** Visits open orders in slot order. A slot is live when the id it carries leads back to it. */
  eachLive(visit: (slot: number) => void): void {
    for (let slot = 1; slot < this.slotEnd; slot++) if (this.byId.get(this.orderId(slot)) === slot) visit(slot);
  }

  /** Views of what is in use; the caller copies. The chains and the id index follow from these. */
  arrays(): OrderTableArrays {
    return {
      counters: Int32Array.of(this.slotEnd, this.freeSlot, this.live),
      slots: this.ints.subarray(0, this.slotEnd * SLOT_WORDS),
      clientIds: this.clientIds.subarray(0, this.slotEnd * CLIENT_ORDER_ID_WORDS),
      accountHeads: this.accountHeads,
      accountCounts: this.accountCounts,
    };
  }

  restore(arrays: OrderTableArrays): void {
    const [slotEnd, freeSlot, live] = arrays.counters;
    if (slotEnd === undefined || freeSlot === undefined || live === undefined)
      throw new RangeError("an order table has three counters");
    this.slotEnd = slotEnd;
    this.freeSlot = freeSlot;
    this.live = live;
    if (slotEnd > this.capacity) {
      this.capacity = slotEnd;
      this.buckets = new Int32Array(powerOfTwoAtLeast(slotEnd));
    }
    this.ints = grownInts(arrays.slots, this.capacity * SLOT_WORDS);
    this.doubles = new Float64Array(this.ints.buffer);
    this.clientIds = new Uint32Array(this.capacity * CLIENT_ORDER_ID_WORDS);
    this.clientIds.set(arrays.clientIds);
    this.accountHeads = arrays.accountHeads.slice();
    this.accountCounts = arrays.accountCounts.slice();
    const free = new Uint8Array(slotEnd);
    for (let slot = freeSlot; slot !== 0; slot = this.ints[slot * SLOT_WORDS + NEXT]!) free[slot] = 1;
    for (let slot = 1; slot < slotEnd; slot++) {
      if (free[slot] === 1) continue;
      this.byId.set(this.orderId(slot), slot);
      this.linkChain(slot);
    }
  }

  byteLength(): number {
    return (
      this.ints.byteLength +
      this.clientIds.byteLength +
      this.buckets.byteLength +
      this.accountHeads.byteLength +
      this.accountCounts.byteLength +
      this.byId.byteLength()
    );
  }
}

/** The word of a slot that depends on the size of the bucket table and is left out of the state's hash. */
export const CHAIN_WORD = CHAIN_NEXT;

function powerOfTwoAtLeast(count: number): number {
  let power = 16;
  while (power < count) power *= 2;
  return power;
}

function grownInts(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
