/**
 * Follows what happens to the accounts that somebody listens to: pulled from the engine when its feed says that there is more.
 *
 * The feed's frames are the doorbell, `accountEvents` the truth: ordered and without gaps, whatever the feed has lost. One
 * cursor for all accounts; nothing is asked for while nobody listens. An account joins between two pulls: its snapshot is then
 * never older than the cursor, and what the next pull brings from before the snapshot its story passes over. Invariants I35
 * and I36: where they could not be kept, whoever listens is told that events were lost.
 */
import { ACCOUNT_EVENTS_ACCOUNTS_MAX, type EngineReads, type FeedSource } from "../../bus/engine-client.ts";
import type { FeedFrame } from "../../protocol/bus-messages.ts";
import type { EngineEvent } from "../../protocol/events.ts";
import type { TradedTerms } from "../../protocol/order-story.ts";
import type { Catalog } from "../../protocol/views.ts";
import type { StreamLog } from "../feed-follower.ts";
import type { Stop, StreamClock } from "../stream-clock.ts";
import { type SnapshotReads, takeSnapshot } from "./account-snapshot.ts";
import { FollowedAccount, type Subscriber } from "./followed-account.ts";
import type { UserData, UserListener } from "./user-data.ts";

const EVENTS_PER_PULL = 5_000;
/** Snapshots asked for at once. */
const JOINS_AT_ONCE = 16;
/** After the engine could not be asked. */
const RETRY_MS = 100;

export interface AccountFeedDeps {
  readonly reads: SnapshotReads & Pick<EngineReads, "catalog">;
  readonly feed: FeedSource;
  readonly clock: StreamClock;
  readonly log: StreamLog;
  /** As ApiHost has them. */
  readonly prepare?: (() => Promise<void>) | undefined;
  readonly refresh?: (() => Promise<void>) | undefined;
  readonly reportFault: (fault: { readonly at: string; readonly error: unknown }) => void;
}

interface Join {
  readonly account: number;
  readonly subscriber: Subscriber;
  resolve(stop: () => void): void;
  reject(error: unknown): void;
}

export class AccountFeed implements UserData {
  readonly #deps: AccountFeedDeps;
  readonly #accounts = new Map<number, FollowedAccount>();
  /** Those with balances of the command at hand. */
  readonly #unflushed = new Set<FollowedAccount>();
  #joins: Join[] = [];
  /** Every event before it has been told; 0 while nobody listens. */
  #nextSeq = 0;
  #headSeq = 0;
  #lineage: number | null = null;
  #running = false;
  #answers = true;
  #stopped = false;
  #cancelRetry: Stop | null = null;
  readonly #unsubscribe: () => void;

