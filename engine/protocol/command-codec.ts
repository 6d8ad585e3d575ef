/**
 * The binary form of a command: what travels on the bus and what the journal keeps, byte for byte.
 *
 * Little endian. A record is a multiple of 8 bytes; 48 bytes of envelope, then by type:
 *   0 u32 bytes in all · 4 u8 type · 5 u8 source · 6 u16 zero · 8 16 bytes command id · 24 f64 deadline µs
 *   32 f64 source milliseconds, 40 u32 source counter (where a stream delivered it; 0 in memory) · 44 u32 zero
 * trade commands:
 *   48 i32 account · 52 i32 key · 56 i32 instrument · 60 i32 price ticks · 64 f64 quantity lots · 72 f64 order id
 *   80 u8 side · 81 order type · 82 time in force · 83 self-trade mode (255: default) · 84 restriction · 85 replace mode
 *   88 u64 quote atoms · 96 client id (32) · 128 original client id (32) · 160 cancel's client id (32)
 *   Trailing client ids that are empty are left out.
 * operator's commands: 48 u32 length, then JSON in UTF-8, amounts as decimal strings, zero padding.
 * a source epoch, which only the engine writes: likewise JSON (SourceEpoch), source, command id and deadline aside.
 * a tick: nothing more.
 */
import {
  COMMAND,
  Command,
  REPLACE_ALLOW_FAILURE,
  REPLACE_STOP_ON_FAILURE,
  SELF_TRADE_DEFAULT,
  SOURCE_OPS,
  SOURCE_TRADE,
} from "../core/command.ts";
import { fromBigInt } from "../core/wide.ts";
import { assert } from "../domain/assert.ts";
import { packClientOrderId } from "../domain/client-order-id.ts";
import type { OperatorCommand } from "../domain/operator.ts";
import { CANCEL_RESTRICTIONS, codeOf, ORDER_TYPES, SELF_TRADE_MODES, SIDES, TIMES_IN_FORCE } from "../domain/order.ts";
import type { CommandEnvelope, EngineCommand, NewOrder, TradeCommand } from "./commands.ts";

export const RECORD_HEADER_BYTES = 48;
export const TRADE_BYTES = 96;
export const CLIENT_ID_BYTES = 32;
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

const TRADE_TYPES: Readonly<Record<TradeCommand["type"], number>> = {
  place_order: COMMAND.placeOrder,
  cancel_order: COMMAND.cancelOrder,
  cancel_all: COMMAND.cancelAll,
  cancel_replace: COMMAND.cancelReplace,
  amend_order: COMMAND.amendOrder,
};

function isTrade(command: EngineCommand): command is TradeCommand {
  return command.type in TRADE_TYPES;
}

/** Fills the reusable record from a plain command. */
export function toRecord(command: EngineCommand, envelope: CommandEnvelope, record: Command): Command {
  assert(envelope.commandId.length === 16, "a command id has 16 bytes");
  const id = new DataView(envelope.commandId.buffer, envelope.commandId.byteOffset, 16);
  for (let word = 0; word < 4; word++) record.commandId[word] = id.getUint32(word * 4, true);
  record.deadlineUs = envelope.deadlineUs;
  record.source = envelope.source === "ops" ? SOURCE_OPS : SOURCE_TRADE;
  if (!isTrade(command)) {
    record.type = COMMAND.operator;
    record.operator = command;
    return record;
  }
  record.type = TRADE_TYPES[command.type];
  record.operator = null;
  record.account = command.account;
  record.keyId = command.keyId;
  record.instrument = command.instrument;
  record.orderId = 0;
  record.priceTicks = 0;
  record.quantityLots = 0;
  record.quote.fill(0);
  record.side = 0;
  record.orderType = 0;
  record.timeInForce = 0;
  record.selfTradeMode = SELF_TRADE_DEFAULT;
  record.restriction = 0;
  record.replaceMode = REPLACE_STOP_ON_FAILURE;
  let clientId = "";
  let origClientId = "";
  let cancelClientId = "";
  switch (command.type) {
    case "place_order":
      takeNewOrder(command, record);
      clientId = command.clientOrderId;
      break;
    case "cancel_order":
      record.orderId = command.orderId;
      record.restriction = codeOf(CANCEL_RESTRICTIONS, command.restriction);
      origClientId = command.origClientOrderId;
      cancelClientId = command.cancelClientOrderId;
      break;
    case "cancel_all":
      cancelClientId = command.cancelClientOrderId;
      break;
    case "cancel_replace":
      takeNewOrder(command, record);
      record.orderId = command.cancelTarget.orderId;
      record.restriction = codeOf(CANCEL_RESTRICTIONS, command.restriction);
      record.replaceMode = command.mode === "allow_failure" ? REPLACE_ALLOW_FAILURE : REPLACE_STOP_ON_FAILURE;
      clientId = command.clientOrderId;
      origClientId = command.cancelTarget.origClientOrderId;
      cancelClientId = command.cancelClientOrderId;
      break;
    case "amend_order":
      record.orderId = command.orderId;
      record.quantityLots = command.quantityLots;
      clientId = command.newClientOrderId;
      origClientId = command.origClientOrderId;
      break;
  }
  packClientOrderId(clientId, record.clientId, 0);
  packClientOrderId(origClientId, record.origClientId, 0);
  packClientOrderId(cancelClientId, record.cancelClientId, 0);
  return record;
}

