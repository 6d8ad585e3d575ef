/**
 * The state as named sections of bytes, and back; and its hash.
 *
 * `capture` copies what is in use and nothing else, in one go, so that the engine can change the state while the copy
 * is written. Sections are in the machine's byte order (little endian on every machine we run on; the head says so).
 */
import { assert } from "../domain/assert.ts";
import { type Asset, type ExchangeLimits, type Instrument, NO_LIMITS } from "../domain/instrument.ts";
import type { AccountRecord, KeyRecord } from "../domain/operator.ts";
import type { InstrumentState } from "./instrument-state.ts";
import type { StoredList } from "./order-lists.ts";
import { CHAIN_WORD, type OrderTableArrays, SLOT_WORDS } from "./order-table.ts";
import type { PriceIndexArrays } from "./price-index.ts";
import { REMEMBERED_CHAIN_WORD, REMEMBERED_WORDS } from "./remembered-commands.ts";
import { type CoreOptions, CoreState, RULES_VERSION } from "./state.ts";

export interface Section {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Head {
  readonly rulesVersion: number;
  readonly littleEndian: boolean;
  readonly timeUs: number;
  readonly events: readonly number[];
  readonly assets: readonly Asset[];
  readonly accounts: readonly AccountRecord[];
  readonly keys: readonly (KeyRecord | null)[];
  readonly depositReferences: readonly string[];
  readonly withdrawals: readonly (readonly [
    string,
    { account: number; asset: number; atoms: string; state: "held" | "settled" | "released" },
  ])[];
  readonly instruments: readonly { definition: Instrument; counters: readonly number[] }[];
  readonly ledgerAccounts: number;
  readonly ledgerTotals: readonly string[];
  /** Left out where nobody has set them, and in snapshots of before there were any; likewise the two below. */
  readonly limits?: ExchangeLimits;
  readonly withdrawalsFrozen?: true;
  readonly lists?: { readonly lastId: number; readonly open: readonly StoredList[] };
}

const ORDER_ARRAYS = [
  "counters",
  "slots",
  "clientIds",
  "accountHeads",
  "accountCounts",
] as const satisfies readonly (keyof OrderTableArrays)[];
const PRICE_ARRAYS = [
  "counters",
  "top",
  "topBits",
  "mids",
  "midBits",
  "leafBase",
  "leafBits",
  "levels",
] as const satisfies readonly (keyof PriceIndexArrays)[];

const REMEMBERED_ARRAYS = ["counters", "wheel", "entries"] as const;

type AnyArray = Int32Array | Uint32Array | Float64Array;

function copyOf(array: AnyArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();
}

/** A consistent copy of the whole state. */
export function capture(state: CoreState): readonly Section[] {
  const sections: Section[] = [];
  const ledger = state.ledger.capture();
  const remembered = state.remembered.arrays();
  for (const instrument of state.instruments) {
    const orders = instrument.book.orders.arrays();
    for (const key of ORDER_ARRAYS)
      sections.push({ name: `instrument/${instrument.id}/orders/${key}`, bytes: copyOf(orders[key]) });
    const prices = instrument.book.index.arrays();
    for (const key of PRICE_ARRAYS)
      sections.push({ name: `instrument/${instrument.id}/prices/${key}`, bytes: copyOf(prices[key]) });
    captureSpecial(instrument, sections);
  }
  for (const [asset, cells] of ledger.cells.entries())
    sections.push({ name: `balances/${asset}`, bytes: copyOf(cells) });
  for (const key of REMEMBERED_ARRAYS) sections.push({ name: `remembered/${key}`, bytes: copyOf(remembered[key]) });
  const counts = state.counts.array();
  if (counts.length > 0) sections.push({ name: "orderCounts", bytes: copyOf(counts) });
  sections.push({ name: "head", bytes: utf8(JSON.stringify(headOf(state, ledger))) });
  return sections;
}

/** Nothing of an instrument that never had any: its sections are those of before there were special orders. */
function captureSpecial({ id, book, average }: InstrumentState, sections: Section[]): void {
  if (!book.special.isUntouched) {
    book.triggers.writeWatermarks();
    const { counters, records } = book.special.arrays();
    sections.push({ name: `instrument/${id}/special/counters`, bytes: copyOf(counters) });
    sections.push({ name: `instrument/${id}/special/records`, bytes: copyOf(records) });
  }
  if (!average.isEmpty()) sections.push({ name: `instrument/${id}/average`, bytes: copyOf(average.array()) });
}

function headOf(state: CoreState, ledger: ReturnType<CoreState["ledger"]["capture"]>): Head {
  return {
    rulesVersion: RULES_VERSION,
    littleEndian: isLittleEndian(),
    timeUs: state.timeUs,
    events: state.events.capture(),
    assets: state.assets,
    accounts: state.accounts,
    keys: state.keys.map((key) => (key === null ? null : key.record)),
    depositReferences: [...state.depositReferences],
    withdrawals: [...state.withdrawals].map(
      ([reference, w]) =>
        [reference, { account: w.account, asset: w.asset, atoms: String(w.atoms), state: w.state }] as const,
    ),
    instruments: state.instruments.map((instrument) => ({
      definition: instrument.definition,
      counters: countersOf(instrument),
    })),
    ledgerAccounts: ledger.accounts,
    ledgerTotals: ledger.totals,
    ...(state.limits === NO_LIMITS ? {} : { limits: state.limits }),
    ...(state.withdrawalsFrozen ? { withdrawalsFrozen: true } : {}),
    ...(state.lists.lastId === 0 ? {} : { lists: { lastId: state.lists.lastId, open: state.lists.capture() } }),
  };
}

function countersOf(instrument: InstrumentState): readonly number[] {
  const { book } = instrument;
  return [
    instrument.lastOrderId,
    instrument.lastTradeId,
    instrument.lastUpdateId,
    instrument.lastTradeTicks,
    book.bestBid,
    book.bestAsk,
  ];
}

/** Makes the state that `capture` copied. */
export function restore(sections: readonly Section[], options: CoreOptions): CoreState {
  const byName = new Map(sections.map((section) => [section.name, section.bytes]));
  const bytesOf = (name: string): Uint8Array => {
    const bytes = byName.get(name);
    assert(bytes !== undefined, `a snapshot has the section ${name}`);
    return bytes;
  };
  const head = JSON.parse(fromUtf8(bytesOf("head"))) as Head;
  assert(
    head.rulesVersion === RULES_VERSION,
    `a snapshot of rules version ${head.rulesVersion} is not read as ${RULES_VERSION}`,
  );
  assert(head.littleEndian === isLittleEndian(), "a snapshot is read on a machine of its own byte order");
  const state = new CoreState(options);
  state.timeUs = head.timeUs;
  state.events.restore(head.events);
  for (const account of head.accounts) state.putAccount(account);
  for (const asset of head.assets) state.putAsset(asset);
  for (const key of head.keys) if (key !== null) state.putKey(key);
  for (const reference of head.depositReferences) state.depositReferences.add(reference);
  for (const [reference, withdrawal] of head.withdrawals)
    state.withdrawals.set(reference, { ...withdrawal, atoms: BigInt(withdrawal.atoms) });
  state.ledger.restore({
    accounts: head.ledgerAccounts,
    totals: head.ledgerTotals,
    cells: head.assets.map((asset) => doublesOf(bytesOf(`balances/${asset.id}`))),
  });
  state.remembered.restore({
    counters: doublesOf(bytesOf("remembered/counters")),
    wheel: intsOf(bytesOf("remembered/wheel")),
    entries: intsOf(bytesOf("remembered/entries")),
  });
  for (const { definition, counters } of head.instruments) {
    const instrument = state.putInstrument(definition);
    restoreInstrument(instrument, counters, bytesOf);
    restoreSpecial(instrument, byName);
  }
  if (head.limits !== undefined) state.putLimits(head.limits);
  state.withdrawalsFrozen = head.withdrawalsFrozen === true;
  if (head.lists !== undefined) state.lists.restore(head.lists.lastId, head.lists.open);
  state.counts.turnTo(state.timeUs);
  const counts = byName.get("orderCounts");
  if (counts !== undefined) state.counts.restore(intsOf(counts));
  return state;
}

function restoreInstrument(
  instrument: InstrumentState,
  counters: readonly number[],
  bytesOf: (name: string) => Uint8Array,
): void {
  const [lastOrderId = 0, lastTradeId = 0, lastUpdateId = 0, lastTradeTicks = 0, bestBid = 0, bestAsk = 0] = counters;
  instrument.lastOrderId = lastOrderId;
  instrument.lastTradeId = lastTradeId;
  instrument.lastUpdateId = lastUpdateId;
  instrument.lastTradeTicks = lastTradeTicks;
  const { book } = instrument;
  book.bestBid = bestBid;
  book.bestAsk = bestAsk;
  const orders = (key: keyof OrderTableArrays): Int32Array =>
    intsOf(bytesOf(`instrument/${instrument.id}/orders/${key}`));
  const clientIds = orders("clientIds");
  book.orders.restore({
    counters: orders("counters"),
    slots: orders("slots"),
    clientIds: new Uint32Array(clientIds.buffer, clientIds.byteOffset, clientIds.length),
    accountHeads: orders("accountHeads"),
    accountCounts: orders("accountCounts"),
  });
  const prices = (key: keyof PriceIndexArrays): Int32Array =>
    intsOf(bytesOf(`instrument/${instrument.id}/prices/${key}`));
  book.index.restore({
    counters: prices("counters"),
    top: prices("top"),
    topBits: prices("topBits"),
    mids: prices("mids"),
    midBits: prices("midBits"),
    leafBase: prices("leafBase"),
    leafBits: prices("leafBits"),
    levels: prices("levels"),
  });
}

/** Behind the order table, from which the counts and the triggers follow too. */
function restoreSpecial({ id, book, average }: InstrumentState, byName: ReadonlyMap<string, Uint8Array>): void {
  const counters = byName.get(`instrument/${id}/special/counters`);
  const records = byName.get(`instrument/${id}/special/records`);
  if (counters !== undefined && records !== undefined) {
    book.special.restore({ counters: doublesOf(counters), records: doublesOf(records) });
    book.triggers.rebuild();
  }
  const averaged = byName.get(`instrument/${id}/average`);
  if (averaged !== undefined) average.restore(doublesOf(averaged));
}

/**
 * The hash of all that the state says, 16 hex digits: equal for two states that answer every command alike.
 * O(size of the state). The hash chains' links depend on how often a table has grown, so they are left out.
 */
export function stateHash(state: CoreState): string {
  let high = 0x6a09e667;
  let low = 0xbb67ae85;
  const sections = [...capture(state)].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, bytes } of sections) {
    const padded = bytes.length % 4 === 0 ? bytes : paddedTo4(bytes);
    const words = new Int32Array(padded.buffer, padded.byteOffset, padded.length / 4);
    if (name.endsWith("/orders/slots")) clearColumn(words, SLOT_WORDS, CHAIN_WORD);
    if (name === "remembered/entries") clearColumn(words, REMEMBERED_WORDS, REMEMBERED_CHAIN_WORD);
    for (let index = 0; index < words.length; index++) {
      high = Math.imul(high ^ words[index]!, 0x9e3779b1);
      high ^= high >>> 15;
      low = Math.imul(low + words[index]!, 0x85ebca6b);
      low ^= low >>> 13;
    }
  }
  return (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0");
}

