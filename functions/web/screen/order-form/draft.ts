/** What stands in the order form: choices, and texts as they were typed. Of one instrument; nothing is computed here. */

export type Side = "BUY" | "SELL";
export type TimeInForce = "GTC" | "IOC" | "FOK";
export type OrderType =
  | "LIMIT"
  | "MARKET"
  | "LIMIT_MAKER"
  | "STOP_LOSS"
  | "STOP_LOSS_LIMIT"
  | "TAKE_PROFIT"
  | "TAKE_PROFIT_LIMIT";
export type ListKind = "oco" | "oto" | "otoco";
/** What sets off an order that waits: a price, a distance behind the best price seen, or the distance from a price on. */
export type Trigger = "price" | "trailing" | "both";

/** In the order of the form: what is wrong is said from the top. */
export const FIELDS = [
  ...["stopPrice", "trailing", "price", "quantity", "total"],
  ...["pendingQuantity", "pendingStop", "pendingTrailing", "pendingPrice"],
  ...["profitStop", "profitTrailing", "profitPrice", "lossStop", "lossTrailing", "lossPrice", "iceberg"],
] as const;
export type Field = (typeof FIELDS)[number];

export interface Draft {
  readonly side: Side;
  readonly family: "limit" | "market" | "stop" | "list";
  readonly list: ListKind;
  /** Of a stop: what it is for, and how it trades once it is set off. */
  readonly purpose: "loss" | "profit";
  readonly execution: "market" | "limit";
  readonly trigger: Trigger;
  readonly timeInForce: TimeInForce;
  readonly isPostOnly: boolean;
  /** "": the instrument's own. */
  readonly selfTradeMode: string;
  readonly profitType: "LIMIT_MAKER" | "TAKE_PROFIT" | "TAKE_PROFIT_LIMIT";
  readonly profitTrigger: Trigger;
  readonly lossType: "STOP_LOSS" | "STOP_LOSS_LIMIT";
  readonly lossTrigger: Trigger;
  readonly pendingSide: Side;
  readonly pendingType: OrderType;
  readonly pendingTrigger: Trigger;
  /** Which of the two was typed last; the other follows from it. */
  readonly lead: "quantity" | "total";
  readonly texts: Readonly<Record<Field, string>>;
}

export const NO_TEXTS = Object.fromEntries(FIELDS.map((field) => [field, ""])) as Readonly<Record<Field, string>>;

export const EMPTY_DRAFT: Draft = {
  side: "BUY",
  family: "limit",
  list: "oco",
  purpose: "loss",
  execution: "market",
  trigger: "price",
  timeInForce: "GTC",
  isPostOnly: false,
  selfTradeMode: "",
  profitType: "LIMIT_MAKER",
  profitTrigger: "price",
  lossType: "STOP_LOSS",
  lossTrigger: "price",
  pendingSide: "SELL",
  pendingType: "LIMIT",
  pendingTrigger: "price",
  lead: "quantity",
  texts: NO_TEXTS,
};
