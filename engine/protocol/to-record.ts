/** From a plain command to the record that the core takes and the codec writes: words to their codes, texts to words. */
import {
  COMMAND,
  COUNT_USED_UP_CANCEL_ONLY,
  COUNT_USED_UP_DO_NOTHING,
  type Command,
  LIST_LEGS_MAX,
  REPLACE_ALLOW_FAILURE,
  REPLACE_STOP_ON_FAILURE,
  SELF_TRADE_DEFAULT,
  SOURCE_OPS,
  SOURCE_TRADE,
} from "../core/command.ts";
import { fromBigInt } from "../core/wide.ts";
import { assert } from "../domain/assert.ts";
import { packClientOrderId } from "../domain/client-order-id.ts";
import {
  CANCEL_RESTRICTIONS,
  codeOf,
  LIST_CONTINGENCIES,
  ORDER_TYPES,
  SELF_TRADE_MODES,
  SIDES,
  TIMES_IN_FORCE,
} from "../domain/order.ts";
import type { CommandEnvelope, EngineCommand, ListLeg, PlaceOrderList, TradeCommand } from "./commands.ts";

const TRADE_TYPES: Readonly<Record<TradeCommand["type"], number>> = {
  place_order: COMMAND.placeOrder,
  cancel_order: COMMAND.cancelOrder,
  cancel_all: COMMAND.cancelAll,
  cancel_replace: COMMAND.cancelReplace,
  amend_order: COMMAND.amendOrder,
  place_order_list: COMMAND.placeOrderList,
  cancel_order_list: COMMAND.cancelOrderList,
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
  record.whenCountUsedUp = COUNT_USED_UP_DO_NOTHING;
  record.legCount = 0;
  record.clearConditions();
  let clientId = "";
  let origClientId = "";
  let cancelClientId = "";
  switch (command.type) {
    case "place_order":
      takeNewOrder(command, record);
      takeQuote(command.quoteAtoms, record);
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
      takeQuote(command.quoteAtoms, record);
      if (command.whenCountUsedUp === "cancel_only") record.whenCountUsedUp = COUNT_USED_UP_CANCEL_ONLY;
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
    case "place_order_list":
      takeLegs(command, record);
      clientId = command.listClientOrderId;
      break;
    case "cancel_order_list":
      record.orderId = command.orderListId;
      origClientId = command.listClientOrderId;
      cancelClientId = command.cancelClientOrderId;
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

function takeNewOrder(order: ListLeg, record: Command): void {
  record.side = codeOf(SIDES, order.side);
  record.orderType = codeOf(ORDER_TYPES, order.orderType);
  record.timeInForce = codeOf(TIMES_IN_FORCE, order.timeInForce);
  record.selfTradeMode =
    order.selfTradeMode === null ? SELF_TRADE_DEFAULT : codeOf(SELF_TRADE_MODES, order.selfTradeMode);
  record.priceTicks = priceWord(order.priceTicks);
  record.quantityLots = order.quantityLots;
  record.clearConditions();
  const { conditions } = order;
  if (conditions === undefined) return;
  record.stopTicks = conditions.stopTicks;
  record.trailingDeltaBips = conditions.trailingDeltaBips;
  record.icebergLots = conditions.icebergLots;
  record.strategyId = conditions.strategyId;
  record.strategyType = conditions.strategyType;
  record.hasConditions = hasAnyCondition(record);
}

export function hasAnyCondition(record: Command): boolean {
  return (
    record.stopTicks !== 0 ||
    record.trailingDeltaBips !== 0 ||
    record.icebergLots !== 0 ||
    record.strategyId !== 0 ||
    record.strategyType !== 0
  );
}

function takeQuote(quoteAtoms: bigint, record: Command): void {
  if (quoteAtoms > 0n) fromBigInt(quoteAtoms, record.quote);
}

/** More legs than a record has room for are as wrong as those that fill it. */
function takeLegs(command: PlaceOrderList, record: Command): void {
  record.contingency = codeOf(LIST_CONTINGENCIES, command.contingency);
  record.legCount = Math.min(command.legs.length, LIST_LEGS_MAX);
  for (let index = 0; index < record.legCount; index++) {
    const leg = command.legs[index]!;
    const into = legOf(record, index);
    takeNewOrder(leg, into);
    packClientOrderId(leg.clientOrderId, into.clientId, 0);
  }
}

/** The leg at a place, as the account's own order on the list's instrument. */
export function legOf(record: Command, index: number): Command {
  const leg = record.leg(index);
  leg.type = COMMAND.placeOrder;
  leg.account = record.account;
  leg.keyId = record.keyId;
  leg.instrument = record.instrument;
  return leg;
}
