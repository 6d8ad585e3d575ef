/**
 * Scenarios: text in, text out, against any exchange. The rules of a book are written so, and the whole output compared.
 *
 * A fresh market TIDEUSD where one tick, one lot and one atom are all 1; every trader has 1,000,000 of both assets
 * unless `open <who> <TIDE> <USD>` says otherwise; no fees unless `list` sets terms. The set-up is not printed. The
 * audit reads every event, the hidden ones too. Words of a line: scenario-text.ts.
 */
import { DEFAULT_RULES, type InstrumentTerms } from "../domain/instrument.ts";
import type { OrderPhase } from "../domain/order.ts";
import type { EngineCommand } from "../protocol/commands.ts";
import type { EngineEvent } from "../protocol/events.ts";
import { Audit } from "./audit.ts";
import { type Exchange, TRADE_TYPES } from "./exchange.ts";
import { type Names, parseCommand, SYMBOL } from "./scenario-text.ts";

/** Balances and levels are printed only where they are the point. */
export type Shown = "levels" | "balances";

const START_US = 1_000_000;
const STEP_US = 10;
const DEADLINE_US = 5_000_000;
const DEFAULT_ATOMS = 1_000_000n;
const TERMS: InstrumentTerms = {
  symbol: SYMBOL,
  base: "TIDE",
  quote: "USD",
  tickE8: 100_000_000,
  lotE8: 100_000_000,
  priceTicksMin: 1,
  priceTicksMax: 1_000_000,
  quantityLotsMin: 1,
  quantityLotsMax: 1_000_000,
  marketLotsMin: 1,
  marketLotsMax: 1_000_000,
  notionalMinE8: "0",
  notionalMaxE8: "0",
  notionalMinAppliesToMarket: false,
  notionalMaxAppliesToMarket: false,
  ordersMax: 200,
  makerFeeE8: 0,
  takerFeeE8: 0,
  selfTradeDefault: "expire_maker",
  selfTradeAllowed: ["none", "expire_taker", "expire_maker", "expire_both", "decrement", "transfer"],
};
const ASSETS = ["TIDE", "USD"] as const;
/** An order as its events have told of it so far. */
interface SeenOrder {
  name: string;
  readonly side: "buy" | "sell";
  readonly priceTicks: number;
  restLots: number;
  phase: OrderPhase;
  /** Working, and no level has told yet that it rests. */
  isTaking: boolean;
}

/** @returns what the exchange said, one line per event shown, in order. */
export function runScenario(exchange: Exchange, input: string, shown: readonly Shown[] = []): string[] {
  const session = new Session(exchange, shown);
  for (const line of input.split("\n").map((each) => each.trim())) if (line !== "") session.line(line.split(/\s+/));
  session.audit.sweep();
  return session.output;
}

class Session implements Names {
  readonly output: string[] = [];
  readonly audit = new Audit();
  readonly #exchange: Exchange;
  readonly #shown: readonly Shown[];
  readonly #accounts = new Map([["fees", 0]]);
  readonly #keys = new Map([["", 0]]);
  readonly #ordersNamed = new Map<string, number>();
  readonly #orders = new Map<number, SeenOrder>();
  #isListed = false;
  #timeUs = START_US;
  #commandsSent = 0;
  #last: Parameters<Exchange["apply"]> | null = null;

  constructor(exchange: Exchange, shown: readonly Shown[]) {
    this.#exchange = exchange;
    this.#shown = shown;
  }

  line(words: readonly string[]): void {
    const [first, ...rest] = words as [string, ...string[]];
    if (first === "list") {
      this.#list(Object.fromEntries(rest.map(readTerm)));
      return;
    }
    if (!this.#isListed) this.#list({});
    if (first === "open") this.#open(rest[0]!, [BigInt(rest[1]!), BigInt(rest[2]!)]);
    else if (first === "wait") this.#timeUs += Number(rest[0]);
    else if (first === "again") this.#again();
    else this.#command(words);
  }

  #command(words: readonly string[]): void {
    let door: "trade" | "ops" | null = null;
    let aheadUs = DEADLINE_US;
    let text = words;
    if (text[0] === "late") [aheadUs, text] = [-1, text.slice(1)];
    if (text[0] === "far") [aheadUs, text] = [Number(text[1]), text.slice(2)];
    if (text[0] === "by") [door, text] = [text[1] as "trade" | "ops", text.slice(2)];
    const command = parseCommand(text, this);
    this.#print(command, this.#send(command, door, aheadUs));
  }

