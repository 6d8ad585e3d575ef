/**
 * Whether an encoded record that came from outside may be journaled. What passes the core applies or refuses by a reject;
 * it never trips an assertion. Layout: command-codec.ts. Invariant I29: engine/INVARIANTS.md.
 *
 * A record is canonical: of one command there is one form, byte for byte. Who may ask for what is the core's to say.
 */
import { COMMAND, REPLACE_ALLOW_FAILURE, SELF_TRADE_DEFAULT, SOURCE_OPS } from "../core/command.ts";
import { CLIENT_ORDER_ID_WORDS, isPackedClientOrderId } from "../domain/client-order-id.ts";
import { CANCEL_RESTRICTIONS, ORDER_TYPES, SELF_TRADE_MODES, SIDES, TIMES_IN_FORCE } from "../domain/order.ts";
import { CLIENT_ID_BYTES, RECORD_HEADER_BYTES, TRADE_BYTES } from "./command-codec.ts";
import { parseOperatorCommand } from "./operator-schema.ts";

/** The longest is a key with its addresses; a frame has room for many times that. */
export const RECORD_BYTES_MAX = 16 * 1024;
const OPERATOR_JSON_AT = RECORD_HEADER_BYTES + 4;
/** 2^63 in the upper word: amounts stay below. */
const QUOTE_HIGH_END = 2 ** 31;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const WORDS = new Uint32Array(CLIENT_ORDER_ID_WORDS);

/** null: it may be taken; else what is wrong, for an operator's log. */
export function checkRecord(bytes: Uint8Array, stream: "trade" | "ops"): string | null {
  if (bytes.length < RECORD_HEADER_BYTES) return "shorter than an envelope";
  if (bytes.length > RECORD_BYTES_MAX) return "longer than any command";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== bytes.length) return "length is not its own";
  const wrong = checkEnvelope(view);
  if (wrong !== null) return wrong;
  const type = view.getUint8(4);
  switch (type) {
    case COMMAND.placeOrder:
    case COMMAND.cancelOrder:
    case COMMAND.cancelAll:
    case COMMAND.cancelReplace:
    case COMMAND.amendOrder:
      return stream === "trade" ? checkTrade(view) : "a trader's command on the operator's stream";
    case COMMAND.operator:
      return stream === "ops" ? checkOperator(view, bytes) : "an operator's command on the traders' stream";
    default:
      return `type ${type} is not a command's`;
  }
}

function checkEnvelope(view: DataView): string | null {
  if (view.getUint8(5) > SOURCE_OPS) return "source is unknown";
  if (view.getUint16(6, true) !== 0) return "padding is not zero";
  // Without an id a command that is read again would be executed again.
  if (!isAnyNonzero(view, 8, 24)) return "command id is all zeros";
  const deadlineUs = view.getFloat64(24, true);
  if (!(deadlineUs >= 0 && deadlineUs <= Number.MAX_SAFE_INTEGER)) return "deadline is no time";
  return isAnyNonzero(view, 32, RECORD_HEADER_BYTES) ? "position is not the sender's to say" : null;
}

function checkTrade(view: DataView): string | null {
  const ids = (view.byteLength - TRADE_BYTES) / CLIENT_ID_BYTES;
  if (ids !== 1 && ids !== 2 && ids !== 3) return "length is not that of a trader's command";
  if (view.getInt32(48, true) < 0) return "account is below zero";
  if (view.getInt32(52, true) < 0) return "key is below zero";
  // For key 0 the core asks no permission: it is how the exchange itself acts, which sends nothing over a stream.
  if (view.getInt32(52, true) === 0) return "key 0 is the exchange's own";
  if (view.getInt32(56, true) < 0) return "instrument is below zero";
  if (!isCount(view.getFloat64(64, true))) return "quantity is not a whole number of lots";
  if (!isCount(view.getFloat64(72, true))) return "order id is not a whole number";
  if (view.getUint8(80) >= SIDES.length) return "side is unknown";
  if (view.getUint8(81) >= ORDER_TYPES.length) return "order type is unknown";
  if (view.getUint8(82) >= TIMES_IN_FORCE.length) return "time in force is unknown";
  const mode = view.getUint8(83);
  if (mode !== SELF_TRADE_DEFAULT && mode >= SELF_TRADE_MODES.length) return "self-trade mode is unknown";
  if (view.getUint8(84) >= CANCEL_RESTRICTIONS.length) return "restriction is unknown";
  if (view.getUint8(85) > REPLACE_ALLOW_FAILURE) return "replace mode is unknown";
  if (view.getUint16(86, true) !== 0) return "padding is not zero";
  if (view.getUint32(92, true) >= QUOTE_HIGH_END) return "quote amount is above 2^63−1";
  for (let index = 0; index < ids; index++) {
    const at = TRADE_BYTES + index * CLIENT_ID_BYTES;
    for (let word = 0; word < CLIENT_ORDER_ID_WORDS; word++) WORDS[word] = view.getUint32(at + word * 4, true);
    if (!isPackedClientOrderId(WORDS, 0)) return "client order id is no text of its alphabet";
    if (index === ids - 1 && index > 0 && WORDS[0] === 0) return "a trailing client order id is empty";
  }
  return null;
}

function checkOperator(view: DataView, bytes: Uint8Array): string | null {
  if (bytes.length < OPERATOR_JSON_AT) return "length is not that of an operator's command";
  const end = OPERATOR_JSON_AT + view.getUint32(RECORD_HEADER_BYTES, true);
  if (end > bytes.length || ((end + 7) & ~7) !== bytes.length) return "length is not that of an operator's command";
  if (isAnyNonzero(view, end, bytes.length)) return "padding is not zero";
  let value: unknown;
  try {
    const text = UTF8.decode(bytes.subarray(OPERATOR_JSON_AT, end));
    value = JSON.parse(text);
    // One form of a value: no name twice, no zero below zero, no blanks.
    if (JSON.stringify(value) !== text) return "JSON is not in its plain form";
  } catch {
    return "not JSON in UTF-8";
  }
  const parsed = parseOperatorCommand(value);
  return typeof parsed === "string" ? parsed : null;
}

function isAnyNonzero(view: DataView, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (view.getUint8(at) !== 0) return true;
  return false;
}

/** 0 … 2^53−1, and not the zero below zero. */
function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
}
