/** Answers about orders and their lists, field by field (trading-api.md §1.9 to §1.11). A test compares them with real ones. */
import {
  EXPIRY_REASON_WORD,
  LIST_CONTINGENCY_WORD,
  LIST_ORDER_STATUS_WORD,
  LIST_STATUS_WORD,
  ORDER_STATUS_WORD,
  ORDER_TYPE_WORD,
  SELF_TRADE_WORD,
  SIDE_WORD,
  TIME_IN_FORCE_WORD,
} from "../words.ts";
import {
  constant,
  decimal,
  either,
  type Fields,
  flag,
  integer,
  list,
  maybe,
  object,
  ref,
  type Schema,
  text,
  time,
  word,
} from "./json-schema.ts";

/** Words that several of the engine's words have in common stand once. */
function words(table: Readonly<Record<string, string | null>>): readonly string[] {
  return [...new Set(Object.values(table))].filter((value) => value !== null);
}

export const EXPIRY_REASONS = words(EXPIRY_REASON_WORD);

const NAMES: Fields = {
  symbol: text("Instrument"),
  orderId: integer("The exchange's id of the order; counts per symbol"),
  orderListId: integer("The list it belongs to; -1: none", -1),
};
const clientOrderId = text("The id that its sender gave it, or 22 random characters");
const STATE: Fields = {
  price: decimal("Limit; 0 for an order without one"),
  origQty: decimal("Quantity; of an order by quoteOrderQty, what it came to"),
  executedQty: decimal("How much of it has traded"),
  origQuoteOrderQty: decimal("What was asked for by quoteOrderQty; else 0"),
  cummulativeQuoteQty: decimal("For how much it has traded; the spelling is the dialect's"),
  status: word(words(ORDER_STATUS_WORD), "Status"),
  timeInForce: word(words(TIME_IN_FORCE_WORD), "How long it stays; GTC for a MARKET order"),
  type: word(words(ORDER_TYPE_WORD), "Type"),
  side: word(words(SIDE_WORD), "Side"),
};
const STOP: Fields = {
  stopPrice: maybe(decimal("Of a stop order: the price of the last trade that sets it off; 0: a trailing one without")),
};
const TRAILING: Fields = {
  trailingDelta: maybe(integer("Of a trailing order: how far the price must come back, in 1/10,000")),
  trailingTime: maybe(time("Of a trailing order: since when it follows the price; -1: not yet", -1)),
};
const ICEBERG: Fields = { icebergQty: maybe(decimal("Of an iceberg: how much of it shows")) };
const workingTime = time("Since when it is in the book, or was taken; -1: not yet", -1);
const STRATEGY: Fields = {
  strategyId: maybe(integer("Where it was sent")),
  strategyType: maybe(integer("Where it was sent")),
};
const preventedMatchId = maybe(
  integer("The last prevented self-trade; not of a taker that went at once under EXPIRE_BOTH"),
);
const preventedQuantity = maybe(decimal("How much a self-trade would have taken"));
const expiryReason = maybe(word(EXPIRY_REASONS, "Of an order that expired: why"));
const MODE: Fields = { selfTradePreventionMode: word(words(SELF_TRADE_WORD), "Mode against self-trades") };
const END: Fields = { ...MODE, ...STRATEGY, preventedMatchId, preventedQuantity, expiryReason };

const ACK: Fields = { ...NAMES, clientOrderId, transactTime: time("When it was taken in") };
const RESULT: Fields = { ...ACK, ...STATE, ...STOP, ...TRAILING, ...ICEBERG, workingTime };

const LIST: Fields = {
  orderListId: integer("The exchange's id of the list; counts over all symbols"),
  contingencyType: word(words(LIST_CONTINGENCY_WORD), "OCO; OTO for an OTOCO too"),
  listStatusType: word(words(LIST_STATUS_WORD), "What was last told of it"),
  listOrderStatus: word(words(LIST_ORDER_STATUS_WORD), "Whether any of its orders is open"),
  listClientOrderId: text("The id that its sender gave it, or 22 random characters"),
  transactionTime: time("Of the answer; in queries, when it was taken in"),
  symbol: text("Instrument"),
  orders: list(
    object(
      { symbol: text("Instrument"), orderId: integer("Order"), clientOrderId: text("Its client id") },
      "An order.",
    ),
    "Its orders: below before above, working before pending",
  ),
};

const RATES = object({ maker: decimal("As maker"), taker: decimal("As taker") }, "Shares of what is received.");
export const DISCOUNT: Schema = object(
  {
    enabledForAccount: flag("Never"),
    enabledForSymbol: flag("Never"),
    discountAsset: constant("", "None"),
    discount: decimal("0"),
  },
  "There is no discount.",
);

const HALF_RESULTS = ["SUCCESS", "FAILURE", "NOT_ATTEMPTED"];
const PLACED = [ref("OrderFull"), ref("OrderResult"), ref("OrderAck")];

