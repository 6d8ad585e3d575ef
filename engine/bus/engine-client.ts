/**
 * The client half of the bus: how edges speak to an engine. One interface; the engine itself in one process, Redis and the
 * engine's read port (edge/) between processes. Nothing here knows of HTTP.
 */
import type { FeedFrame } from "../protocol/bus-messages.ts";
import type { OperatorCommand, TradeCommand } from "../protocol/commands.ts";
import type { EngineEvent, KeyRecord } from "../protocol/events.ts";
import type {
  AccountView,
  AmendmentView,
  Catalog,
  FillView,
  OperatorReply,
  OrderCounts,
  OrderListView,
  OrderView,
  PreventedMatchView,
  TradeReply,
} from "../protocol/views.ts";

/**
 * The world's "no". `outcome_unknown`: it may have been executed (504 -1007); `not_sent`: it certainly was not
 * (503 -1008); `history_unavailable`: the store of history cannot be asked now (503 -1008).
 */
export class OperationalError extends Error {
  readonly code: "outcome_unknown" | "not_sent" | "history_unavailable";

  constructor(code: OperationalError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "OperationalError";
    this.code = code;
  }
}

/** The code of an OperationalError; null for anything else. Matched by value: adapters may bring their own copy of the class. */
export function operationalCode(error: unknown): OperationalError["code"] | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "outcome_unknown" || code === "not_sent" || code === "history_unavailable" ? code : null;
}

/** Asked for an instrument that this engine does not have: the caller's mistake, which no second try mends. */
export class InstrumentUnknown extends RangeError {
  readonly code = "instrument_unknown";

  constructor(instrument: number) {
    super(`there is no instrument ${instrument}`);
    this.name = "InstrumentUnknown";
  }
}

export interface EngineClient {
  /**
   * Resolves with the engine's answer once the command's frame is durable. Rejects with OperationalError.
   *
   * @param deadlineUs wall-clock µs after which the engine must not execute it any more.
   * @param commandId 16 bytes; a fresh random one when not given.
   */
  submit(command: TradeCommand, deadlineUs: number, commandId?: Uint8Array): Promise<TradeReply>;
  submitOperator(command: OperatorCommand, deadlineUs: number, commandId?: Uint8Array): Promise<OperatorReply>;
}

export interface AsOf<T> {
  readonly value: T;
  /** The answer includes every event up to this sequence. */
  readonly asOfSeq: number;
  /** Of lists, prevented matches and amendments: what ended at or before this may be left out, as committed. Not given: unknown. */
  readonly committedSeq?: number;
  /** Of the journal that answered, as in journal-batch.ts. */
  readonly lineage?: number;
}

/** The engine's read port: live truth, never history that persistence has already committed. */
export interface EngineReads {
  catalog(): Catalog;
  /** null: no such key. Revoked keys are answered too, with `revoked`. */
  keyByApiKey(apiKey: string): KeyRecord | null | Promise<KeyRecord | null>;
  account(account: number): Promise<AsOf<AccountView | null>>;
  /** By id when not 0, else the newest with that client id. Open, or closed and not yet committed by persistence. */
  order(account: number, instrument: number, orderId: number, clientOrderId: string): Promise<AsOf<OrderView | null>>;
  /** instrument null: all. Ordered by instrument, then order id. */
  openOrders(account: number, instrument: number | null): Promise<AsOf<readonly OrderView[]>>;
  /** Open orders, and closed ones that persistence has not committed yet; by order id. */
  recentOrders(account: number, instrument: number): Promise<AsOf<readonly OrderView[]>>;
  /** Fills that persistence has not committed yet; by trade id. */
  recentFills(account: number, instrument: number): Promise<AsOf<readonly FillView[]>>;
  /**
   * The greatest ids among this account's closed orders and fills on the instrument that the engine no longer holds; all
   * zero: it holds everything since the beginning. What is newer than these is certainly in recentOrders and recentFills,
   * so lists can be answered while history is away.
   */
  dropped(account: number, instrument: number): Promise<DroppedHistory>;
  /** Every key ever registered, oldest first, for the operator; null account: of all. */
  keys(account: number | null): Promise<readonly KeyRecord[]>;
  /**
   * Events from `fromSeq` on, at most `eventsMax`; waits for nothing. `nextSeq` is where to go on; `headSeq` the newest.
   * level_changed events are left out.
   */
  eventsSince(fromSeq: number, eventsMax: number): Promise<EventsPage>;
  /** By id when not 0, else the newest with that client id; recent as `order`. */
  orderList(account: number, orderListId: number, listClientOrderId: string): Promise<AsOf<OrderListView | null>>;
  /** Open lists, and closed ones that persistence has not committed yet; by list id. */
  recentOrderLists(account: number): Promise<AsOf<readonly OrderListView[]>>;
  /** Those that persistence has not committed yet; by id. */
  recentPreventedMatches(account: number, instrument: number): Promise<AsOf<readonly PreventedMatchView[]>>;
  /** Those that persistence has not committed yet; oldest first. */
  recentAmendments(account: number, instrument: number, orderId: number): Promise<AsOf<readonly AmendmentView[]>>;
  /** Of the windows of the engine's present time. */
  orderCounts(account: number): Promise<OrderCounts>;
  /**
   * What happened to some accounts, from `fromSeq` on, in order: their orders, trades (either side), lists, balances, funds,
   * the accounts and keys themselves. Else as eventsSince, with which it shares `nextSeq` and `headSeq`.
   *
   * A page may be empty before the head: it looks at so many events at most. Go on at `nextSeq` until that is behind `headSeq`.
   *
   * @param accounts at most ACCOUNT_EVENTS_ACCOUNTS_MAX; null: all.
   */
  accountEvents(fromSeq: number, eventsMax: number, accounts: readonly number[] | null): Promise<EventsPage>;
  /** Every withdrawal ever held, oldest first; null account: of all. @param state those of it alone; not given: of any. */
  withdrawals(account: number | null, state?: WithdrawalState): Promise<AsOf<readonly WithdrawalView[]>>;
  /** What the ledger holds against what came in and went out, of every asset by id; all at one sequence. */
  audit(): Promise<readonly AssetAudit[]>;
  /** The whole book, for whoever starts a copy: levels best first, and the update id it includes. Rejects with InstrumentUnknown. */
  bookSnapshot(instrument: number): Promise<BookSnapshot>;
  /** How the engine itself stands, for an operator. */
  standing(): Promise<EngineStanding>;
}

