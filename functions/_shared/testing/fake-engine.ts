/**
 * A FAKE engine, in memory, for tests of the edges: it keeps orders, but matches nothing, moves no
 * money and checks no filter. A test that needs fills says what the engine answers (`answers`). What an exchange really
 * does is tested by functions/_acceptance over the real one.
 */
import type {
  AsOf,
  AssetAudit,
  BookSnapshot,
  DroppedHistory,
  EngineClient,
  EngineReads,
  EngineStanding,
  WithdrawalView,
} from "../../../engine/bus/engine-client.ts";
import { type Asset, type ExchangeLimits, type Instrument, NO_LIMITS } from "../../../engine/domain/instrument.ts";
import type { AccountRecord, KeyRecord, OperatorCommand } from "../../../engine/domain/operator.ts";
import { NO_CONDITIONS } from "../../../engine/domain/order.ts";
import type { Reject } from "../../../engine/domain/rejects.ts";
import { catalogOf } from "../../../engine/protocol/bus-messages.ts";
import type { NewOrder, OrderTarget, PlaceOrderList, TradeCommand } from "../../../engine/protocol/commands.ts";
import type {
  AccountView,
  AmendmentView,
  BalanceView,
  Canceled,
  Catalog,
  FillView,
  ListCanceled,
  ListPlaced,
  OperatorReply,
  OrderCounts,
  OrderListView,
  OrderView,
  Placed,
  PreventedMatchView,
  Rejected,
  SpecialView,
  TradeReply,
} from "../../../engine/protocol/views.ts";

import { operateFake } from "./fake-operator.ts";

/** 2026-01-01T00:00:00.123456Z, where every fake clock stands unless a test moves it. */
export const FAKE_NOW_US = 1_767_225_600_123_456;

/** Three events behind, with a sink; nothing else is 0, so that each number can be told from the others. */
const FAKE_STANDING: Omit<EngineStanding, "headSeq"> = {
  ...{ engine: "e1", epoch: 4, lineage: 3, committedSeq: 97, startedUs: FAKE_NOW_US - 60_000_000 },
  ...{ commands: 50, trades: 20, rejects: 5, queued: 2, openOrders: 7, frozen: false },
  recovery: { elapsedMs: 12.6, records: 41 },
  journal: {
    ...{ lastFrameUs: FAKE_NOW_US - 2_000_000, frames: 30, bytesWritten: 4_096, segment: 6, snapshotRecord: 9 },
    ...{ syncMedianUs: 80.4, syncP99Us: 410.5 },
  },
  outbox: { events: 3, seconds: 0.25 },
};

function isOpen({ status }: OrderView): boolean {
  return status === "new" || status === "partially_filled" || status === "pending_new";
}

export class FakeEngine implements EngineClient, EngineReads {
  assets: Asset[] = [];
  instruments: Instrument[] = [];
  accounts: AccountRecord[] = [{ id: 0, name: "fees", canTrade: false, canWithdraw: false }];
  keyRecords: KeyRecord[] = [];
  orders: OrderView[] = [];
  fills: FillView[] = [];
  lists: OrderListView[] = [];
  prevented: PreventedMatchView[] = [];
  amendments: AmendmentView[] = [];
  counts: OrderCounts = { per10s: 0, perDay: 0 };
  limits: ExchangeLimits = NO_LIMITS;
  heldWithdrawals: WithdrawalView[] = [];
  assetAudits: AssetAudit[] = [];
  balances = new Map<number, BalanceView[]>();
  droppedHistory: DroppedHistory = { orderId: 0, orderCreatedUs: 0, tradeId: 0, tradeUs: 0 };
  timeUs = FAKE_NOW_US;
  seq = 100;
  /** What arrived, in order. */
  readonly received: { command: TradeCommand | OperatorCommand; deadlineUs: number }[] = [];
  /** Answers for the next trade commands, before the fake's own. */
  readonly answers: (TradeReply | Error)[] = [];

  catalog(): Catalog {
    return { ...catalogOf(this.assets, this.instruments), limits: this.limits };
  }

  keyByApiKey(apiKey: string): KeyRecord | null {
    return this.keyRecords.find((key) => key.apiKey === apiKey) ?? null;
  }

  async keys(): Promise<readonly KeyRecord[]> {
    return this.keyRecords;
  }

  async account(account: number): Promise<AsOf<AccountView | null>> {
    const record = this.accounts[account];
    if (record === undefined) return this.asOf(null);
    return this.asOf({ ...record, balances: this.balances.get(account) ?? [], updatedUs: this.timeUs });
  }

  async order(
    account: number,
    instrument: number,
    orderId: number,
    clientOrderId: string,
  ): Promise<AsOf<OrderView | null>> {
    const found = this.orders.findLast(
      (order) =>
        order.account === account &&
        order.instrument === instrument &&
        (orderId !== 0 ? order.orderId === orderId : order.clientOrderId === clientOrderId),
    );
    return this.asOf(found ?? null);
  }

