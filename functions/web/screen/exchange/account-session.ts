/**
 * The session of this browser's key on the WebSocket API: logs on, subscribes, reads the account, and does so again after each
 * connection. Between them the account is stale; its events are folded by AccountFold.
 */

import { words } from "../words/words.ts";
import { type AccountEvent, AccountFold, type AccountSnapshot } from "./account-fold.ts";
import { type ApiAnswer, ApiSocket } from "./api-socket.ts";
import { backoffMs, RECONNECT } from "./backoff.ts";
import type { AccountNews, Order, Parameters } from "./contract.ts";
import { type DeviceKey, signText } from "./device-key.ts";
import type { ExchangeClock } from "./exchange-clock.ts";
import { fillOfTrade, type OrderShape, type OwnTradeShape, orderOf } from "./order-shapes.ts";
import { CODE_KEY_INVALID, notSent } from "./refusal.ts";

/** A key that has just been registered may not be known everywhere yet. */
const NEW_KEY_MS = 15_000;
const CODE_CLOCK = -1021;
/** Orders whose fate is asked for after an absence; 9 of 6,000 weight a minute each. */
const LEARNED_MAX = 50;

export interface SessionOwner {
  readonly clock: ExchangeClock;
  readonly changed: (state: "opening" | "live" | "stale") => void;
  /** Something in the fold is different. */
  readonly folded: () => void;
  readonly news: (news: AccountNews) => void;
  /** Revoked or expired: it will never log on again. */
  readonly keyGone: () => void;
}

export class AccountSession {
  readonly fold = new AccountFold();
  readonly key: DeviceKey;
  readonly #owner: SessionOwner;
  readonly #socket: ApiSocket;
  /** Of the logon under way: a newer one has another. */
  #turn = 0;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isLoggedOn = false;
  #hasBeenLive = false;

  constructor(key: DeviceKey, owner: SessionOwner) {
    this.key = key;
    this.#owner = owner;
    this.#socket = new ApiSocket({
      opened: () => this.#begin(),
      lost: () => this.#onLost(),
      event: (event) => this.#onEvent(event as AccountEvent),
      changed: () => {},
    });
    owner.changed("opening");
    this.#socket.start();
  }

  stop(): void {
    this.#turn += 1;
    clearTimeout(this.#retry);
    this.#isLoggedOn = false;
    this.#socket.stop();
  }

  /** Under this session; not logged on: not sent. */
  request(method: string, parameters: Parameters = {}): Promise<ApiAnswer> {
    if (!this.#isLoggedOn) return Promise.resolve(notSent(words().exchange.restoring));
    return this.#ask(method, parameters);
  }

  #ask(method: string, parameters: Parameters = {}): Promise<ApiAnswer> {
    return this.#socket.request(method, { timestamp: this.#now(), ...parameters });
  }

  #now(): number {
    return Math.floor(this.#owner.clock.nowMs());
  }

  #begin(): void {
    clearTimeout(this.#retry);
    this.#turn += 1;
    const turn = this.#turn;
    void this.#open(turn).then((refusal) => {
      if (turn !== this.#turn || refusal === null) return;
      this.#onRefused(refusal);
    });
  }

  /** @returns null: all is read, or the connection has gone. */
  async #open(turn: number): Promise<ApiAnswer | null> {
    const { apiKey, privateKey } = this.key;
    const asked = { apiKey, timestamp: this.#now() };
    const signature = await signText(privateKey, `apiKey=${apiKey}&timestamp=${asked.timestamp}`);
    if (turn !== this.#turn) return null;
    const logon = await this.#socket.request("session.logon", { ...asked, signature });
    if (turn !== this.#turn) return null;
    if (logon.outcome !== "ok") return logon;
    this.#isLoggedOn = true;
    this.fold.begin();
    const subscribed = await this.#socket.request("userDataStream.subscribe");
    if (turn !== this.#turn) return null;
    if (subscribed.outcome !== "ok") return subscribed;
    return await this.#read(turn);
  }

  async #read(turn: number): Promise<ApiAnswer | null> {
    const [account, orders] = await Promise.all([this.#ask("account.status"), this.#ask("openOrders.status")]);
    if (turn !== this.#turn) return null;
    if (account.outcome !== "ok") return account;
    if (orders.outcome !== "ok") return orders;
    const { updateTime, balances } = account.value as Omit<AccountSnapshot, "openOrders">;
    const openOrders = orders.value as readonly OrderShape[];
    const { news, missed } = this.fold.take({ updateTime, balances, openOrders });
    this.#failures = 0;
    this.#hasBeenLive = true;
    this.#owner.folded();
    this.#owner.changed("live");
    for (const each of news) this.#owner.news(each);
    await this.#learn(missed.slice(0, LEARNED_MAX), turn);
    return null;
  }

  /** What happened to orders while nobody listened: a person who was away is told, too. */
  async #learn(missed: readonly Order[], turn: number): Promise<void> {
    for (const { symbol, orderId } of missed) {
      const [order, trades] = await Promise.all([
        this.#ask("order.status", { symbol, orderId }),
        this.#ask("myTrades", { symbol, orderId }),
      ]);
      if (turn !== this.#turn) return;
      // Where history is away, its pages will have it; the open orders are right already.
      if (order.outcome !== "ok" || trades.outcome !== "ok") continue;
      const fills = (trades.value as readonly OwnTradeShape[]).map(fillOfTrade);
      for (const each of this.fold.learned(orderOf(order.value as OrderShape), fills)) this.#owner.news(each);
      this.#owner.folded();
    }
  }

  #onRefused(refusal: ApiAnswer): void {
    if (refusal.outcome === "ok") return;
    const isNew = !this.#hasBeenLive && Date.now() - this.key.registeredAt < NEW_KEY_MS;
    if (refusal.code === CODE_KEY_INVALID && !isNew) {
      this.stop();
      this.#owner.keyGone();
      return;
    }
    if (refusal.code === CODE_CLOCK) void this.#owner.clock.ask();
    // On a connection of its own: what this one has subscribed ends with it.
    this.#retry = setTimeout(() => this.#socket.renew(), backoffMs(RECONNECT, this.#failures, Math.random()));
    this.#failures += 1;
  }

  #onEvent(event: AccountEvent): void {
    if (event.e === "eventStreamTerminated") {
      // Its key has gone, or will say so at the next logon.
      this.#socket.renew();
      return;
    }
    const news = this.fold.event(event);
    if (news === "too_many") {
      this.#socket.renew();
      return;
    }
    this.#owner.folded();
    for (const each of news) this.#owner.news(each);
  }

  #onLost(): void {
    this.#turn += 1;
    clearTimeout(this.#retry);
    this.#isLoggedOn = false;
    this.#owner.changed(this.#hasBeenLive ? "stale" : "opening");
  }
}