/** Counters begin with this start; times in µs. */
export interface EngineStanding {
  readonly engine: string;
  readonly epoch: number;
  /** Of the journal, as in journal-batch.ts. */
  readonly lineage: number;
  readonly headSeq: number;
  /** What persistence has committed without holes. */
  readonly committedSeq: number;
  /** Of the wall clock, when recovery had ended. */
  readonly startedUs: number;
  readonly recovery: { readonly elapsedMs: number; readonly records: number };
  readonly commands: number;
  readonly trades: number;
  readonly rejects: number;
  /** Commands that wait for a frame. */
  readonly queued: number;
  readonly openOrders: number;
  /** Withdrawals of every asset are frozen. */
  readonly frozen: boolean;
  readonly journal: {
    /** Of the newest frame; 0: there is none. */
    readonly lastFrameUs: number;
    readonly frames: number;
    readonly bytesWritten: number;
    readonly segment: number;
    /** Last record in the newest snapshot; 0: none. */
    readonly snapshotRecord: number;
    /** Write and fdatasync of a frame. */
    readonly syncMedianUs: number;
    readonly syncP99Us: number;
  };
  /** Durable events that have not left by the event sink; null: this engine has none. */
  readonly outbox: { readonly events: number; readonly seconds: number } | null;
}

export const ACCOUNT_EVENTS_ACCOUNTS_MAX = 4_096;

export interface EventsPage {
  readonly events: readonly EngineEvent[];
  readonly nextSeq: number;
  readonly headSeq: number;
  /** Of the journal that was asked, as in journal-batch.ts. */
  readonly lineage?: number;
}

/** Ids are 0 and times 0 where nothing was dropped. */
export interface DroppedHistory {
  readonly orderId: number;
  readonly orderCreatedUs: number;
  readonly tradeId: number;
  readonly tradeUs: number;
}

export const WITHDRAWAL_STATES = ["held", "settled", "released"] as const;
export type WithdrawalState = (typeof WITHDRAWAL_STATES)[number];

export interface WithdrawalView {
  readonly reference: string;
  readonly account: number;
  readonly asset: number;
  readonly atoms: bigint;
  readonly state: WithdrawalState;
  /** When it was held; not given where that is not known any more. */
  readonly heldUs?: number;
}

/** Money is conserved: accountsAtoms = depositedAtoms - withdrawnAtoms. */
export interface AssetAudit {
  readonly asset: number;
  /** Free and locked of all accounts, added up cell by cell when asked. */
  readonly accountsAtoms: bigint;
  /** Of all deposits ever; of all settled withdrawals ever. */
  readonly depositedAtoms: bigint;
  readonly withdrawnAtoms: bigint;
  /** Withdrawals of every asset are frozen. */
  readonly frozen: boolean;
  readonly asOfSeq: number;
}

export interface BookSnapshot {
  readonly instrument: number;
  readonly updateId: number;
  readonly asOfSeq: number;
  readonly lastTradeId: number;
  /** [priceTicks, quantityLots], best first. */
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
}

export interface FeedSource {
  /** Calls back for each frame, in order, from now on. @returns the way to stop. */
  subscribeFeed(listener: (frame: FeedFrame) => void): () => void;
}