  async openOrders(account: number, instrument: number | null): Promise<AsOf<readonly OrderView[]>> {
    return this.asOf(
      this.orders.filter(
        (order) =>
          order.account === account && isOpen(order) && (instrument === null || order.instrument === instrument),
      ),
    );
  }

  async recentOrders(account: number, instrument: number): Promise<AsOf<readonly OrderView[]>> {
    return this.asOf(this.orders.filter((order) => order.account === account && order.instrument === instrument));
  }

  async recentFills(account: number, instrument: number): Promise<AsOf<readonly FillView[]>> {
    return this.asOf(this.fills.filter((fill) => fill.account === account && fill.instrument === instrument));
  }

  async orderList(
    account: number,
    orderListId: number,
    listClientOrderId: string,
  ): Promise<AsOf<OrderListView | null>> {
    const found = this.lists.findLast(
      (list) =>
        list.account === account &&
        (orderListId !== 0 ? list.orderListId === orderListId : list.listClientOrderId === listClientOrderId),
    );
    return this.asOf(found ?? null);
  }

  async recentOrderLists(account: number): Promise<AsOf<readonly OrderListView[]>> {
    return this.asOf(this.lists.filter((list) => list.account === account));
  }

  async recentPreventedMatches(account: number, instrument: number): Promise<AsOf<readonly PreventedMatchView[]>> {
    return this.asOf(this.prevented.filter((one) => one.account === account && one.instrument === instrument));
  }

  async recentAmendments(
    account: number,
    instrument: number,
    orderId: number,
  ): Promise<AsOf<readonly AmendmentView[]>> {
    return this.asOf(
      this.amendments.filter(
        (one) => one.account === account && one.instrument === instrument && one.orderId === orderId,
      ),
    );
  }

  async orderCounts(): Promise<OrderCounts> {
    return this.counts;
  }

  async accountEvents(fromSeq: number): Promise<{ events: readonly []; nextSeq: number; headSeq: number }> {
    return this.eventsSince(fromSeq);
  }

  async withdrawals(): Promise<AsOf<readonly WithdrawalView[]>> {
    return this.asOf(this.heldWithdrawals);
  }

  async audit(): Promise<readonly AssetAudit[]> {
    return this.assetAudits;
  }

  async dropped(): Promise<DroppedHistory> {
    return this.droppedHistory;
  }

  async eventsSince(fromSeq: number): Promise<{ events: readonly []; nextSeq: number; headSeq: number }> {
    return { events: [], nextSeq: fromSeq, headSeq: this.seq };
  }

  async bookSnapshot(instrument: number): Promise<BookSnapshot> {
    return { instrument, updateId: 0, asOfSeq: this.seq, lastTradeId: 0, bids: [], asks: [] };
  }

  async standing(): Promise<EngineStanding> {
    return { ...FAKE_STANDING, headSeq: this.seq };
  }

  async submit(command: TradeCommand, deadlineUs: number): Promise<TradeReply> {
    this.received.push({ command, deadlineUs });
    const scripted = this.answers.shift();
    if (scripted instanceof Error) throw scripted;
    if (scripted !== undefined) return scripted;
    this.seq++;
    switch (command.type) {
      case "place_order":
        return this.place(command.account, command);
      case "cancel_order":
        return this.cancel(command.account, command.instrument, command, command.cancelClientOrderId);
      case "cancel_all": {
        const { value } = await this.openOrders(command.account, command.instrument);
        const orders = value.map((order) => this.changed(order, { status: "canceled" }));
        if (orders.length === 0) return this.rejected("order_not_found");
        return { outcome: "canceled_all", orders, cancelClientOrderId: command.cancelClientOrderId, ...this.stamp() };
      }
      case "cancel_replace": {
        const { account, instrument, cancelTarget, cancelClientOrderId } = command;
        const canceled = this.cancel(account, instrument, cancelTarget, cancelClientOrderId);
        const stops = canceled.outcome === "rejected" && command.mode === "stop_on_failure";
        return { outcome: "replaced", canceled, placed: stops ? null : this.place(account, command), ...this.stamp() };
      }
      case "amend_order": {
        const order = this.open(command.account, command.instrument, command);
        if (order === undefined) return this.rejected("order_not_found");
        if (command.quantityLots >= order.quantityLots) return this.rejected("quantity_not_reduced");
        const clientOrderId = command.newClientOrderId || order.clientOrderId;
        const amended = this.changed(order, { quantityLots: command.quantityLots, clientOrderId });
        return { outcome: "amended", order: amended, origClientOrderId: order.clientOrderId, ...this.stamp() };
      }
      case "place_order_list":
        return this.placeList(command);
      case "cancel_order_list": {
        const list = this.lists.find(
          (one) =>
            one.account === command.account &&
            one.instrument === command.instrument &&
            one.status !== "all_done" &&
            (command.orderListId !== 0
              ? one.orderListId === command.orderListId
              : one.listClientOrderId === command.listClientOrderId),
        );
        if (list === undefined) return this.rejected("list_not_found");
        const { cancelClientOrderId } = command;
        return { outcome: "canceled_list", ...this.cancelList(list), cancelClientOrderId, ...this.stamp() };
      }
    }
  }

