/**
 * Whether an encoded record that came from outside may be journaled. What passes the core applies or refuses by a reject;
 * it never trips an assertion. Layout: command-codec.ts. Invariant I29: engine/INVARIANTS.md.
 *
 * A record is canonical: of one command there is one form, byte for byte. Who may ask for what is the core's to say.
 */
import {
  COMMAND,
  COUNT_USED_UP_CANCEL_ONLY,
  LIST_LEGS_MAX,
  REPLACE_ALLOW_FAILURE,
  SELF_TRADE_DEFAULT,
  SOURCE_OPS,
} from "../core/command.ts";
import { CLIENT_ORDER_ID_WORDS, isPackedClientOrderId } from "../domain/client-order-id.ts";
import {
  CANCEL_RESTRICTIONS,
  LIST_CONTINGENCIES,
  ORDER_TYPES,
  SELF_TRADE_MODES,
  SIDES,
  TIMES_IN_FORCE,
} from "../domain/order.ts";
import {
  CLIENT_ID_BYTES,
  CONDITIONS_BYTES,
  LEG_BYTES,
  LEG_CLIENT_ID_AT,
  LEG_CONDITIONS_AT,
  LIST_BYTES,
  RECORD_HEADER_BYTES,
  TRADE_BYTES,
} from "./command-codec.ts";
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
    case COMMAND.cancelOrderList:
      return stream === "trade" ? checkTrade(view) : "a trader's command on the operator's stream";
    case COMMAND.placeOrderList:
      return stream === "trade" ? checkList(view) : "a trader's command on the operator's stream";
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
  // Of another length than any: behind its end is nothing to read.
  const hasConditions = view.byteLength > TRADE_BYTES && view.getUint8(86) === 1;
  const conditionsAt = view.byteLength - (hasConditions ? CONDITIONS_BYTES : 0);
  const ids = (conditionsAt - TRADE_BYTES) / CLIENT_ID_BYTES;
  if (ids !== 1 && ids !== 2 && ids !== 3) return "length is not that of a trader's command";
  const wrong = checkCredential(view) ?? checkWords(view, 80);
  if (wrong !== null) return wrong;
  if (!isCount(view.getFloat64(64, true))) return "quantity is not a whole number of lots";
  if (!isCount(view.getFloat64(72, true))) return "order id is not a whole number";
  if (view.getUint8(84) >= CANCEL_RESTRICTIONS.length) return "restriction is unknown";
  if (view.getUint8(85) > REPLACE_ALLOW_FAILURE) return "replace mode is unknown";
  if (view.getUint8(86) > 1) return "conditions are neither there nor not";
  if (view.getUint8(87) > COUNT_USED_UP_CANCEL_ONLY) return "what to do when the count is used up is unknown";
  if (view.getUint32(92, true) >= QUOTE_HIGH_END) return "quote amount is above 2^63−1";
  for (let index = 0; index < ids; index++) {
    if (!isClientIdAt(view, TRADE_BYTES + index * CLIENT_ID_BYTES)) return "client order id is no text of its alphabet";
    if (index === ids - 1 && index > 0 && WORDS[0] === 0) return "a trailing client order id is empty";
  }
  if (!hasConditions) return null;
  if (!isAnyNonzero(view, conditionsAt, view.byteLength)) return "conditions are there and empty";
  return checkConditions(view, conditionsAt);
}

function checkList(view: DataView): string | null {
  if (view.byteLength < LIST_BYTES) return "length is not that of a list";
  const legs = view.getUint8(61);
  if (legs > LIST_LEGS_MAX || view.byteLength !== LIST_BYTES + legs * LEG_BYTES) return "length is not that of a list";
  const wrong = checkCredential(view);
  if (wrong !== null) return wrong;
  if (view.getUint8(60) >= LIST_CONTINGENCIES.length) return "contingency is unknown";
  if (view.getUint16(62, true) !== 0) return "padding is not zero";
  if (!isClientIdAt(view, 64)) return "client order id is no text of its alphabet";
  for (let index = 0; index < legs; index++) {
    const at = LIST_BYTES + index * LEG_BYTES;
    const wrongLeg = checkWords(view, at) ?? checkConditions(view, at + LEG_CONDITIONS_AT);
    if (wrongLeg !== null) return wrongLeg;
    if (!isCount(view.getFloat64(at + 8, true))) return "quantity is not a whole number of lots";
    if (!isClientIdAt(view, at + LEG_CLIENT_ID_AT)) return "client order id is no text of its alphabet";
  }
  return null;
}

function checkCredential(view: DataView): string | null {
  if (view.getInt32(48, true) < 0) return "account is below zero";
  if (view.getInt32(52, true) < 0) return "key is below zero";
  // For key 0 the core asks no permission: it is how the exchange itself acts, which sends nothing over a stream.
  if (view.getInt32(52, true) === 0) return "key 0 is the exchange's own";
  return view.getInt32(56, true) < 0 ? "instrument is below zero" : null;
}

/** Side, type, time in force, self-trade mode: a byte each. */
function checkWords(view: DataView, at: number): string | null {
  if (view.getUint8(at) >= SIDES.length) return "side is unknown";
  if (view.getUint8(at + 1) >= ORDER_TYPES.length) return "order type is unknown";
  if (view.getUint8(at + 2) >= TIMES_IN_FORCE.length) return "time in force is unknown";
  const mode = view.getUint8(at + 3);
  return mode !== SELF_TRADE_DEFAULT && mode >= SELF_TRADE_MODES.length ? "self-trade mode is unknown" : null;
}

/** Below zero is the core's to refuse. */
function checkConditions(view: DataView, at: number): string | null {
  for (let byte = 0; byte < CONDITIONS_BYTES; byte += 8) {
    if (!isWhole(view.getFloat64(at + byte, true))) return "a condition is not a whole number";
  }
  return null;
}

/** Leaves its words in WORDS. */
function isClientIdAt(view: DataView, at: number): boolean {
  for (let word = 0; word < CLIENT_ORDER_ID_WORDS; word++) WORDS[word] = view.getUint32(at + word * 4, true);
  return isPackedClientOrderId(WORDS, 0);
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

/** Up to 2^53−1 on either side, and not the zero below zero. */
function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function isCount(value: number): boolean {
  return isWhole(value) && value >= 0;
}