  constructor(deps: AccountFeedDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.feed.subscribeFeed((frame) => this.#onFrame(frame));
  }

  /** Of all accounts. */
  get listeners(): number {
    let listeners = 0;
    for (const { subscribers } of this.#accounts.values()) listeners += subscribers.size;
    return listeners;
  }

  /** Events of the engine that listeners have not been told of. */
  get lagEvents(): number {
    return this.#accounts.size === 0 ? 0 : Math.max(0, this.#headSeq + 1 - this.#nextSeq);
  }

  subscribe(account: number, keyId: number, listener: UserListener): Promise<() => void> {
    const subscriber = { keyId, listener };
    const followed = this.#accounts.get(account);
    if (followed !== undefined) return Promise.resolve(this.#added(account, followed, subscriber));
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    this.#joins.push({ account, subscriber, resolve, reject });
    this.#wake();
    return promise;
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#cancelRetry?.();
  }

  #added(account: number, followed: FollowedAccount, subscriber: Subscriber): () => void {
    followed.subscribers.add(subscriber);
    return () => {
      followed.subscribers.delete(subscriber);
      if (followed.subscribers.size === 0 && this.#accounts.get(account) === followed) this.#accounts.delete(account);
    };
  }

  #onFrame({ lastSeq, lineage = 0 }: FeedFrame): void {
    if (this.#lineage !== null && lineage !== this.#lineage) this.#lose();
    this.#headSeq = Math.max(this.#headSeq, lastSeq);
    if (this.#accounts.size > 0 && this.#headSeq >= this.#nextSeq) this.#wake();
  }

  #wake(): void {
    if (this.#running || this.#stopped || this.#cancelRetry !== null) return;
    this.#running = true;
    void this.#run();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    try {
      // In turn: who comes and goes without end must not keep events from those who listen.
      for (let isDone = false; !isDone && !this.#stopped; ) {
        isDone = true;
        if (this.#joins.length > 0) {
          isDone = false;
          await this.#takeJoins();
        }
        if (this.#accounts.size > 0 && this.#headSeq >= this.#nextSeq) {
          isDone = false;
          await this.#pull();
        }
      }
      this.#answers = true;
    } catch (error) {
      // Asked again soon; what is told then is whole. Said once.
      if (this.#answers) this.#deps.log({ at: "user-data", outcome: "engine_not_answering", error: String(error) });
      this.#answers = false;
      this.#cancelRetry = this.#deps.clock.after(RETRY_MS, () => {
        this.#cancelRetry = null;
        this.#wake();
      });
    } finally {
      this.#running = false;
    }
  }

  async #takeJoins(): Promise<void> {
    const joins = this.#joins.slice(0, JOINS_AT_ONCE);
    this.#joins = this.#joins.slice(JOINS_AT_ONCE);
    await Promise.all(joins.map((join) => this.#take(join)));
  }

  async #take({ account, subscriber, resolve, reject }: Join): Promise<void> {
    const known = this.#accounts.get(account);
    if (known !== undefined) {
      resolve(this.#added(account, known, subscriber));
      return;
    }
    try {
      await this.#deps.prepare?.();
      const snapshot = await takeSnapshot(this.#deps.reads, account, (instrument) => this.#terms(instrument));
      const isOther = this.#lineage !== null && snapshot.lineage !== this.#lineage;
      if (isOther) this.#lose();
      this.#lineage = snapshot.lineage;
      // Another join of the same account may have been quicker.
      let followed = this.#accounts.get(account);
      if (followed === undefined) {
        followed = new FollowedAccount(snapshot.story, snapshot.asOfSeq, () => this.#deps.reads.catalog());
        this.#nextSeq =
          this.#accounts.size === 0 ? snapshot.asOfSeq + 1 : Math.min(this.#nextSeq, snapshot.asOfSeq + 1);
        this.#accounts.set(account, followed);
      }
      resolve(this.#added(account, followed, subscriber));
    } catch (error) {
      reject(error);
    }
  }

  async #pull(): Promise<void> {
    const { reads, refresh } = this.#deps;
    const accounts = this.#accounts.size > ACCOUNT_EVENTS_ACCOUNTS_MAX ? null : [...this.#accounts.keys()];
    const fromSeq = this.#nextSeq;
    const page = await reads.accountEvents(fromSeq, EVENTS_PER_PULL, accounts);
    if ((page.lineage ?? 0) !== this.#lineage) {
      this.#lose();
      return;
    }
    const catalog = reads.catalog();
    if (page.events.some((event) => isUnknownTo(catalog, event))) await refresh?.();
    for (const event of page.events) this.#apply(event);
    this.#headSeq = Math.max(this.#headSeq, page.headSeq);
    this.#nextSeq = page.nextSeq;
    // At the head the last command is whole; before it, its balances may go on in the next page.
    if (page.nextSeq > page.headSeq) this.#flush();
  }

  #apply(event: EngineEvent): void {
    const accounts = accountsOf(event);
    const isBalance = event.type === "balance_changed";
    if (!isBalance) this.#flush();
    for (const account of accounts) {
      const followed = this.#accounts.get(account);
      if (followed === undefined) continue;
      try {
        followed.apply(event);
        if (isBalance) this.#unflushed.add(followed);
      } catch (error) {
        // Its story is not what the engine tells: whoever listens starts anew, all others hear on.
        this.#deps.reportFault({ at: "user-data", error });
        this.#accounts.delete(account);
        followed.end("lost");
      }
    }
  }

  #flush(): void {
    for (const followed of this.#unflushed) followed.flush();
    this.#unflushed.clear();
  }

  /** The engine's journal was restored: everything that was told is of another past. */
  #lose(): void {
    const lost = [...this.#accounts.values()];
    this.#accounts.clear();
    this.#unflushed.clear();
    this.#lineage = null;
    this.#headSeq = 0;
    for (const followed of lost) followed.end("lost");
  }

  #terms(instrument: number): TradedTerms {
    const terms = this.#deps.reads.catalog().instruments[instrument];
    if (terms === undefined) throw new RangeError(`the catalog at hand has no instrument ${instrument}`);
    return terms;
  }
}

function accountsOf(event: EngineEvent): readonly number[] {
  switch (event.type) {
    case "trade_executed":
      return event.takerAccount === event.makerAccount
        ? [event.takerAccount]
        : [event.takerAccount, event.makerAccount];
    case "key_changed":
      return [event.key.account];
    case "order_accepted":
    case "order_canceled":
    case "order_expired":
    case "order_amended":
    case "order_activated":
    case "trade_prevented":
    case "order_list_changed":
    case "balance_changed":
    case "funds_moved":
      return [event.account];
    default:
      return [];
  }
}

function isUnknownTo(catalog: Catalog, event: EngineEvent): boolean {
  const instrument = "instrument" in event && typeof event.instrument === "number" ? event.instrument : -1;
  const asset = "asset" in event && typeof event.asset === "number" ? event.asset : -1;
  return instrument >= catalog.instruments.length || asset >= catalog.assets.length;
}
