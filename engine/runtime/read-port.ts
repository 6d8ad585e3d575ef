/**
 * The engine's read port: account reads from the core's live state and the read model, books, and events since a
 * sequence. Every answer is made in one turn of the event loop, so that it is of one moment.
 */
import {
  ACCOUNT_EVENTS_ACCOUNTS_MAX,
  type AsOf,
  type AssetAudit,
  type BookSnapshot,
  type DroppedHistory,
  type EngineReads,
  type EventsPage,
  InstrumentUnknown,
  type WithdrawalState,
  type WithdrawalView,
} from "../bus/engine-client.ts";
import { BUY, SELL } from "../core/book.ts";
import { assert } from "../domain/assert.ts";
import { packClientOrderId } from "../domain/client-order-id.ts";
import { NO_LIMITS } from "../domain/instrument.ts";
import type { KeyRecord } from "../domain/operator.ts";
import { catalogOf } from "../protocol/bus-messages.ts";
import { namedLineage } from "../protocol/journal-batch.ts";
import type {
  AccountView,
  AmendmentView,
  Catalog,
  FillView,
  OrderCounts,
  OrderListView,
  OrderView,
  PreventedMatchView,
} from "../protocol/views.ts";
import type { EventHistory } from "./event-history.ts";
import { decodePage, isNoLevel, rowsOfAccounts, type WantedRow } from "./event-pages.ts";
import { type EventRetention, seqAfter } from "./event-retention.ts";
import type { EngineMachine } from "./machine.ts";
import type { ReadModel } from "./read-model.ts";

/** All but how the engine stands, which whoever runs it knows. */
export class ReadPort implements Omit<EngineReads, "standing"> {
  protected readonly machine: EngineMachine;
  protected readonly retention: EventRetention;
  protected readonly history: EventHistory;
  protected committedSeq = 0;
  private readonly ofLineage: { readonly lineage?: number };
  private catalogNow: Catalog | null = null;
  private catalogParts: readonly unknown[] = [];
  private readonly clientIdWords = new Uint32Array(8);

  /** @param lineage of the journal: every answer says of which it is, whose sequences may be another's too. */
  constructor(machine: EngineMachine, retention: EventRetention, history: EventHistory, lineage = 0) {
    this.ofLineage = namedLineage(lineage);
    this.machine = machine;
    this.retention = retention;
    this.history = history;
  }

  protected get headSeq(): number {
    return this.machine.core.state.events.nextSeq - 1;
  }

  private get model(): ReadModel {
    return this.machine.readModel as ReadModel;
  }

  private asOf<T>(value: T): AsOf<T> {
    return { value, asOfSeq: this.headSeq, ...this.ofLineage };
  }

  /** Says too what history must know by now: there is no read of what was dropped of these. */
  private keptAsOf<T>(value: T): AsOf<T> {
    return { ...this.asOf(value), committedSeq: this.model.committedSeq };
  }

  catalog(): Catalog {
    const { assets, instruments, limits } = this.machine.core.state;
    const definitions = instruments.map(({ definition }) => definition);
    const parts: readonly unknown[] = [...assets, ...definitions, limits];
    const known = this.catalogNow;
    if (
      known !== null &&
      parts.length === this.catalogParts.length &&
      parts.every((part, index) => part === this.catalogParts[index])
    )
      return known;
    this.catalogParts = parts;
    this.catalogNow = catalogOf(assets.slice(), definitions, limits === NO_LIMITS ? null : limits);
    return this.catalogNow;
  }

  keyByApiKey(apiKey: string): KeyRecord | null {
    const { keyIds, keys } = this.machine.core.state;
    const id = keyIds.get(apiKey);
    return id === undefined ? null : (keys[id]?.record ?? null);
  }

  async keys(account: number | null): Promise<readonly KeyRecord[]> {
    const records = this.machine.core.state.keys.flatMap((key) => (key === null ? [] : [key.record]));
    return records.filter((record) => account === null || record.account === account);
  }

  async account(account: number): Promise<AsOf<AccountView | null>> {
    const { accounts, assets, ledger } = this.machine.core.state;
    const record = accounts[account];
    if (record === undefined) return this.asOf(null);
    const balances = assets.map(({ id }) => ({
      asset: id,
      freeAtoms: ledger.asset(id).free(account),
      lockedAtoms: ledger.asset(id).locked(account),
    }));
    return this.asOf({ ...record, balances, updatedUs: this.model.accountUpdatedUs(account) });
  }

  async order(
    account: number,
    instrument: number,
    orderId: number,
    clientOrderId: string,
  ): Promise<AsOf<OrderView | null>> {
    const book = this.machine.core.state.instruments[instrument]?.book;
    if (book === undefined) return this.asOf(null);
    if (orderId !== 0) {
      const order = this.model.order(instrument, orderId);
      return this.asOf(order?.account === account ? order : null);
    }
    packClientOrderId(clientOrderId, this.clientIdWords, 0);
    const slot = book.orders.slotOfClientId(account, this.clientIdWords, 0);
    const open = slot === 0 ? null : this.model.order(instrument, book.orders.orderId(slot));
    return this.asOf(open ?? this.model.newestClosedByClientId(account, instrument, clientOrderId));
  }

