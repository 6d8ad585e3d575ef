/**
 * Random special orders: conditions on new orders, lists, and the operator's rules, limits and freezes.
 *
 * Most of it means something where the market is now: stops beside the last price, icebergs of a few parts, pairs around
 * the price. A share is nonsense, or hostile: numbers no order can have, legs that make no list.
 */
import { DEFAULT_RULES, type ExchangeLimits, type InstrumentRules, NO_LIMITS } from "../domain/instrument.ts";
import type { ListContingency, OrderConditions, Side } from "../domain/order.ts";
import { NO_CONDITIONS } from "../domain/order.ts";
import type { ListLeg, NewOrder } from "../protocol/commands.ts";
import type { Chance } from "./prng.ts";
import type { SpecialShares } from "./profiles-special.ts";

/** Where the market is, for who makes orders beside it. */
export interface MarketNow {
  readonly lastTicks: number;
  readonly spreadTicks: number;
  readonly priceTicksMax: number;
}

const HOSTILE_NUMBERS = [-1, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, 9_999];
const STOP_TYPES = ["stop_loss", "stop_loss_limit", "take_profit", "take_profit_limit"] as const;
const PENDING_KINDS = ["limit", "limit_maker", "market", "stop", "stop"] as const;

/** The order as it is, or with something special to it. */
export function makeSpecial(chance: Chance, shares: SpecialShares, now: MarketNow, order: NewOrder): NewOrder {
  let special = order;
  if (chance.percent(shares.stop)) special = toStop(chance, shares, now, special);
  if (chance.percent(shares.iceberg)) special = toIceberg(chance, special);
  if (chance.percent(shares.strategy)) {
    special = withConditions(special, { strategyId: chance.below(5), strategyType: chance.pick([0, 1_000_000]) });
  }
  if (chance.percent(shares.decrement)) {
    special = { ...special, selfTradeMode: chance.pick(["decrement", "decrement", "transfer"] as const) };
  }
  return chance.percent(shares.hostile) ? toHostile(chance, special) : special;
}

function withConditions(order: NewOrder, more: Partial<OrderConditions>): NewOrder {
  return { ...order, conditions: { ...NO_CONDITIONS, ...order.conditions, ...more } };
}

/** One of the four types, most of them on the side of the last price where they do not fire at once. */
function toStop(chance: Chance, shares: SpecialShares, now: MarketNow, order: NewOrder): NewOrder {
  const orderType = chance.pick(STOP_TYPES);
  const isUp = orderType.startsWith("stop_loss") === (order.side === "buy");
  const stopTicks = beside(chance, now, isUp ? 1 : -1);
  return asStop(chance, shares, now, order, orderType, stopTicks);
}

function asStop(
  chance: Chance,
  shares: SpecialShares,
  now: MarketNow,
  order: NewOrder,
  orderType: (typeof STOP_TYPES)[number],
  stopTicks: number,
): NewOrder {
  const isLimit = orderType.endsWith("_limit");
  const isTrailing = chance.percent(shares.trailing);
  const trailingDeltaBips = isTrailing ? chance.pick([10, 15, 20, 30, 50, 100, 250, 2_000, 2_001]) : 0;
  const around = chance.between(-now.spreadTicks, now.spreadTicks) >> 1;
  return withConditions(
    {
      ...order,
      orderType,
      timeInForce: isLimit ? chance.pick(["gtc", "gtc", "gtc", "ioc", "fok"] as const) : "gtc",
      priceTicks: isLimit ? Math.max(1, stopTicks + around) : 0,
      quantityLots: Math.max(1, order.quantityLots),
      quoteAtoms: 0n,
    },
    { stopTicks: isTrailing && chance.percent(60) ? 0 : stopTicks, trailingDeltaBips },
  );
}

/** A price above (1) or below (-1) the last one, near it; now and then on the wrong side. */
function beside(chance: Chance, { lastTicks, spreadTicks, priceTicksMax }: MarketNow, sign: 1 | -1): number {
  const away = chance.percent(8) ? -chance.below(3) : 1 + chance.below(Math.max(2, spreadTicks >> 1));
  return Math.min(priceTicksMax, Math.max(1, lastTicks + sign * away));
}

/** Mostly one that may rest, as an iceberg must. */
function toIceberg(chance: Chance, order: NewOrder): NewOrder {
  if (order.orderType === "market" || order.timeInForce !== "gtc") {
    if (chance.percent(95)) return order;
  }
  const parts = chance.percent(3) ? 101 : 1 + chance.below(8);
  return withConditions(order, { icebergLots: Math.ceil(order.quantityLots / parts) });
}

function toHostile(chance: Chance, order: NewOrder): NewOrder {
  const field = chance.pick(["stopTicks", "trailingDeltaBips", "icebergLots", "strategyId", "strategyType"] as const);
  return withConditions(order, { [field]: chance.pick(HOSTILE_NUMBERS) });
}

/** Legs for a list, most of them such that it is taken in. `next` gives an order with a client id of its own. */
export function makeLegs(
  chance: Chance,
  shares: SpecialShares,
  now: MarketNow,
  contingency: ListContingency,
  next: () => NewOrder,
): ListLeg[] {
  const legs: NewOrder[] = [];
  const working = next();
  const isMaker = chance.percent(30);
  if (contingency !== "oco") {
    legs.push({
      ...working,
      orderType: isMaker ? "limit_maker" : "limit",
      timeInForce: isMaker ? "gtc" : chance.pick(["gtc", "gtc", "gtc", "ioc", "fok"] as const),
      priceTicks: Math.max(1, now.lastTicks + (chance.between(-now.spreadTicks, now.spreadTicks) >> 1)),
      quantityLots: Math.max(1, working.quantityLots),
    });
  }
  const side = chance.percent(70) && legs.length > 0 ? opposite(working.side) : working.side;
  const quantityLots = Math.max(1, working.quantityLots);
  if (contingency === "oto") legs.push(pendingLeg(chance, shares, now, { ...next(), side, quantityLots }));
  else legs.push(...pair(chance, shares, now, { ...next(), side, quantityLots }, next().clientOrderId));
  if (chance.percent(shares.hostile)) bendLegs(chance, legs);
  return legs.map(({ instrument: _, quoteAtoms: __, ...leg }) => {
    const iceberg = chance.percent(shares.iceberg) && leg.orderType !== "market";
    return iceberg ? stripped(toIceberg(chance, { ...leg, instrument: 0, quoteAtoms: 0n })) : leg;
  });
}

