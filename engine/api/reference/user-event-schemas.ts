/** User data events, field by field (trading-api.md §1.16). A test compares them with what is really sent. */
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
  flag,
  integer,
  list,
  maybe,
  object,
  orNull,
  type Schema,
  signedDecimal,
  text,
  time,
  word,
} from "./json-schema.ts";

const EXECUTION_TYPES = ["NEW", "CANCELED", "REPLACED", "TRADE", "EXPIRED", "TRADE_PREVENTION"];
const REJECT_REASONS = [
  "NONE",
  "INSUFFICIENT_BALANCES",
  "STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY",
  "WOULD_MATCH_IMMEDIATELY",
];

function words(table: Readonly<Record<string, string | null>>): readonly string[] {
  return [...new Set(Object.values(table))].filter((value) => value !== null);
}

const E = time("When it happened");
const T = time("The same");
const symbol = text("Instrument");
const asset = text("Asset");

export interface UserEventEntry {
  readonly says: string;
  readonly schema: Schema;
}

/** By `e`. */
export const USER_EVENTS: Readonly<Record<string, UserEventEntry>> = {
  executionReport: {
    says: "One per event of an order: taken in (NEW), each trade, set off or activated (NEW again, w true), amended (REPLACED), canceled, expired.",
    schema: object(
      {
        e: constant("executionReport", "Kind of event"),
        E,
        s: symbol,
        c: text("Client id; of a cancel, the cancel's own; of an amendment, the new one"),
        S: word(words(SIDE_WORD), "Side"),
        o: word(words(ORDER_TYPE_WORD), "Type"),
        f: word(words(TIME_IN_FORCE_WORD), "How long it stays"),
        q: decimal("Quantity"),
        p: decimal("Limit"),
        P: decimal("Stop price"),
        F: decimal("Iceberg quantity"),
        g: integer("List it belongs to; -1: none", -1),
        C: text("Of a cancel or an amendment, the order's client id before; else empty"),
        x: word(EXECUTION_TYPES, "What happened"),
        X: word(words(ORDER_STATUS_WORD), "Status of the order now"),
        r: word(REJECT_REASONS, "Why it was refused when its turn came"),
        i: integer("Order"),
        l: decimal("Quantity of this trade"),
        z: decimal("Quantity traded so far"),
        L: decimal("Price of this trade"),
        n: {
          type: "string",
          pattern: "^(0|[0-9]+\\.[0-9]{8})$",
          description: 'Commission of this trade; "0" without one',
        },
        N: orNull(text("Its asset; null without one")),
        T,
        t: integer("Trade; -1: none", -1),
        I: integer("Id of the event: the engine's sequence"),
        w: flag("Whether it is in the book"),
        m: flag("Whether it was the maker of this trade"),
        M: constant(false, "Nothing"),
        O: time("When it was taken in"),
        Z: decimal("Amount traded so far, quote asset"),
        Y: decimal("Amount of this trade, quote asset"),
        Q: decimal("quoteOrderQty"),
        W: maybe(time("Since when it is in the book; not before")),
        V: word(words(SELF_TRADE_WORD), "Mode against self-trades"),
        d: maybe(integer("Trailing delta, of a trailing order")),
        D: maybe(time("Since when it follows the price, of a trailing order")),
        j: maybe(integer("strategyId, where it was sent")),
        J: maybe(integer("strategyType, where it was sent")),
        v: maybe(integer("Of a prevented self-trade: its id")),
        A: maybe(decimal("Of a prevented self-trade: quantity prevented so far")),
        B: maybe(decimal("Of a prevented self-trade: quantity prevented now")),
        u: maybe(constant(-1, "Of a prevented self-trade: there are no trade groups")),
        U: maybe(integer("Of a prevented self-trade: the other order")),
        Cs: maybe(text("Of a prevented self-trade: the other order's instrument")),
        pl: maybe(decimal("Of a prevented self-trade: quantity that would have traded")),
        pL: maybe(decimal("Of a prevented self-trade: at which price")),
        pY: maybe(decimal("Of a prevented self-trade: for which amount")),
        eR: maybe(word(words(EXPIRY_REASON_WORD), "Of an order that expired: why")),
      },
      "An order has changed.",
    ),
  },
  listStatus: {
    says: "A list was taken in, went on, or has ended.",
    schema: object(
      {
        e: constant("listStatus", "Kind of event"),
        E,
        s: symbol,
        g: integer("List"),
        c: word(words(LIST_CONTINGENCY_WORD), "OCO; OTO for an OTOCO too"),
        l: word(words(LIST_STATUS_WORD), "What happened to it"),
        L: word(words(LIST_ORDER_STATUS_WORD), "Whether any of its orders is open"),
        r: constant("NONE", "Nothing"),
        C: text("Its client id"),
        T,
        O: list(object({ s: symbol, i: integer("Order"), c: text("Its client id") }, "An order."), "Its orders"),
      },
      "A list has changed.",
    ),
  },
  outboundAccountPosition: {
    says: "After the reports of one action of the engine: what the assets that it may have changed come to. Absolute values.",
    schema: object(
      {
        e: constant("outboundAccountPosition", "Kind of event"),
        E,
        u: T,
        B: list(
          object({ a: asset, f: decimal("What can be used"), l: decimal("What is held") }, "A balance."),
          "The assets that may have changed",
        ),
      },
      "Balances have changed.",
    ),
  },
  balanceUpdate: {
    says: "Money came or went: a deposit, a withdrawal that is held, one that comes back. Not for trades.",
    schema: object(
      {
        e: constant("balanceUpdate", "Kind of event"),
        E,
        a: asset,
        d: signedDecimal("By how much"),
        T,
      },
      "Money came or went.",
    ),
  },
  eventStreamTerminated: {
    says: "The subscription has ended: by request, or with its key.",
    schema: object({ e: constant("eventStreamTerminated", "Kind of event"), E: time("When") }, "The end."),
  },
  listenKeyExpired: {
    says: "Over a listen key alone: it has ended.",
    schema: object(
      { e: constant("listenKeyExpired", "Kind of event"), E: time("When"), listenKey: text("The key") },
      "The end of a listen key.",
    ),
  },
};
