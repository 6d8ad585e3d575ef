/**
 * The binary form of a command: what travels on the bus and what the journal keeps, byte for byte.
 *
 * Little endian. A record is a multiple of 8 bytes; 48 bytes of envelope, then by type:
 *   0 u32 bytes in all · 4 u8 type · 5 u8 source · 6 u16 zero · 8 16 bytes command id · 24 f64 deadline µs
 *   32 f64 source milliseconds, 40 u32 source counter (where a stream delivered it; 0 in memory) · 44 u32 zero
 * trade commands:
 *   48 i32 account · 52 i32 key · 56 i32 instrument · 60 i32 price ticks · 64 f64 quantity lots · 72 f64 order id
 *   80 u8 side · 81 order type · 82 time in force · 83 self-trade mode (255: default) · 84 restriction · 85 replace mode
 *   86 conditions behind the client ids (0 or 1) · 87 when the count is used up (0: do nothing, 1: cancel only)
 *   88 u64 quote atoms · 96 client id (32) · 128 original client id (32) · 160 cancel's client id (32)
 *   Trailing client ids that are empty are left out. Conditions: five f64, as in OrderConditions; left out where all are 0.
 *   A cancel of a list has the list's id for an order id and the list's client id for the original one.
 * a new order list: 48 i32 account · 52 i32 key · 56 i32 instrument · 60 u8 contingency · 61 u8 legs (at most LIST_LEGS_MAX)
 *   62 u16 zero · 64 the list's client id (32) · 96 the legs, 88 bytes each:
 *   0 u8 side · 1 order type · 2 time in force · 3 self-trade mode · 4 i32 price ticks · 8 f64 quantity lots
 *   16 client id (32) · 48 five f64 of conditions, there even where all are 0
 * operator's commands: 48 u32 length, then JSON in UTF-8, amounts as decimal strings, zero padding.
 * a source epoch, which only the engine writes: likewise JSON (SourceEpoch), source, command id and deadline aside.
 * a tick: nothing more.
 */
import { COMMAND, Command, SOURCE_OPS, SOURCE_TRADE } from "../core/command.ts";
import { assert } from "../domain/assert.ts";
import type { OperatorCommand } from "../domain/operator.ts";
import type { CommandEnvelope, EngineCommand } from "./commands.ts";
import { hasAnyCondition, legOf, toRecord } from "./to-record.ts";

export { toRecord } from "./to-record.ts";

export const RECORD_HEADER_BYTES = 48;
export const TRADE_BYTES = 96;
export const CLIENT_ID_BYTES = 32;
export const CONDITIONS_BYTES = 40;
/** Of a new list, in front of its legs; and each leg, which has its conditions last. */
export const LIST_BYTES = 96;
export const LEG_BYTES = 88;
export const LEG_CLIENT_ID_AT = 16;
export const LEG_CONDITIONS_AT = 48;
const SOURCE_AT = 5;
const SOURCE_MS_AT = 32;
const SOURCE_COUNTER_AT = 40;
const TWO_32 = 2 ** 32;
const TWO_20 = 2 ** 20;

/** From now on a stream is read from 0-0 of this server: what stood at its positions before does not count. */
export interface SourceEpoch {
  readonly stream: "trade" | "ops";
  readonly runId: string;
  readonly replicationId: string;
}

/** Writes records one behind another into a buffer that grows; `bytes()` is what has been written since `clear`. */
export class RecordWriter {
  private buffer: Buffer;
  private view: DataView;
  length = 0;
  count = 0;

  constructor(capacity = 64 * 1024) {
    this.buffer = Buffer.alloc(capacity);
    this.view = new DataView(this.buffer.buffer, this.buffer.byteOffset, capacity);
  }

  clear(): void {
    this.length = 0;
    this.count = 0;
  }

  /** A view, valid until the next write. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  write(record: Command): void {
    if (record.type === COMMAND.operator) this.writeOperator(record);
    else if (record.type === COMMAND.tick) this.writeHeader(record, RECORD_HEADER_BYTES);
    else if (record.type === COMMAND.placeOrderList) this.writeList(record);
    else this.writeTrade(record);
    this.count += 1;
  }

  /** Appends a record that is encoded already. */
  writeEncoded(record: Uint8Array): void {
    this.reserve(record.length);
    this.buffer.set(record, this.length);
    this.length += record.length;
    this.count += 1;
  }

