/**
 * Special orders for the fast stream: makes a plain new order, written into the core's reusable Command, into a stop, an
 * order that trails, an iceberg, or the first order of a list. No object per order.
 */
import { COMMAND, type Command } from "../core/command.ts";
import { LIST_CONTINGENCIES, ORDER_TYPES, SIDES } from "../domain/order.ts";
import { hasAnyCondition, legOf } from "../protocol/to-record.ts";
import type { Chance } from "./prng.ts";

const BUY = SIDES.indexOf("buy");
const LIMIT = ORDER_TYPES.indexOf("limit");
const LIMIT_MAKER = ORDER_TYPES.indexOf("limit_maker");
const STOP_LOSS = ORDER_TYPES.indexOf("stop_loss");
const STOP_LOSS_LIMIT = ORDER_TYPES.indexOf("stop_loss_limit");
const TAKE_PROFIT = ORDER_TYPES.indexOf("take_profit");
const TAKE_PROFIT_LIMIT = ORDER_TYPES.indexOf("take_profit_limit");
const STOP_TYPES = [STOP_LOSS, STOP_LOSS_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT] as const;
const OCO = LIST_CONTINGENCIES.indexOf("oco");
const OTO = LIST_CONTINGENCIES.indexOf("oto");
const OTOCO = LIST_CONTINGENCIES.indexOf("otoco");
const OTOCO_LEGS = 3;
/** From the middle: near, or books as deep as these would never come there. */
const PAIR_APART_TICKS = 4;

export interface CheapMarket {
  readonly centerTicks: number;
  readonly spreadTicks: number;
}

/**
 * @param takeId writes a client id that no order has yet.
 */
export function makeCheapSpecial(
  chance: Chance,
  market: CheapMarket,
  command: Command,
  takeId: (words: Uint32Array) => void,
): void {
  command.quote[0] = 0;
  command.quote[1] = 0;
  command.quantityLots = Math.max(1, command.quantityLots);
  const kind = chance.below(10);
  if (kind < 5) makeStop(chance, market, command);
  else if (kind < 7) makeIceberg(chance, market, command);
  else makeList(chance, market, command, takeId);
  command.hasConditions = hasAnyCondition(command);
}

function makeStop(chance: Chance, { centerTicks, spreadTicks }: CheapMarket, order: Command): void {
  order.orderType = chance.pick(STOP_TYPES);
  const isStopLoss = order.orderType === STOP_LOSS || order.orderType === STOP_LOSS_LIMIT;
  const isUp = isStopLoss === (order.side === BUY);
  asStop(chance, order, centerTicks + (isUp ? 1 : -1) * (1 + chance.below(spreadTicks)));
  if (!chance.percent(25)) return;
  order.trailingDeltaBips = 10 + chance.below(60);
  if (chance.percent(50)) order.stopTicks = 0;
}

/** At a stop price; a limit kind's own price a little beyond it. */
function asStop(chance: Chance, order: Command, stopTicks: number): void {
  const isLimit = order.orderType === STOP_LOSS_LIMIT || order.orderType === TAKE_PROFIT_LIMIT;
  order.timeInForce = isLimit ? chance.below(3) : 0;
  order.stopTicks = stopTicks;
  order.priceTicks = isLimit ? stopTicks + chance.between(-8, 8) : 0;
}

function makeIceberg(chance: Chance, market: CheapMarket, order: Command): void {
  order.orderType = LIMIT;
  order.timeInForce = 0;
  order.priceTicks = market.centerTicks + (order.side === BUY ? -1 : 1) * chance.below(market.spreadTicks >> 2);
  order.icebergLots = Math.ceil(order.quantityLots / (1 + chance.below(6)));
}

function makeList(chance: Chance, market: CheapMarket, command: Command, takeId: (words: Uint32Array) => void): void {
  const contingency = chance.pick([OCO, OTO, OTOCO] as const);
  command.type = COMMAND.placeOrderList;
  command.contingency = contingency;
  command.legCount = contingency === OTOCO ? OTOCO_LEGS : 2;
  for (let index = 0; index < command.legCount; index += 1) {
    const leg = legOf(command, index);
    leg.clearConditions();
    leg.side = command.side;
    leg.orderType = LIMIT;
    leg.timeInForce = 0;
    leg.selfTradeMode = command.selfTradeMode;
    leg.quantityLots = command.quantityLots;
    leg.priceTicks = market.centerTicks + chance.between(-8, 8);
    if (index === 0) leg.clientId.set(command.clientId);
    else takeId(leg.clientId);
    if (contingency !== OCO && index > 0) leg.side = 1 - command.side;
  }
  if (contingency === OTO) return;
  const first = contingency === OCO ? 0 : 1;
  makePair(chance, market, command.leg(first), command.leg(first + 1));
}

/** A stop_loss on the one side of the market, on the other an order that waits there or rests. */
function makePair(chance: Chance, { centerTicks }: CheapMarket, below: Command, above: Command): void {
  const [loss, profit] = below.side === BUY ? [above, below] : [below, above];
  const sign = below.side === BUY ? 1 : -1;
  loss.orderType = chance.percent(50) ? STOP_LOSS : STOP_LOSS_LIMIT;
  asStop(chance, loss, centerTicks + sign * (1 + chance.below(PAIR_APART_TICKS)));
  const ticks = centerTicks - sign * (1 + chance.below(PAIR_APART_TICKS));
  profit.orderType = chance.percent(50) ? LIMIT_MAKER : TAKE_PROFIT;
  if (profit.orderType === LIMIT_MAKER) profit.priceTicks = ticks;
  else asStop(chance, profit, ticks);
  for (const leg of [loss, profit]) leg.hasConditions = hasAnyCondition(leg);
}