function clearColumn(words: Int32Array, stride: number, column: number): void {
  for (let at = column; at < words.length; at += stride) words[at] = 0;
}

function paddedTo4(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array((bytes.length + 3) & ~3);
  padded.set(bytes);
  return padded;
}

function intsOf(bytes: Uint8Array): Int32Array {
  const copy = bytes.slice();
  return new Int32Array(copy.buffer, 0, copy.length / 4);
}

function doublesOf(bytes: Uint8Array): Float64Array {
  const copy = bytes.slice();
  return new Float64Array(copy.buffer, 0, copy.length / 8);
}

function isLittleEndian(): boolean {
  return new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
}

/** UTF-8 without the platform's encoder, which the pure rooms do not see. */
function utf8(text: string): Uint8Array {
  const escaped = encodeURIComponent(text);
  const bytes = new Uint8Array(escaped.length);
  let length = 0;
  for (let index = 0; index < escaped.length; index++) {
    if (escaped.charCodeAt(index) === 0x25) {
      bytes[length++] = Number.parseInt(escaped.slice(index + 1, index + 3), 16);
      index += 2;
    } else bytes[length++] = escaped.charCodeAt(index);
  }
  return bytes.slice(0, length);
}

function fromUtf8(bytes: Uint8Array): string {
  let escaped = "";
  for (const byte of bytes)
    escaped += byte < 0x80 && byte !== 0x25 ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, "0")}`;
  return decodeURIComponent(escaped);
}