  accountOf(name: string): number {
    if (name === "nobody") return 999;
    if (!this.#accounts.has(name)) this.#open(name, [DEFAULT_ATOMS, DEFAULT_ATOMS]);
    return this.#accounts.get(name)!;
  }

  /** An unknown name is a key that was never registered. */
  keyOf(name: string): number {
    return this.#keys.get(name) ?? 999;
  }

  nextOrderName(trader: string): string {
    const count = (this.#ordersNamed.get(trader) ?? 0) + 1;
    this.#ordersNamed.set(trader, count);
    return count === 1 ? trader : `${trader}.${count}`;
  }

  #list(changes: Partial<InstrumentTerms>): void {
    for (const name of ASSETS) this.#send({ type: "add_asset", name, decimals: 0 });
    this.#send({ type: "add_instrument", terms: { ...TERMS, ...changes } });
    this.#isListed = true;
  }

  #open(name: string, atoms: readonly [bigint, bigint]): void {
    const account = this.#accounts.size;
    this.#send({ type: "open_account", name });
    this.#accounts.set(name, account);
    for (const [index, asset] of ASSETS.entries()) {
      if (atoms[index]! === 0n) continue;
      this.#send({ type: "deposit", account, asset, atoms: atoms[index]!, reference: `${name}/${asset}` });
    }
  }