  /** The same, as a stream delivered it: source and position are ours to say, whatever the record says. */
  writeDelivered(record: Uint8Array, source: number, ms: number, counter: number): void {
    const at = this.length;
    this.writeEncoded(record);
    this.view.setUint8(at + SOURCE_AT, source);
    this.view.setFloat64(at + SOURCE_MS_AT, ms, true);
    this.view.setUint32(at + SOURCE_COUNTER_AT, counter, true);
  }

  writeSourceEpoch(epoch: SourceEpoch): void {
    const record = new Command();
    record.type = COMMAND.sourceEpoch;
    record.source = epoch.stream === "ops" ? SOURCE_OPS : SOURCE_TRADE;
    this.writeJson(record, JSON.stringify(epoch));
    this.count += 1;
  }

  private writeHeader(record: Command, bytes: number): number {
    this.reserve(bytes);
    const at = this.length;
    const { view } = this;
    view.setUint32(at, bytes, true);
    view.setUint8(at + 4, record.type);
    view.setUint8(at + 5, record.source);
    view.setUint16(at + 6, 0);
    for (let word = 0; word < 4; word++) view.setUint32(at + 8 + word * 4, record.commandId[word]!, true);
    view.setFloat64(at + 24, record.deadlineUs, true);
    view.setFloat64(at + SOURCE_MS_AT, 0, true);
    // Counter and padding.
    view.setFloat64(at + SOURCE_COUNTER_AT, 0, true);
    this.length += bytes;
    return at;
  }

  private writeTrade(record: Command): void {
    const ids = record.cancelClientId[0] !== 0 ? 3 : record.origClientId[0] !== 0 ? 2 : 1;
    const conditionsAt = TRADE_BYTES + ids * CLIENT_ID_BYTES;
    const at = this.writeHeader(record, conditionsAt + (record.hasConditions ? CONDITIONS_BYTES : 0));
    const { view } = this;
    this.writeCredential(at, record);
    view.setInt32(at + 60, record.priceTicks, true);
    view.setFloat64(at + 64, record.quantityLots, true);
    view.setFloat64(at + 72, record.orderId, true);
    view.setUint8(at + 80, record.side);
    view.setUint8(at + 81, record.orderType);
    view.setUint8(at + 82, record.timeInForce);
    view.setUint8(at + 83, record.selfTradeMode);
    view.setUint8(at + 84, record.restriction);
    view.setUint8(at + 85, record.replaceMode);
    view.setUint8(at + 86, record.hasConditions ? 1 : 0);
    view.setUint8(at + 87, record.whenCountUsedUp);
    const high = Math.floor(record.quote[1]! / TWO_32);
    view.setUint32(at + 88, record.quote[1]! - high * TWO_32, true);
    view.setUint32(at + 92, high + record.quote[0]! * TWO_20, true);
    this.writeClientId(at + TRADE_BYTES, record.clientId);
    if (ids > 1) this.writeClientId(at + TRADE_BYTES + CLIENT_ID_BYTES, record.origClientId);
    if (ids > 2) this.writeClientId(at + TRADE_BYTES + 2 * CLIENT_ID_BYTES, record.cancelClientId);
    if (record.hasConditions) this.writeConditions(at + conditionsAt, record);
  }

  private writeCredential(at: number, record: Command): void {
    this.view.setInt32(at + 48, record.account, true);
    this.view.setInt32(at + 52, record.keyId, true);
    this.view.setInt32(at + 56, record.instrument, true);
  }