function stripped({ instrument: _, quoteAtoms: __, ...leg }: NewOrder): ListLeg {
  return leg;
}

const opposite = (side: Side): Side => (side === "buy" ? "sell" : "buy");

function pendingLeg(chance: Chance, shares: SpecialShares, now: MarketNow, order: NewOrder): NewOrder {
  const kind = chance.pick(PENDING_KINDS);
  if (kind === "stop") return toStop(chance, shares, now, order);
  const priceTicks = kind === "market" ? 0 : beside(chance, now, chance.percent(50) ? 1 : -1);
  return { ...order, orderType: kind, timeInForce: "gtc", priceTicks, quoteAtoms: 0n };
}

function pair(
  chance: Chance,
  shares: SpecialShares,
  now: MarketNow,
  order: NewOrder,
  otherId: string,
): [NewOrder, NewOrder] {
  const legs = ([-1, 1] as const).map((sign) => {
    const stopTicks = beside(chance, now, sign);
    const isStopLoss = sign < 0 === (order.side === "sell");
    if (!isStopLoss && chance.percent(50)) {
      const maker = { orderType: "limit_maker", timeInForce: "gtc", priceTicks: stopTicks, quoteAtoms: 0n } as const;
      return { ...order, ...maker };
    }
    const kind = isStopLoss ? "stop_loss" : "take_profit";
    return asStop(chance, shares, now, order, chance.percent(50) ? kind : `${kind}_limit`, stopTicks);
  });
  return [legs[0]!, { ...legs[1]!, clientOrderId: otherId }];
}

/** A list that is none, or hardly one. */
function bendLegs(chance: Chance, legs: NewOrder[]): void {
  const at = chance.below(legs.length);
  const leg = legs[at]!;
  switch (chance.below(6)) {
    case 0:
      legs.pop();
      return;
    case 1:
      legs.reverse();
      return;
    case 2:
      legs[at] = { ...leg, side: opposite(leg.side) };
      return;
    case 3:
      legs[at] = { ...leg, quantityLots: chance.pick([0, leg.quantityLots + 1]) };
      return;
    case 4:
      legs[at] = { ...leg, clientOrderId: legs[0]!.clientOrderId };
      return;
    default:
      legs[at] = toHostile(chance, leg);
  }
}

/** Rules that bind: small counts, narrow bands. Now and then rules that mean nothing. */
export function makeRules(chance: Chance): InstrumentRules {
  const few = (): number => chance.pick([0, 1, 2, 3, 5, 10, 100]);
  const down = chance.pick([9_000, 9_500, 9_900, 10_000]);
  const up = chance.pick([10_000, 10_100, 10_500, 20_000]);
  const rules: InstrumentRules = {
    averageMinutes: chance.pick([0, 0, 1, 2, 5, 60]),
    percentPrice: chance.percent(50) ? null : { bidUpE4: up, bidDownE4: 5_000, askUpE4: 20_000, askDownE4: down },
    positionMaxAtoms: chance.percent(70) ? "0" : String(chance.magnitude(2 ** 40)),
    algoOrdersMax: few(),
    icebergOrdersMax: few(),
    icebergPartsMax: few(),
    orderListsMax: few(),
    amendsMax: few(),
    trailing: chance.percent(50) ? DEFAULT_RULES.trailing : chance.pick([null, TRAILING_NARROW]),
  };
  if (!chance.percent(10)) return rules;
  return { ...rules, ...chance.pick(NONSENSE_RULES) };
}

const TRAILING_NARROW = { aboveMin: 15, aboveMax: 50, belowMin: 20, belowMax: 100 };
const NONSENSE_RULES: readonly Partial<InstrumentRules>[] = [
  { averageMinutes: 61 },
  { averageMinutes: 0.5 },
  { positionMaxAtoms: "-1" },
  { positionMaxAtoms: "9223372036854775808" },
  { amendsMax: -1 },
  { icebergPartsMax: 2 ** 53 },
  { trailing: { ...TRAILING_NARROW, aboveMin: 51 } },
  { percentPrice: { bidUpE4: 1, bidDownE4: 2, askUpE4: 1, askDownE4: 1 } },
  { percentPrice: { bidUpE4: 1, bidDownE4: 0, askUpE4: 1, askDownE4: 1 } },
];

/** Limits that bind, half of the time only one of them. */
export function makeLimits(chance: Chance): ExchangeLimits {
  const limits: ExchangeLimits = {
    ordersPer10s: chance.pick([0, 0, 5, 20, 100]),
    ordersPerDay: chance.pick([0, 0, 0, 50, 500]),
    ordersMax: chance.pick([0, 0, 10, 50]),
    algoOrdersMax: chance.pick([0, 0, 3, 20]),
    icebergOrdersMax: chance.pick([0, 0, 2, 10]),
    orderListsMax: chance.pick([0, 0, 1, 5]),
  };
  if (chance.percent(30)) return NO_LIMITS;
  return chance.percent(90) ? limits : { ...limits, ordersMax: chance.pick([-1, 0.5, 2 ** 31]) };
}
