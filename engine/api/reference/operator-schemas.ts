/** Answers of the operator's API, field by field. A test compares them with what is really answered. */
import { INSTRUMENT_STATUSES } from "../../domain/instrument.ts";
import { SELF_TRADE_MODES } from "../../domain/order.ts";
import { decimal, flag, integer, list, maybe, object, orNull, ref, type Schema, text, word } from "./json-schema.ts";

const status = word(INSTRUMENT_STATUSES, "Whether it trades");
const ms = (description: string): Schema => integer(`${description}, ms`);
const asset = text("Asset");
const ACCOUNT = {
  id: integer("Its number"),
  name: text("Its name"),
  canTrade: flag("Whether orders are taken"),
  canWithdraw: flag("Whether withdrawals are taken"),
};
const AUDIT_SIDE = object(
  {
    accounts: decimal("What the accounts hold"),
    deposited: decimal("What came in"),
    withdrawn: decimal("What went out"),
  },
  "The sums of one side.",
);
const LETTER = {
  letter: integer("Its number"),
  state: word(["waiting", "replayed", "discarded"], "What became of it"),
  type: text("Type of the event"),
  source: text("Who sent it"),
  id: text("Its id"),
  destination: text("Who did not take it"),
  errorCode: integer("Status of what was answered; 0: nobody says"),
  error: text("What was answered"),
  bytes: integer("Length of its contents"),
  arrivals: integer("How often it was brought"),
  first: ms("When it was first brought"),
  last: ms("When it was last brought"),
  settled: orNull(ms("When it was replayed or discarded; null: not yet")),
};
const percents = (description: string): Schema => ({
  type: ["object", "null"],
  description,
  properties: {
    bidUp: decimal("A BUY's price is at most this often the average"),
    bidDown: decimal("At least"),
    askUp: decimal("A SELL's price is at most this often the average"),
    askDown: decimal("At least"),
  },
  required: ["bidUp", "bidDown", "askUp", "askDown"],
});
const deltas = (description: string): Schema => ({
  type: ["object", "null"],
  description,
  properties: {
    aboveMin: integer("Least of STOP_LOSS BUY and TAKE_PROFIT SELL"),
    aboveMax: integer("Most of these"),
    belowMin: integer("Least of STOP_LOSS SELL and TAKE_PROFIT BUY"),
    belowMax: integer("Most of these"),
  },
  required: ["aboveMin", "aboveMax", "belowMin", "belowMax"],
});