export const ORDER_SCHEMAS: Readonly<Record<string, Schema>> = {
  OrderAck: object(ACK, "A new order, answered with ACK."),
  OrderResult: object({ ...RESULT, ...END }, "A new order, answered with RESULT."),
  OrderFull: object(
    { ...RESULT, fills: list(ref("Fill"), "What it traded at once"), ...END },
    "A new order, answered with FULL.",
  ),
  Fill: object(
    {
      price: decimal("The maker's price"),
      qty: decimal("Quantity, base asset"),
      commission: decimal("What was taken of what is received, rounded up to its last decimal"),
      commissionAsset: text("What is received: a BUY's base asset, a SELL's quote asset"),
      tradeId: integer("Trade"),
    },
    "One trade of a new order.",
  ),
  CanceledOrder: object(
    {
      symbol: text("Instrument"),
      origClientOrderId: text("The order's own client id"),
      orderId: integer("The exchange's id of the order"),
      orderListId: integer("The list it belongs to; -1: none", -1),
      clientOrderId: text("The id of the cancel itself"),
      transactTime: time("When it was canceled"),
      ...STATE,
      ...STOP,
      ...TRAILING,
      ...ICEBERG,
      ...MODE,
      ...STRATEGY,
      preventedMatchId,
      preventedQuantity,
    },
    "An order that was canceled.",
  ),
  Order: object(
    {
      ...NAMES,
      clientOrderId,
      price: STATE.price as Schema,
      origQty: STATE.origQty as Schema,
      executedQty: STATE.executedQty as Schema,
      cummulativeQuoteQty: STATE.cummulativeQuoteQty as Schema,
      status: STATE.status as Schema,
      timeInForce: STATE.timeInForce as Schema,
      type: STATE.type as Schema,
      side: STATE.side as Schema,
      stopPrice: decimal("Of a stop order: the price of the last trade that sets it off; else 0"),
      ...TRAILING,
      icebergQty: decimal("Of an iceberg: how much of it shows; else 0"),
      time: time("When it was taken in"),
      updateTime: time("When it last changed"),
      isWorking: flag("Whether it is in the book, or was"),
      workingTime,
      origQuoteOrderQty: STATE.origQuoteOrderQty as Schema,
      ...END,
    },
    "An order, as it stands.",
  ),
  AmendedOrder: object(
    {
      transactTime: time("When it was amended"),
      executionId: integer("The amendment's id: a sequence of the engine's events"),
      amendedOrder: object(
        {
          ...NAMES,
          origClientOrderId: text("Its client id before"),
          clientOrderId: text("Its client id now"),
          price: decimal("Limit"),
          qty: decimal("Quantity now"),
          executedQty: decimal("How much of it has traded"),
          preventedQty: decimal("How much self-trades would have taken"),
          quoteOrderQty: decimal("0"),
          cumulativeQuoteQty: decimal(
            "For how much it has traded; spelled otherwise than elsewhere, as the dialect does",
          ),
          status: STATE.status as Schema,
          timeInForce: STATE.timeInForce as Schema,
          type: STATE.type as Schema,
          side: STATE.side as Schema,
          workingTime,
          ...MODE,
        },
        "The order as it stands.",
      ),
    },
    "An order that became smaller, and kept its place.",
  ),
  Amendment: object(
    {
      symbol: text("Instrument"),
      orderId: integer("Order"),
      executionId: integer("Its id: a sequence of the engine's events"),
      origClientOrderId: text("Client id before"),
      newClientOrderId: text("Client id after"),
      origQty: decimal("Quantity before"),
      newQty: decimal("Quantity after"),
      time: time("When"),
    },
    "One amendment of an order.",
  ),
  ReplaceOutcome: object(
    {
      cancelResult: word(HALF_RESULTS, "What became of the cancel"),
      newOrderResult: word(HALF_RESULTS, "What became of the new order"),
      cancelResponse: either([ref("CanceledOrder"), ref("OrderListCanceled"), ref("Refusal")], "Its answer"),
      newOrderResponse: either([...PLACED, ref("Refusal"), { type: "null" }], "Its answer; null: not attempted"),
    },
    "Both halves of a cancel-replace; of one that failed, it is `data` beside code and msg.",
  ),
  CommissionForOrder: object(
    {
      standardCommissionForOrder: RATES,
      specialCommissionForOrder: RATES,
      taxCommissionForOrder: RATES,
      discount: DISCOUNT,
    },
    "The rates that an order would pay.",
  ),
  OrderList: object(LIST, "A list of orders."),
  OrderListPlaced: object(
    { ...LIST, orderReports: list(either(PLACED, "Its answer"), "Its orders, each as if placed alone") },
    "A new list.",
  ),
  OrderListCanceled: object(
    { ...LIST, orderReports: list(ref("CanceledOrder"), "Its orders") },
    "A list that was canceled.",
  ),
  PreventedMatch: object(
    {
      symbol: text("Instrument"),
      preventedMatchId: integer("Its id: a sequence of the engine's events"),
      takerOrderId: integer("The order that came"),
      makerSymbol: text("Instrument of the other"),
      makerOrderId: integer("The order that was there"),
      tradeGroupId: constant(-1, "There are no trade groups"),
      selfTradePreventionMode: word(words(SELF_TRADE_WORD), "The mode that applied: the taker's"),
      price: decimal("Price at which they would have traded"),
      takerPreventedQuantity: maybe(decimal("What the taker lost")),
      makerPreventedQuantity: maybe(decimal("What the maker lost")),
      transactTime: time("When"),
    },
    "A self-trade that did not happen.",
  ),
  OwnTrade: object(
    {
      symbol: text("Instrument"),
      id: integer("Trade"),
      orderId: integer("Own order"),
      orderListId: integer("The list it belongs to; -1: none", -1),
      price: decimal("Price"),
      qty: decimal("Quantity, base asset"),
      quoteQty: decimal("Amount, quote asset"),
      commission: decimal("What was taken of what is received"),
      commissionAsset: text("What is received"),
      time: time("When"),
      isBuyer: flag("Whether the own order bought"),
      isMaker: flag("Whether the own order was in the book"),
      isBestMatch: constant(true, "Always true"),
    },
    "A trade of one's own.",
  ),
  ListenKey: object({ listenKey: text("A name to connect by; whoever has it hears the account") }, "A listen key."),
};