  async submitOperator(command: OperatorCommand, deadlineUs: number): Promise<OperatorReply> {
    this.received.push({ command, deadlineUs });
    this.seq++;
    return operateFake(this, command);
  }

  /** Taken in: the first leg of an oto or otoco works, the others are pending; of an oco the limit maker works. */
  private placeList(command: PlaceOrderList): ListPlaced {
    const { account, instrument, contingency, listClientOrderId } = command;
    const orderListId = this.lists.length + 1;
    const orders = command.legs.map((leg, index) => {
      const pending = contingency !== "oco" && index > 0;
      return this.place(account, { ...leg, instrument, quoteAtoms: 0n }, { orderListId, pending }).order;
    });
    const list: OrderListView = {
      instrument,
      orderListId,
      account,
      contingency,
      status: "exec_started",
      listClientOrderId,
      orders: orders.map(({ orderId, clientOrderId }) => ({ orderId, clientOrderId })),
      createdUs: this.timeUs,
      updatedUs: this.timeUs,
      lastSeq: this.seq,
    };
    this.lists.push(list);
    return { outcome: "list_placed", list, orders, fills: [], ...this.stamp() };
  }

  private cancelList(list: OrderListView): ListCanceled {
    const done = { ...list, status: "all_done", updatedUs: this.timeUs, lastSeq: this.seq } as const;
    this.lists[this.lists.indexOf(list)] = done;
    const legs = this.orders.filter((order) => order.special?.orderListId === list.orderListId && isOpen(order));
    return { list: done, orders: legs.map((order) => this.changed(order, { status: "canceled" })) };
  }

  /** An order as the fake keeps it: taken in, resting whole, or waiting for its price or its list. */
  place(account: number, order: NewOrder, inList?: { orderListId: number; pending: boolean }): Placed {
    const conditions = order.conditions ?? NO_CONDITIONS;
    const waits = conditions.stopTicks !== 0 || conditions.trailingDeltaBips !== 0;
    const special: SpecialView = {
      conditions,
      orderListId: inList?.orderListId ?? 0,
      phase: inList?.pending === true ? "pending" : waits ? "waiting" : "working",
      workingUs: inList?.pending === true || waits ? 0 : this.timeUs,
      trailingUs: 0,
      preventedMatchId: 0,
    };
    const isSpecial = order.conditions !== undefined || inList !== undefined;
    const view: OrderView = {
      instrument: order.instrument,
      orderId: this.orders.length + 1,
      account,
      clientOrderId: order.clientOrderId,
      side: order.side,
      orderType: order.orderType,
      timeInForce: order.timeInForce,
      selfTradeMode: order.selfTradeMode ?? "expire_maker",
      priceTicks: order.priceTicks,
      quantityLots: order.quantityLots,
      executedLots: 0,
      preventedLots: 0,
      cumulativeQuoteAtoms: 0n,
      quoteAtoms: order.quoteAtoms,
      status: inList?.pending === true ? "pending_new" : "new",
      expiryReason: "none",
      createdUs: this.timeUs,
      updatedUs: this.timeUs,
      firstSeq: this.seq,
      lastSeq: this.seq,
      ...(isSpecial ? { special } : {}),
    };
    this.orders.push(view);
    return { outcome: "placed", order: view, fills: [], ...this.stamp() };
  }

  private cancel(
    account: number,
    instrument: number,
    target: OrderTarget,
    cancelClientOrderId: string,
  ): Canceled | Rejected {
    const order = this.open(account, instrument, target);
    if (order === undefined) return this.rejected("order_not_found");
    const list = this.lists.find(({ orderListId }) => orderListId === order.special?.orderListId);
    if (list === undefined) {
      const canceled = this.changed(order, { status: "canceled" });
      return { outcome: "canceled", order: canceled, cancelClientOrderId, ...this.stamp() };
    }
    const whole = this.cancelList(list);
    const canceled = whole.orders.find(({ orderId }) => orderId === order.orderId) ?? order;
    return { outcome: "canceled", order: canceled, cancelClientOrderId, list: whole, ...this.stamp() };
  }

  private open(account: number, instrument: number, target: OrderTarget): OrderView | undefined {
    return this.orders.find(
      (order) =>
        order.account === account &&
        order.instrument === instrument &&
        isOpen(order) &&
        (target.orderId !== 0 ? order.orderId === target.orderId : order.clientOrderId === target.origClientOrderId),
    );
  }

  changed(order: OrderView, change: Partial<OrderView>): OrderView {
    const after = { ...order, ...change, updatedUs: this.timeUs, lastSeq: this.seq };
    this.orders[this.orders.indexOf(order)] = after;
    return after;
  }

  rejected(reason: Reject): Rejected {
    return { outcome: "rejected", reason, ...this.stamp() };
  }

  stamp(): { seq: number; timeUs: number } {
    return { seq: this.seq, timeUs: this.timeUs };
  }

  private asOf<T>(value: T): AsOf<T> {
    return { value, asOfSeq: this.seq };
  }
}