export const OPERATOR_SCHEMAS: Readonly<Record<string, Schema>> = {
  SignInLink: object(
    {
      url: text("For the person alone: whoever has it first is let in"),
      expires: ms("When it ends"),
      account: integer("The person's account"),
      name: text("The person's name"),
    },
    "A one-time way in.",
  ),
  VenueStatus: object(
    {
      serverTime: ms("The exchange's clock"),
      headSeq: integer("The newest event"),
      assets: list(object({ name: asset, decimals: integer("Its decimals") }, "An asset."), "Assets"),
      instruments: list(object({ symbol: text("Instrument"), status }, "An instrument."), "Instruments"),
      engine: ref("EngineStanding"),
      stream: { anyOf: [ref("StreamStanding"), { type: "null" }], description: "null: it does not answer" },
    },
    "How the venue stands.",
  ),
  EngineStanding: object(
    {
      name: text("Its name"),
      epoch: integer("Grows by one with each start"),
      lineage: integer("Of the journal: when its newest restore began; 0: never restored"),
      startedAt: ms("When it was open"),
      headSeq: integer("The newest event"),
      committedSeq: integer("Up to which event history holds everything"),
      lagEvents: integer("Events that history does not hold yet"),
      outboxEvents: orNull(integer("Events that have not left; null: there is no sink of events")),
      outboxMs: orNull(integer("How long the oldest of them has been waiting, ms")),
      commands: integer("Commands applied since the start, refused ones included"),
      trades: integer("Trades since the start"),
      rejects: integer("Commands refused since the start"),
      queued: integer("Commands that wait for the journal"),
      openOrders: integer("Open orders"),
      frozen: flag("Whether withdrawals are frozen"),
      recovery: object(
        { records: integer("Records that the start applied"), ms: integer("How long it took, ms") },
        "How it began.",
      ),
      journal: object(
        {
          lastFrame: ms("When the newest frame was written; 0: there is none"),
          frames: integer("Frames since the start"),
          bytes: integer("Bytes of frames since the start"),
          segment: integer("The segment that is written to"),
          snapshotRecord: integer("Last record in the newest snapshot; 0: there is none"),
          syncMedianUs: integer("To write a frame and make it durable, the median since the start, µs"),
          syncP99Us: integer("The 99th percentile, µs"),
        },
        "The only record of truth.",
      ),
    },
    "How the engine stands.",
  ),
  StreamStanding: object(
    {
      sockets: integer("WebSocket connections"),
      apiSockets: integer("Of these, of the WebSocket API"),
      subscriptions: integer("Streams of the market, once for each client"),
      userStreams: integer("User data streams that are heard"),
      messages: integer("Messages since the start, once for each client"),
      bufferedBytes: integer("Bytes that wait for clients"),
      appliedSeq: orNull(integer("The newest event that the books include; null: none yet")),
      following: flag("false: a gap in the feed is being filled"),
    },
    "How the stream stands; of several, the one that answered.",
  ),
  Instrument: object(
    {
      symbol: text("Its name"),
      status,
      base: text("What is bought and sold"),
      quote: text("What is paid with"),
      tickSize: decimal("Prices are whole multiples of it"),
      stepSize: decimal("Quantities are whole multiples of it"),
      minPrice: decimal("Lowest price"),
      maxPrice: decimal("Highest price"),
      minQty: decimal("Smallest quantity"),
      maxQty: decimal("Largest quantity"),
      marketMaxQty: decimal("Largest quantity of a MARKET order"),
      minNotional: decimal("Smallest amount"),
      maxNotional: orNull(decimal("Largest amount; null: what the ledger holds")),
      maxNumOrders: integer("Open orders of an account"),
      makerFee: decimal("Share of what a maker receives"),
      takerFee: decimal("Share of what a taker receives"),
      selfTradeDefault: word(SELF_TRADE_MODES, "Mode of an order that names none"),
      selfTradeAllowed: list(word(SELF_TRADE_MODES, "Mode"), "Modes that an order may name"),
    },
    "An instrument's terms.",
  ),
  AccountRecord: object(ACCOUNT, "An account."),
  AccountHoldings: object(
    {
      ...ACCOUNT,
      balances: list(
        object({ asset, free: decimal("What can be used"), locked: decimal("What is held") }, "A balance."),
        "All assets",
      ),
    },
    "An account and what it has.",
  ),
  Rules: object(
    {
      symbol: text("Instrument"),
      avgPriceMins: integer("Minutes of the average; 0: the last price"),
      percentPrice: percents("PERCENT_PRICE_BY_SIDE; null: off"),
      maxPosition: decimal("MAX_POSITION; 0: off"),
      maxNumAlgoOrders: integer("MAX_NUM_ALGO_ORDERS; 0: off"),
      maxNumIcebergOrders: integer("MAX_NUM_ICEBERG_ORDERS; 0: off"),
      icebergParts: integer("ICEBERG_PARTS; 0: off"),
      maxNumOrderLists: integer("MAX_NUM_ORDER_LISTS; 0: off"),
      maxNumOrderAmends: integer("MAX_NUM_ORDER_AMENDS; 0: off"),
      trailingDelta: deltas("TRAILING_DELTA; null: off"),
    },
    "The filters of an instrument that an operator sets.",
  ),
  Limits: object(
    {
      ordersPer10s: integer("New orders in 10 s; 0: off"),
      ordersPerDay: integer("New orders on a UTC day; 0: off"),
      ordersMax: integer("Open orders; 0: off"),
      algoOrdersMax: integer("Open stop and take-profit orders; 0: off"),
      icebergOrdersMax: integer("Open icebergs; 0: off"),
      orderListsMax: integer("Open lists; 0: off"),
    },
    "What one account may do on all instruments.",
  ),
  Credited: object(
    {
      account: integer("Whose it is"),
      asset,
      amount: decimal("How much"),
      reference: text("Credited once for ever"),
      seq: integer("The engine's event"),
    },
    "A deposit that was credited.",
  ),
  StatusSet: object(
    { symbol: text("Instrument"), status, changed: flag("Whether it was another before") },
    "An instrument's status.",
  ),
  CanceledAll: object(
    {
      account: integer("Whose orders"),
      symbol: text("Instrument"),
      canceled: list(
        object({ orderId: integer("Order"), clientOrderId: text("Its client id") }, "An order."),
        "What was open",
      ),
    },
    "Orders that an operator canceled.",
  ),
  WithdrawalRecord: object(
    {
      reference: text("Its name"),
      state: word(["requested", "approved", "refused", "paid"], "How far it is"),
      account: integer("Whose it is"),
      asset,
      amount: decimal("How much"),
      address: text("Where it goes"),
      addressTag: text("As it was sent"),
      network: text("As it was sent"),
      requested: ms("When it was asked for"),
      decided: orNull(ms("When it came to this state; null: not yet")),
      reason: text("Why it was refused"),
      txId: text("What whoever paid it calls it"),
    },
    "A withdrawal.",
  ),
  WithdrawalDecided: object(
    { reference: text("Its name"), state: word(["approved", "refused", "paid"], "How far it is now") },
    "A withdrawal that went on.",
  ),
  Audit: object(
    {
      outcome: word(["balanced", "mismatch", "incomplete"], "incomplete: something could not be asked"),
      reasons: list(text("A sentence"), "What does not add up, or could not be asked"),
      frozen: flag("Whether withdrawals are frozen"),
      time: ms("When it was compared"),
      lastHeld: orNull(
        object(
          { time: ms("When"), seq: integer("The engine's event at which it was compared") },
          "The newest comparison that balanced; null: none is known",
        ),
      ),
      asOfSeq: integer("The engine's event at which it was compared"),
      tablesSeq: integer("The event up to which Postgres is complete"),
      assets: list(object({ asset, engine: AUDIT_SIDE, tables: AUDIT_SIDE }, "An asset."), "Every asset"),
    },
    "What accounts hold against deposits less withdrawals, in the engine and in Postgres.",
  ),
  Unfrozen: object({ frozen: flag("false") }, "Withdrawals are taken again."),
  DeadLetter: object(LETTER, "An event that nobody could take."),
  WholeDeadLetter: object(
    {
      ...LETTER,
      headers: { type: "object", additionalProperties: { type: "string" }, description: "Headers as they came" },
      body: maybe(text("Contents, where they are text")),
      bodyBase64: maybe(text("Contents, where they are not")),
    },
    "An event that nobody could take, with its contents.",
  ),
  ReplayedDeadLetter: object(
    { ...LETTER, sent: flag("Whether it was handed over now") },
    "An event that was handed over.",
  ),
  ForgottenHistory: object(
    {
      outcome: word(["emptied"], "It is filled again from the journal"),
      appliedSeq: integer("Up to which event it was full"),
      lineage: integer("Of which journal"),
    },
    "What was forgotten.",
  ),
};