  private writeList(record: Command): void {
    const at = this.writeHeader(record, LIST_BYTES + record.legCount * LEG_BYTES);
    const { view } = this;
    this.writeCredential(at, record);
    view.setUint8(at + 60, record.contingency);
    view.setUint8(at + 61, record.legCount);
    view.setUint16(at + 62, 0);
    this.writeClientId(at + 64, record.clientId);
    for (let index = 0; index < record.legCount; index++) {
      const leg = record.leg(index);
      const legAt = at + LIST_BYTES + index * LEG_BYTES;
      view.setUint8(legAt, leg.side);
      view.setUint8(legAt + 1, leg.orderType);
      view.setUint8(legAt + 2, leg.timeInForce);
      view.setUint8(legAt + 3, leg.selfTradeMode);
      view.setInt32(legAt + 4, leg.priceTicks, true);
      view.setFloat64(legAt + 8, leg.quantityLots, true);
      this.writeClientId(legAt + LEG_CLIENT_ID_AT, leg.clientId);
      this.writeConditions(legAt + LEG_CONDITIONS_AT, leg);
    }
  }

  private writeConditions(at: number, record: Command): void {
    const { view } = this;
    view.setFloat64(at, record.stopTicks, true);
    view.setFloat64(at + 8, record.trailingDeltaBips, true);
    view.setFloat64(at + 16, record.icebergLots, true);
    view.setFloat64(at + 24, record.strategyId, true);
    view.setFloat64(at + 32, record.strategyType, true);
  }

  private writeClientId(at: number, words: Uint32Array): void {
    for (let word = 0; word < 8; word++) this.view.setUint32(at + word * 4, words[word]!, true);
  }

  private writeOperator(record: Command): void {
    const replacer = (_key: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
    this.writeJson(record, JSON.stringify(record.operator, replacer));
  }

  private writeJson(record: Command, text: string): void {
    const json = Buffer.from(text, "utf8");
    const bytes = (RECORD_HEADER_BYTES + 4 + json.length + 7) & ~7;
    const at = this.writeHeader(record, bytes);
    this.buffer.fill(0, at + RECORD_HEADER_BYTES, at + bytes);
    this.view.setUint32(at + RECORD_HEADER_BYTES, json.length, true);
    this.buffer.set(json, at + RECORD_HEADER_BYTES + 4);
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.alloc(Math.max(this.buffer.length * 2, this.length + bytes));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
    this.view = new DataView(larger.buffer, larger.byteOffset, larger.length);
  }
}

/** Reads records one behind another. What it reads has a valid checksum: a bad length or type is our own fault. */
export class RecordReader {
  private view: DataView = new DataView(new ArrayBuffer(0));
  private bytes: Uint8Array = new Uint8Array(0);
  offset = 0;
  /** Of the record last read or passed over: the stream that delivered it, and where it stood there; 0-0: none did. */
  source = SOURCE_TRADE;
  sourceMs = 0;
  sourceCounter = 0;
  private last = 0;

  open(payload: Uint8Array): void {
    this.bytes = payload;
    this.view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    this.offset = 0;
  }

  get atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  /** Passes over a record without looking into it, but at where it came from. */
  skip(): void {
    this.offset += this.nextLength();
  }

  private nextLength(): number {
    const { view, offset: at } = this;
    const length = view.getUint32(at, true);
    assert(length >= RECORD_HEADER_BYTES && at + length <= this.bytes.length, "a record lies within its frame");
    this.last = at;
    this.source = view.getUint8(at + SOURCE_AT);
    this.sourceMs = view.getFloat64(at + SOURCE_MS_AT, true);
    this.sourceCounter = view.getUint32(at + SOURCE_COUNTER_AT, true);
    return length;
  }

  next(record: Command): void {
    const { view, offset: at } = this;
    const length = this.nextLength();
    record.type = view.getUint8(at + 4);
    record.source = this.source;
    for (let word = 0; word < 4; word++) record.commandId[word] = view.getUint32(at + 8 + word * 4, true);
    record.deadlineUs = view.getFloat64(at + 24, true);
    record.operator = null;
    if (record.type === COMMAND.operator) record.operator = this.readOperator(at);
    else if (record.type === COMMAND.placeOrderList) this.readList(at, record);
    else if (record.type !== COMMAND.tick && record.type !== COMMAND.sourceEpoch) this.readTrade(at, length, record);
    this.offset = at + length;
  }

