/**
 * One account that somebody listens to: its story, and its events as its listeners get them. Knows nothing of where events
 * come from.
 *
 * Balances of one command come together, after its other events: they are one outboundAccountPosition, told by `flush`.
 */
import { accountPositionShape, balanceUpdateShape, changeShape } from "../../api/user-events.ts";
import type { AccountChange, AccountStory } from "../../protocol/account-story.ts";
import type { BalanceChanged, EngineEvent, FundsMoved, KeyRecord } from "../../protocol/events.ts";
import type { Catalog, PreventedMatchView } from "../../protocol/views.ts";
import { type StreamEnd, UserEvent, type UserListener } from "./user-data.ts";

export interface Subscriber {
  readonly keyId: number;
  readonly listener: UserListener;
}

function mayHear({ revoked, disabled, permissions, expiresUs }: KeyRecord, timeUs: number): boolean {
  return !revoked && disabled !== true && permissions.includes("read") && (expiresUs === 0 || expiresUs > timeUs);
}

export class FollowedAccount {
  readonly subscribers = new Set<Subscriber>();
  readonly #story: AccountStory;
  /** Events up to it are in the story already: nobody is told of them, or told again. */
  #seenSeq: number;
  readonly #catalog: () => Catalog;
  /** By asset, in the order in which the command touched them. */
  readonly #balances = new Map<number, BalanceChanged>();
  /** By instrument: a second event of the same self-trade names the first one's match. */
  readonly #prevented = new Map<number, PreventedMatchView>();

  constructor(story: AccountStory, asOfSeq: number, catalog: () => Catalog) {
    this.#story = story;
    this.#seenSeq = asOfSeq;
    this.#catalog = catalog;
  }

  /** Events that are this account's, in order; `flush` before any that is no balance. Throws where its story has a hole. */
  apply(event: EngineEvent): void {
    if (event.seq <= this.#seenSeq) return;
    this.#seenSeq = event.seq;
    switch (event.type) {
      case "balance_changed": {
        const other = this.#balances.values().next().value;
        // Two commands of which this account saw nothing but balances (the fee account's) are still two.
        if (other !== undefined && (other.timeUs !== event.timeUs || this.#balances.has(event.asset))) this.flush();
        this.#balances.set(event.asset, event);
        return;
      }
      case "funds_moved":
        this.#fundsMoved(event);
        return;
      case "key_changed":
        if (!mayHear(event.key, event.timeUs)) this.#keyRevoked(event.key.id);
        return;
      default:
        for (const change of this.#story.apply(event)) this.#tellChange(change);
    }
  }

  /** A command's events are complete. */
  flush(): void {
    const balances = [...this.#balances.values()];
    const last = balances.at(-1);
    if (last === undefined) return;
    this.#balances.clear();
    const catalog = this.#catalog();
    this.#tell(new UserEvent((unit) => accountPositionShape(catalog, balances, last.timeUs, unit)));
  }

  end(why: StreamEnd): void {
    const ended = [...this.subscribers];
    this.subscribers.clear();
    for (const { listener } of ended) listener.ended(why);
  }

  #fundsMoved(event: FundsMoved): void {
    const catalog = this.#catalog();
    if (balanceUpdateShape(catalog, event, "ms") === null) return;
    this.#tell(new UserEvent((unit) => balanceUpdateShape(catalog, event, unit) ?? {}));
  }

  #keyRevoked(keyId: number): void {
    for (const subscriber of [...this.subscribers]) {
      if (subscriber.keyId !== keyId) continue;
      this.subscribers.delete(subscriber);
      subscriber.listener.ended("key_gone");
    }
  }

  #tellChange(change: AccountChange): void {
    const catalog = this.#catalog();
    const told = this.#withPrevented(change);
    this.#tell(new UserEvent((unit) => changeShape(catalog, told, unit)));
  }

  /** An order that expires by a self-trade of which another event has told already: decrement's, or its maker's. */
  #withPrevented(change: AccountChange): AccountChange {
    if (change.kind === "list") return change;
    const { event, order, prevented } = change;
    if (prevented !== null) this.#prevented.set(order.instrument, prevented);
    const bySelfTrade = event.type === "order_expired" && event.reason === "self_trade";
    if (!bySelfTrade || prevented !== null) return change;
    const match = this.#prevented.get(order.instrument);
    const isPartOf = match?.takerOrderId === order.orderId || match?.makerOrderId === order.orderId;
    return match !== undefined && isPartOf ? { ...change, prevented: match } : change;
  }

  #tell(event: UserEvent): void {
    for (const { listener } of this.subscribers) listener.event(event);
  }
}
