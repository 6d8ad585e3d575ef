/** The words that a parameter takes, from the tables by which requests are read. Any other is refused. */
import { KLINE_INTERVALS } from "../../bus/stream-client.ts";
import { RESPONSE_TYPES } from "../new-order.ts";
import { CANCEL_RESTRICTION_WORD, ORDER_TYPE_WORD, SELF_TRADE_WORD, SIDE_WORD, TIME_IN_FORCE_WORD } from "../words.ts";
import { LEG_NAMES } from "./parameter-catalog.ts";

const ORDER_TYPES = Object.values(ORDER_TYPE_WORD);
const SIDES = Object.values(SIDE_WORD);
const TIMES_IN_FORCE = Object.values(TIME_IN_FORCE_WORD);

function legWords(): Readonly<Record<string, readonly string[]>> {
  const pairs = Object.keys(LEG_NAMES).map((prefix) => ({
    [`${prefix}Type`]: ORDER_TYPES,
    [`${prefix}Side`]: SIDES,
    [`${prefix}TimeInForce`]: TIMES_IN_FORCE,
  }));
  return Object.assign({}, ...pairs);
}

/** Of a pair, and of the order that works at once, not every type will do. */
const LEG_TYPES: Readonly<Record<string, readonly string[]>> = {
  workingType: [ORDER_TYPE_WORD.limit, ORDER_TYPE_WORD.limit_maker],
};

export const PARAMETER_WORDS: Readonly<Record<string, readonly string[]>> = {
  ...legWords(),
  ...LEG_TYPES,
  symbolStatus: ["TRADING", "HALT", "BREAK"],
  interval: KLINE_INTERVALS,
  side: SIDES,
  type: ORDER_TYPES,
  timeInForce: TIMES_IN_FORCE,
  stopLimitTimeInForce: TIMES_IN_FORCE,
  newOrderRespType: RESPONSE_TYPES,
  selfTradePreventionMode: Object.values(SELF_TRADE_WORD),
  cancelRestrictions: Object.values(CANCEL_RESTRICTION_WORD),
  cancelReplaceMode: ["STOP_ON_FAILURE", "ALLOW_FAILURE"],
  orderRateLimitExceededMode: ["DO_NOTHING", "CANCEL_ONLY"],
  kind: ["hmac_sha256", "ed25519", "rsa_sha256"],
};