  #again(): void {
    const [command, envelope] = this.#last!;
    this.#timeUs += STEP_US;
    const events = this.#exchange.apply(command, envelope, this.#timeUs);
    this.audit.command(events);
    this.#print(command, events);
  }

  #send(command: EngineCommand, door: "trade" | "ops" | null = null, aheadUs = DEADLINE_US): EngineEvent[] {
    this.#timeUs += STEP_US;
    this.#commandsSent += 1;
    const commandId = new Uint8Array(16);
    new DataView(commandId.buffer).setUint32(12, this.#commandsSent);
    const deadlineUs = this.#timeUs + aheadUs;
    const isTrade = TRADE_TYPES.includes(command.type);
    const envelope = { commandId, deadlineUs, source: door ?? (isTrade ? "trade" : "ops") } as const;
    this.#last = [command, envelope, this.#timeUs];
    const events = this.#exchange.apply(command, envelope, this.#timeUs);
    this.audit.command(events);
    for (const event of events) if (event.type === "key_changed") this.#keys.set(event.key.apiKey, event.key.id);
    return events;
  }

  #print(command: EngineCommand, events: readonly EngineEvent[]): void {
    if (events.length === 0) this.output.push("nothing");
    for (const [index, event] of events.entries()) {
      const resting = event.type === "level_changed" ? this.#restsAt(event, events[index - 1]!) : null;
      if (resting !== null) this.output.push(resting);
      const line = this.#lineOf(command, event);
      this.#note(event);
      if (line !== null) this.output.push(line);
    }
  }

  /** A level that grows with nobody leaving it right before is where an order comes to rest. */
  #restsAt({ side, priceTicks }: Extract<EngineEvent, { type: "level_changed" }>, before: EngineEvent): string | null {
    if (["order_expired", "order_canceled", "order_amended"].includes(before.type)) return null;
    for (const order of this.#orders.values()) {
      if (!order.isTaking || order.side !== side || order.priceTicks !== priceTicks) continue;
      order.isTaking = false;
      return `${order.name} rested ${order.restLots} @ ${priceTicks}`;
    }
    return null;
  }

  #note(event: EngineEvent): void {
    switch (event.type) {
      case "order_accepted": {
        const { clientOrderId: name, side, priceTicks, quantityLots: restLots } = event;
        const phase = event.special?.phase ?? "working";
        this.#orders.set(event.orderId, { name, side, priceTicks, restLots, phase, isTaking: phase === "working" });
        return;
      }
      case "order_activated":
        Object.assign(this.#orders.get(event.orderId)!, { phase: event.phase, isTaking: event.phase === "working" });
        return;
      case "trade_executed":
      case "trade_prevented": {
        const taker = this.#orders.get(event.takerOrderId)!;
        taker.restLots = event.takerRemainingLots;
        if (taker.restLots === 0) taker.isTaking = false;
        return;
      }
      case "order_expired":
      case "order_canceled":
        this.#orders.get(event.orderId)!.isTaking = false;
        return;
      case "order_amended":
        this.#orders.get(event.orderId)!.name = event.clientOrderId;
        return;
      default:
    }
  }

  #lineOf(command: EngineCommand, event: EngineEvent): string | null {
    switch (event.type) {
      case "order_accepted": {
        const { clientOrderId, quoteAtoms, quantityLots, special } = event;
        const { strategyId = 0, strategyType = 0 } = special?.conditions ?? {};
        if (strategyId > 0) return `${clientOrderId} is marked ${strategyId} ${strategyType}`;
        if (special !== undefined && special.phase !== "working") return `${clientOrderId} is ${special.phase}`;
        return quoteAtoms > 0n ? `${clientOrderId} is for ${quantityLots}` : null;
      }
      case "order_activated":
        return `${this.#order(event.orderId)} is now ${event.phase}`;
      case "trade_prevented": {
        const [taker, maker] = [this.#order(event.takerOrderId), this.#order(event.makerOrderId)];
        const rests = `${event.takerRemainingLots} and ${event.makerRemainingLots} left`;
        return `${taker} lost ${event.preventedLots} @ ${event.priceTicks} against ${maker}, ${rests}`;
      }
      case "order_list_changed": {
        const { listClientOrderId, contingency, status, orderIds } = event;
        const legs = status === "exec_started" ? ` of orders ${orderIds.join(" ")}` : "";
        return `${contingency} ${listClientOrderId} ${status}${legs}`;
      }
      case "trade_executed": {
        const { takerFeeAtoms, makerFeeAtoms } = event;
        const fees = takerFeeAtoms + makerFeeAtoms === 0n ? "" : `, fees ${takerFeeAtoms} and ${makerFeeAtoms}`;
        const [taker, maker] = [this.#order(event.takerOrderId), this.#order(event.makerOrderId)];
        return `${taker} took ${event.quantityLots} @ ${event.priceTicks} from ${maker}${fees}`;
      }
      case "order_canceled": {
        const why = event.cause === "cancel" ? "" : ` (${event.cause})`;
        return `${this.#order(event.orderId)} canceled ${event.remainingLots}${why}`;
      }
      case "order_expired": {
        const against = event.counterOrderId === 0 ? "" : ` against ${this.#order(event.counterOrderId)}`;
        return `${this.#order(event.orderId)} expired ${event.remainingLots} ${event.reason}${against}`;
      }
      case "order_amended": {
        const before = this.#order(event.orderId);
        const renamed = before === event.clientOrderId ? "" : ` as ${event.clientOrderId}`;
        return `${before} amended to ${event.quantityLots}${renamed}, ${event.remainingLots} left`;
      }
      case "level_changed":
        if (!this.#shown.includes("levels")) return null;
        return `level ${event.side} ${event.priceTicks} is ${event.quantityLots}`;
      case "balance_changed": {
        if (!this.#shown.includes("balances")) return null;
        const { account, asset, freeAtoms, lockedAtoms } = event;
        return `${this.#account(account)} ${ASSETS[asset]} ${freeAtoms} free ${lockedAtoms} locked`;
      }
      case "command_rejected":
        return `${"keyId" in command ? this.#account(event.account) : "operator"} refused ${event.reason}`;
      case "funds_moved":
        return `${this.#account(event.account)} ${event.kind} ${event.atoms} ${ASSETS[event.asset]} ${event.reference}`;
      case "asset_added":
        return `asset ${event.asset.name} added`;
      case "instrument_changed": {
        const { symbol, status, makerFeeE8, takerFeeE8 } = event.instrument;
        if (command.type === "set_instrument_rules") return `${symbol} has rules ${JSON.stringify(command.rules)}`;
        return `${symbol} is ${status}, fees ${makerFeeE8} and ${takerFeeE8}`;
      }
      case "account_changed": {
        const { name, canTrade, canWithdraw } = event.account;
        return `account ${name} trades ${canTrade} withdraws ${canWithdraw}`;
      }
      case "exchange_limits_changed":
        return `limits ${JSON.stringify(event.limits)}`;
      case "withdrawals_frozen":
        return `withdrawals ${event.frozen ? "frozen" : "thawed"}: ${event.reason}`;
      case "key_changed":
        return `key ${event.key.apiKey} of ${this.#account(event.key.account)} ${event.key.revoked ? "revoked" : "registered"}`;
    }
  }

  #order(orderId: number): string {
    return this.#orders.get(orderId)?.name ?? `#${orderId}`;
  }

  #account(account: number): string {
    for (const [name, id] of this.#accounts) if (id === account) return name;
    return account === 999 ? "nobody" : `account ${account}`;
  }
}

/** `ordersMax=2`; a number where it is one, "true" and "false" as such, `a,b` a list, rules={…} over DEFAULT_RULES. */
function readTerm(term: string): [string, unknown] {
  const [name, value] = term.split("=") as [string, string];
  if (name.startsWith("notional") && name.endsWith("E8")) return [name, value];
  if (value === "true" || value === "false") return [name, value === "true"];
  if (name === "rules") return [name, { ...DEFAULT_RULES, ...JSON.parse(value) }];
  if (name === "selfTradeAllowed") return [name, value.split(",")];
  return [name, Number.isNaN(Number(value)) ? value : Number(value)];
}