/** A price that has no room in a record is written as −1, which every filter refuses: cut to size it would be another price. */
function priceWord(ticks: number): number {
  return (ticks | 0) === ticks ? ticks : -1;
}

function takeNewOrder(order: NewOrder, record: Command): void {
  record.side = codeOf(SIDES, order.side);
  record.orderType = codeOf(ORDER_TYPES, order.orderType);
  record.timeInForce = codeOf(TIMES_IN_FORCE, order.timeInForce);
  record.selfTradeMode =
    order.selfTradeMode === null ? SELF_TRADE_DEFAULT : codeOf(SELF_TRADE_MODES, order.selfTradeMode);
  record.priceTicks = priceWord(order.priceTicks);
  record.quantityLots = order.quantityLots;
  if (order.quoteAtoms > 0n) fromBigInt(order.quoteAtoms, record.quote);
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
    const at = this.writeHeader(record, TRADE_BYTES + ids * CLIENT_ID_BYTES);
    const { view } = this;
    view.setInt32(at + 48, record.account, true);
    view.setInt32(at + 52, record.keyId, true);
    view.setInt32(at + 56, record.instrument, true);
    view.setInt32(at + 60, record.priceTicks, true);
    view.setFloat64(at + 64, record.quantityLots, true);
    view.setFloat64(at + 72, record.orderId, true);
    view.setUint8(at + 80, record.side);
    view.setUint8(at + 81, record.orderType);
    view.setUint8(at + 82, record.timeInForce);
    view.setUint8(at + 83, record.selfTradeMode);
    view.setUint8(at + 84, record.restriction);
    view.setUint8(at + 85, record.replaceMode);
    view.setUint16(at + 86, 0);
    const high = Math.floor(record.quote[1]! / TWO_32);
    view.setUint32(at + 88, record.quote[1]! - high * TWO_32, true);
    view.setUint32(at + 92, high + record.quote[0]! * TWO_20, true);
    this.writeClientId(at + TRADE_BYTES, record.clientId);
    if (ids > 1) this.writeClientId(at + TRADE_BYTES + CLIENT_ID_BYTES, record.origClientId);
    if (ids > 2) this.writeClientId(at + TRADE_BYTES + 2 * CLIENT_ID_BYTES, record.cancelClientId);
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
    else if (record.type !== COMMAND.tick && record.type !== COMMAND.sourceEpoch) this.readTrade(at, length, record);
    this.offset = at + length;
  }

  private readTrade(at: number, length: number, record: Command): void {
    const { view } = this;
    record.account = view.getInt32(at + 48, true);
    record.keyId = view.getInt32(at + 52, true);
    record.instrument = view.getInt32(at + 56, true);
    record.priceTicks = view.getInt32(at + 60, true);
    record.quantityLots = view.getFloat64(at + 64, true);
    record.orderId = view.getFloat64(at + 72, true);
    record.side = view.getUint8(at + 80);
    record.orderType = view.getUint8(at + 81);
    record.timeInForce = view.getUint8(at + 82);
    record.selfTradeMode = view.getUint8(at + 83);
    record.restriction = view.getUint8(at + 84);
    record.replaceMode = view.getUint8(at + 85);
    const high = view.getUint32(at + 92, true);
    const quoteHi = Math.floor(high / TWO_20);
    record.quote[0] = quoteHi;
    record.quote[1] = (high - quoteHi * TWO_20) * TWO_32 + view.getUint32(at + 88, true);
    this.readClientId(at + TRADE_BYTES, at + length, record.clientId);
    this.readClientId(at + TRADE_BYTES + CLIENT_ID_BYTES, at + length, record.origClientId);
    this.readClientId(at + TRADE_BYTES + 2 * CLIENT_ID_BYTES, at + length, record.cancelClientId);
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