  async openOrders(account: number, instrument: number | null): Promise<AsOf<readonly OrderView[]>> {
    return this.asOf(
      this.machine.core.state.instruments.flatMap(({ id }) =>
        instrument === null || instrument === id ? this.openOn(account, id) : [],
      ),
    );
  }

  private openOn(account: number, instrument: number): readonly OrderView[] {
    const orders = this.machine.core.state.instruments[instrument]?.book.orders;
    if (orders === undefined) return [];
    return orders.slotsOf(account).flatMap((slot) => this.model.order(instrument, orders.orderId(slot)) ?? []);
  }

  async recentOrders(account: number, instrument: number): Promise<AsOf<readonly OrderView[]>> {
    const orders = [...this.openOn(account, instrument), ...this.model.closedOrders(account, instrument)];
    return this.asOf(orders.sort((a, b) => a.orderId - b.orderId));
  }

  async recentFills(account: number, instrument: number): Promise<AsOf<readonly FillView[]>> {
    return this.asOf(this.model.fills(account, instrument));
  }

  async dropped(account: number, instrument: number): Promise<DroppedHistory> {
    return this.model.dropped(account, instrument);
  }

  async orderList(
    account: number,
    orderListId: number,
    listClientOrderId: string,
  ): Promise<AsOf<OrderListView | null>> {
    const { lists } = this.model;
    if (orderListId !== 0) {
      const list = lists.view(orderListId);
      return this.keptAsOf(list?.account === account ? list : null);
    }
    const named = lists.viewsOf(account).findLast((list) => list.listClientOrderId === listClientOrderId);
    return this.keptAsOf(named ?? null);
  }

  async recentOrderLists(account: number): Promise<AsOf<readonly OrderListView[]>> {
    return this.keptAsOf(this.model.lists.viewsOf(account));
  }

  async recentPreventedMatches(account: number, instrument: number): Promise<AsOf<readonly PreventedMatchView[]>> {
    return this.keptAsOf(this.model.prevented.viewsOf(account, instrument));
  }

  async recentAmendments(
    account: number,
    instrument: number,
    orderId: number,
  ): Promise<AsOf<readonly AmendmentView[]>> {
    return this.keptAsOf(this.model.amendments.amendmentsOf(account, instrument, orderId));
  }

  async orderCounts(account: number): Promise<OrderCounts> {
    return this.countsAt(account, this.nowUs);
  }

  /** The windows are those of a time. */
  protected countsAt(account: number, timeUs: number): OrderCounts {
    const { counts } = this.machine.core.state;
    return { per10s: counts.per10s(account, timeUs), perDay: counts.perDay(account, timeUs) };
  }

  /** What the next frame would be stamped with. */
  protected get nowUs(): number {
    return this.machine.core.state.timeUs;
  }

  async withdrawals(account: number | null, state?: WithdrawalState): Promise<AsOf<readonly WithdrawalView[]>> {
    return this.asOf(this.model.funding.withdrawals(this.machine.core.state, account, state));
  }

  async audit(): Promise<readonly AssetAudit[]> {
    return this.model.funding.audit(this.machine.core.state, this.headSeq);
  }

  async bookSnapshot(instrument: number): Promise<BookSnapshot> {
    const state = this.machine.core.state.instruments[instrument];
    if (state === undefined) throw new InstrumentUnknown(instrument);
    const levels = (side: number): [number, number][] => {
      const out: [number, number][] = [];
      const { book } = state;
      for (let price = side === BUY ? book.bestBid : book.bestAsk; price !== 0; price = book.behind(side, price))
        out.push([price, book.totalAt(side, price)]);
      return out;
    };
    return {
      instrument,
      updateId: state.lastUpdateId,
      asOfSeq: this.headSeq,
      lastTradeId: state.lastTradeId,
      bids: levels(BUY),
      asks: levels(SELL),
    };
  }

  eventsSince(fromSeq: number, eventsMax: number): Promise<EventsPage> {
    return this.page(fromSeq, eventsMax, isNoLevel);
  }

  async accountEvents(fromSeq: number, eventsMax: number, accounts: readonly number[] | null): Promise<EventsPage> {
    assert((accounts?.length ?? 0) <= ACCOUNT_EVENTS_ACCOUNTS_MAX, "so many accounts at once are not asked for");
    return this.page(fromSeq, eventsMax, rowsOfAccounts(accounts));
  }

  private async page(fromSeq: number, eventsMax: number, isWanted: WantedRow): Promise<EventsPage> {
    const start = Math.max(1, fromSeq);
    const { headSeq } = this;
    if (start > headSeq) return { events: [], nextSeq: start, headSeq, ...this.ofLineage };
    const frames =
      start >= this.retention.firstSeq ? this.retention.from(start) : await this.history.page(start, seqAfter);
    // A replay beside the live engine may already see a frame that is written and not yet durable: it is nobody's business.
    const page = decodePage(frames, start, eventsMax, this.headSeq, isWanted);
    return { ...page, headSeq: this.headSeq, ...this.ofLineage };
  }
}