  private readTrade(at: number, length: number, record: Command): void {
    const { view } = this;
    this.readCredential(at, record);
    record.priceTicks = view.getInt32(at + 60, true);
    record.quantityLots = view.getFloat64(at + 64, true);
    record.orderId = view.getFloat64(at + 72, true);
    record.side = view.getUint8(at + 80);
    record.orderType = view.getUint8(at + 81);
    record.timeInForce = view.getUint8(at + 82);
    record.selfTradeMode = view.getUint8(at + 83);
    record.restriction = view.getUint8(at + 84);
    record.replaceMode = view.getUint8(at + 85);
    record.whenCountUsedUp = view.getUint8(at + 87);
    const high = view.getUint32(at + 92, true);
    const quoteHi = Math.floor(high / TWO_20);
    record.quote[0] = quoteHi;
    record.quote[1] = (high - quoteHi * TWO_20) * TWO_32 + view.getUint32(at + 88, true);
    record.clearConditions();
    let end = at + length;
    if (view.getUint8(at + 86) !== 0) {
      end -= CONDITIONS_BYTES;
      this.readConditions(end, record);
    }
    this.readClientId(at + TRADE_BYTES, end, record.clientId);
    this.readClientId(at + TRADE_BYTES + CLIENT_ID_BYTES, end, record.origClientId);
    this.readClientId(at + TRADE_BYTES + 2 * CLIENT_ID_BYTES, end, record.cancelClientId);
  }

  private readCredential(at: number, record: Command): void {
    record.account = this.view.getInt32(at + 48, true);
    record.keyId = this.view.getInt32(at + 52, true);
    record.instrument = this.view.getInt32(at + 56, true);
  }

  private readList(at: number, record: Command): void {
    const { view } = this;
    this.readCredential(at, record);
    record.contingency = view.getUint8(at + 60);
    record.legCount = view.getUint8(at + 61);
    this.readClientId(at + 64, at + LIST_BYTES, record.clientId);
    for (let index = 0; index < record.legCount; index++) {
      const leg = legOf(record, index);
      const legAt = at + LIST_BYTES + index * LEG_BYTES;
      leg.side = view.getUint8(legAt);
      leg.orderType = view.getUint8(legAt + 1);
      leg.timeInForce = view.getUint8(legAt + 2);
      leg.selfTradeMode = view.getUint8(legAt + 3);
      leg.priceTicks = view.getInt32(legAt + 4, true);
      leg.quantityLots = view.getFloat64(legAt + 8, true);
      this.readClientId(legAt + LEG_CLIENT_ID_AT, legAt + LEG_BYTES, leg.clientId);
      this.readConditions(legAt + LEG_CONDITIONS_AT, leg);
    }
  }

  private readConditions(at: number, record: Command): void {
    const { view } = this;
    record.stopTicks = view.getFloat64(at, true);
    record.trailingDeltaBips = view.getFloat64(at + 8, true);
    record.icebergLots = view.getFloat64(at + 16, true);
    record.strategyId = view.getFloat64(at + 24, true);
    record.strategyType = view.getFloat64(at + 32, true);
    record.hasConditions = hasAnyCondition(record);
  }

  private readClientId(at: number, end: number, words: Uint32Array): void {
    if (at >= end) {
      words.fill(0);
      return;
    }
    for (let word = 0; word < 8; word++) words[word] = this.view.getUint32(at + word * 4, true);
  }

  /** Of the record last read, which is one. */
  sourceEpoch(): SourceEpoch {
    return this.readJson(this.last) as SourceEpoch;
  }

  private readJson(at: number): unknown {
    const length = this.view.getUint32(at + RECORD_HEADER_BYTES, true);
    const start = at + RECORD_HEADER_BYTES + 4;
    return JSON.parse(Buffer.from(this.bytes.subarray(start, start + length)).toString("utf8"));
  }

  private readOperator(at: number): OperatorCommand {
    const parsed = this.readJson(at) as OperatorCommand;
    if (parsed.type !== "deposit" && parsed.type !== "hold_withdrawal") return parsed;
    return { ...parsed, atoms: BigInt(parsed.atoms) };
  }
}

/** One command as bytes of its own. */
export function encodeCommand(command: EngineCommand, envelope: CommandEnvelope): Uint8Array {
  const writer = new RecordWriter(512);
  writer.write(toRecord(command, envelope, new Command()));
  return writer.bytes();
}
