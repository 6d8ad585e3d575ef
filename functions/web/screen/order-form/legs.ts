/**
 * A draft as the orders that it would make, one or two or three: which type each has, and in which field each of its numbers
 * stands. From this one table follow the parameters, the checks and the fields that are shown.
 */
import type { Draft, Field, OrderType, Side, TimeInForce, Trigger } from "./draft.ts";

export type LegPrefix = "" | "above" | "below" | "working" | "pending" | "pendingAbove" | "pendingBelow";

export interface Leg {
  /** Before the names of its parameters; "": a single order. */
  readonly prefix: LegPrefix;
  readonly side: Side;
  readonly type: OrderType;
  /** null: the type has none. */
  readonly timeInForce: TimeInForce | null;
  readonly price: Field | null;
  readonly stopPrice: Field | null;
  readonly trailing: Field | null;
  readonly quantity: Field;
  /** Where a quote amount stands instead of a quantity. */
  readonly quote: Field | null;
  readonly iceberg: Field | null;
  /** Nothing stands before it: it works or waits from the first. */
  readonly isAtOnce: boolean;
}

interface TypeRule {
  readonly hasPrice: boolean;
  readonly hasTimeInForce: boolean;
  readonly hasTrigger: boolean;
  readonly mayBeIceberg: boolean;
}

const NOTHING = { hasPrice: false, hasTimeInForce: false, hasTrigger: false, mayBeIceberg: false };
const RESTING = { ...NOTHING, hasPrice: true, mayBeIceberg: true };

/** What each type needs (trading-api.md §1.9). */
export const TYPE_RULES: Readonly<Record<OrderType, TypeRule>> = {
  LIMIT: { ...RESTING, hasTimeInForce: true },
  MARKET: NOTHING,
  LIMIT_MAKER: RESTING,
  STOP_LOSS: { ...NOTHING, hasTrigger: true },
  TAKE_PROFIT: { ...NOTHING, hasTrigger: true },
  STOP_LOSS_LIMIT: { ...RESTING, hasTimeInForce: true, hasTrigger: true },
  TAKE_PROFIT_LIMIT: { ...RESTING, hasTimeInForce: true, hasTrigger: true },
};

/** Set off by prices from its stop up; else by prices from its stop down. */
export function firesUp(leg: Pick<Leg, "side" | "type">): boolean {
  return (leg.side === "BUY") === leg.type.startsWith("STOP_LOSS");
}

export function otherSide(side: Side): Side {
  return side === "BUY" ? "SELL" : "BUY";
}

export function typeOf(draft: Draft): OrderType {
  switch (draft.family) {
    case "limit":
      return draft.isPostOnly ? "LIMIT_MAKER" : "LIMIT";
    case "market":
      return "MARKET";
    case "stop": {
      const purpose = draft.purpose === "loss" ? "STOP_LOSS" : "TAKE_PROFIT";
      return draft.execution === "limit" ? `${purpose}_LIMIT` : purpose;
    }
    case "list":
      return draft.isPostOnly ? "LIMIT_MAKER" : "LIMIT";
  }
}

/** In the order of the form: what works first, then what takes profit, then what stops a loss. */
export function legsOf(draft: Draft): readonly Leg[] {
  if (draft.family !== "list") return [mainLeg(draft, "")];
  switch (draft.list) {
    case "oco":
      return pairOf(draft, draft.side, "quantity", ["above", "below"], true);
    case "oto":
      return [mainLeg(draft, "working"), pendingLeg(draft)];
    case "otoco": {
      const pair = pairOf(draft, draft.pendingSide, "pendingQuantity", ["pendingAbove", "pendingBelow"], false);
      return [mainLeg(draft, "working"), ...pair];
    }
  }
}

function mainLeg(draft: Draft, prefix: "" | "working"): Leg {
  const type = typeOf(draft);
  const leg = legOf(prefix, draft.side, type, draft.trigger, {
    price: "price",
    stopPrice: "stopPrice",
    trailing: "trailing",
    quantity: "quantity",
  });
  const timeInForce = leg.timeInForce === null ? null : draft.timeInForce;
  const mayBeIceberg = TYPE_RULES[type].mayBeIceberg && (timeInForce === null || timeInForce === "GTC");
  const isByQuote = type === "MARKET" && draft.lead === "total";
  return {
    ...leg,
    timeInForce,
    iceberg: mayBeIceberg && draft.texts.iceberg.trim() !== "" ? "iceberg" : null,
    quote: isByQuote ? "total" : null,
  };
}

function pendingLeg(draft: Draft): Leg {
  const leg = legOf("pending", draft.pendingSide, draft.pendingType, draft.pendingTrigger, {
    price: "pendingPrice",
    stopPrice: "pendingStop",
    trailing: "pendingTrailing",
    quantity: "pendingQuantity",
  });
  return { ...leg, isAtOnce: false };
}

/** Whoever sells takes profit above the price and stops a loss below it; whoever buys the other way round. */
function pairOf(
  draft: Draft,
  side: Side,
  quantity: Field,
  [above, below]: readonly [LegPrefix, LegPrefix],
  isAtOnce: boolean,
): readonly Leg[] {
  const [profitAt, lossAt] = side === "SELL" ? [above, below] : [below, above];
  const profit = { price: "profitPrice", stopPrice: "profitStop", trailing: "profitTrailing", quantity } as const;
  const loss = { price: "lossPrice", stopPrice: "lossStop", trailing: "lossTrailing", quantity } as const;
  return [
    { ...legOf(profitAt, side, draft.profitType, draft.profitTrigger, profit), isAtOnce },
    { ...legOf(lossAt, side, draft.lossType, draft.lossTrigger, loss), isAtOnce },
  ];
}

type Places = Readonly<Record<"price" | "stopPrice" | "trailing" | "quantity", Field>>;

function legOf(prefix: LegPrefix, side: Side, type: OrderType, trigger: Trigger, places: Places): Leg {
  const rule = TYPE_RULES[type];
  return {
    prefix,
    side,
    type,
    timeInForce: rule.hasTimeInForce ? "GTC" : null,
    price: rule.hasPrice ? places.price : null,
    stopPrice: rule.hasTrigger && trigger !== "trailing" ? places.stopPrice : null,
    trailing: rule.hasTrigger && trigger !== "price" ? places.trailing : null,
    quantity: places.quantity,
    quote: null,
    iceberg: null,
    isAtOnce: true,
  };
}
