/**
 * Random command streams: a seed and a profile give the same deliveries on every machine.
 *
 * The stream watches the events of whatever it drives (`observe`), so that most commands name orders that are really
 * open; a share of them names what is not there. Set-up comes first: assets, instruments, accounts, keys, deposits.
 */
import { LIST_CONTINGENCIES, ORDER_TYPES } from "../domain/order.ts";
import type { CommandEnvelope, Credential, EngineCommand, NewOrder, OrderTarget } from "../protocol/commands.ts";
import type { EngineEvent } from "../protocol/events.ts";
import { setUp } from "./command-set-up.ts";
import { type Delivery, TRADE_TYPES } from "./exchange.ts";
import { type KnownOrder, KnownWorld } from "./known-world.ts";
import { Chance } from "./prng.ts";
import { ACTIONS, type Action, PLAIN_TERMS, type Profile } from "./profiles.ts";
import { type MarketNow, makeLegs, makeLimits, makeRules, makeSpecial } from "./special-commands.ts";

const START_US = 1_700_000_000_000_000;
/** Deliveries that may be repeated; older ones are forgotten by the stream. */
const REPEATABLE = 24;
const DEADLINE_MAX_US = 20_000;
/** Windows of 10 s, minutes of an average price and days begin anew. */
const LEAPS_US = [1_000_000, 7_000_000, 40_000_000, 65_000_000, 200_000_000, 30_000_000_000];
const SWITCHED_ON_SHARE = 6;
const CLIENT_ID_MAX = 36;

export class CommandStream {
  readonly #chance: Chance;
  readonly #profile: Profile;
  readonly #actionWeights: readonly number[];
  #timeUs = START_US;
  readonly #setUp: EngineCommand[];
  #setUpAt = 0;
  readonly #known: KnownWorld;
  readonly #recent: Delivery[] = [];
  #references = 0;

  constructor(seed: number, profile: Profile) {
    this.#chance = new Chance(seed);
    this.#profile = profile;
    this.#actionWeights = ACTIONS.map((action) => profile.actions[action]);
    this.#known = new KnownWorld(profile.instruments.length);
    this.#setUp = [...setUp(profile)];
  }

  next(): Delivery {
    const chance = this.#chance;
    this.#timeUs += chance.percent(2) ? chance.below(30_000) : chance.below(400);
    const { special } = this.#profile;
    if (special !== undefined && chance.percent(special.leaps)) this.#timeUs += chance.pick(LEAPS_US);
    const repeated = this.#recent.length > 0 && chance.percent(this.#profile.duplicateShare);
    if (repeated) return this.#repeat();
    const isSetUp = this.#setUpAt < this.#setUp.length;
    const command = isSetUp ? this.#setUp[this.#setUpAt++]! : this.#make();
    const delivery = { command, envelope: this.#envelope(command, isSetUp), timeUs: this.#timeUs };
    this.#recent.push(delivery);
    if (this.#recent.length > REPEATABLE) this.#recent.shift();
    return delivery;
  }

  /** What the driven exchange answered; without it every target is bogus. */
  observe(events: readonly EngineEvent[]): void {
    for (const event of events) this.#known.observe(event);
  }

  /** As it was, but for the time; now and then with a deadline put off, as no edge should do. */
  #repeat(): Delivery {
    const chance = this.#chance;
    const { command, envelope } = chance.pick(this.#recent);
    const putOffUs = chance.percent(20) ? chance.below(DEADLINE_MAX_US) : 0;
    const deadlineUs = envelope.deadlineUs + putOffUs;
    return { command, envelope: { ...envelope, deadlineUs }, timeUs: this.#timeUs };
  }

  #envelope(command: EngineCommand, isSetUp: boolean): CommandEnvelope {
    const chance = this.#chance;
    const commandId = new Uint8Array(16);
    const words = new Uint32Array(commandId.buffer);
    for (let word = 0; word < words.length; word += 1) words[word] = chance.uint32();
    const isLate = !isSetUp && chance.percent(this.#profile.lateShare);
    const isFar = !isSetUp && chance.percent(1);
    const aheadUs = isFar ? chance.between(64_999_999, 65_000_002) : chance.below(DEADLINE_MAX_US);
    const deadlineUs = this.#timeUs + (isLate ? -1 - chance.below(1_000) : aheadUs);
    const isTrade = TRADE_TYPES.includes(command.type);
    const isWrongDoor = !isSetUp && chance.percent(1);
    return { commandId, deadlineUs, source: isTrade !== isWrongDoor ? "trade" : "ops" };
  }

  #make(): EngineCommand {
    const chance = this.#chance;
    // What was switched off comes back soon, or most of a session would be refusals.
    if (this.#known.switchedOff.size > 0 && chance.percent(SWITCHED_ON_SHARE)) {
      return chance.pick([...this.#known.switchedOff.values()]);
    }
    return this.#makeAction(chance.weighted(ACTIONS, this.#actionWeights));
  }

  #makeAction(action: Action): EngineCommand {
    const chance = this.#chance;
    const profile = this.#profile;
    const instrument = this.#isBogus() ? profile.instruments.length : chance.below(profile.instruments.length);
    const terms = profile.instruments[instrument] ?? profile.instruments[0]!;
    const account = this.#account();
    const asset = this.#isBogus() ? "NONE" : `A${chance.below(profile.assetDecimals.length)}`;
    switch (action) {
      case "place":
        return { type: "place_order", ...this.#credential(account), ...this.#maybeSpecial(instrument) };
      case "list": {
        const contingency = chance.pick(LIST_CONTINGENCIES);
        const next = (): NewOrder => this.#newOrder(instrument);
        const legs = makeLegs(chance, profile.special!, this.#marketNow(instrument), contingency, next);
        const listClientOrderId = this.#clientId("l");
        return {
          type: "place_order_list",
          ...this.#credential(account),
          instrument,
          contingency,
          listClientOrderId,
          legs,
        };
      }
      case "cancel_list":
        return this.#cancelList(instrument);
      case "rules":
        return { type: "set_instrument_rules", symbol: this.#symbol(terms.symbol), rules: makeRules(chance) };
      case "limits":
        return { type: "set_exchange_limits", limits: makeLimits(chance) };
      case "freeze":
        return { type: "freeze_withdrawals", frozen: chance.percent(40), reason: chance.percent(5) ? "" : "audit" };
      case "cancel": {
        const target = this.#target(instrument);
        return {
          type: "cancel_order",
          ...this.#credential(target.account),
          instrument,
          ...target.target,
          cancelClientOrderId: this.#clientId("x"),
          restriction: this.#restriction(),
        };
      }
      case "cancel_all":
        return {
          type: "cancel_all",
          ...this.#credential(account),
          instrument,
          cancelClientOrderId: this.#clientId("x"),
        };
      case "replace": {
        const target = this.#target(instrument);
        return {
          type: "cancel_replace",
          ...this.#credential(target.account),
          ...this.#maybeSpecial(instrument),
          mode: chance.percent(50) ? "stop_on_failure" : "allow_failure",
          cancelTarget: target.target,
          cancelClientOrderId: this.#clientId("x"),
          restriction: this.#restriction(),
          ...this.#whenCountUsedUp(),
        };
      }
      case "amend": {
        const { account: owner, target, known } = this.#target(instrument);
        const lots = known === null || chance.percent(8) ? this.#lots() : this.#amendedLots(known);
        return {
          type: "amend_order",
          ...this.#credential(owner),
          instrument,
          ...target,
          quantityLots: lots,
          newClientOrderId: chance.percent(60) ? "" : this.#clientId("c"),
        };
      }
      case "status": {
        const status = chance.percent(60) ? "trading" : chance.pick(["cancel_only", "halt"] as const);
        return { type: "set_instrument_status", symbol: this.#symbol(terms.symbol), status };
      }
      case "fees": {
        const rates = [0, 1, 100_000, 33_333_333, 50_000_000, 50_000_001];
        const [makerFeeE8, takerFeeE8] = [chance.pick(rates), chance.pick(rates)];
        return { type: "set_instrument_fees", symbol: this.#symbol(terms.symbol), makerFeeE8, takerFeeE8 };
      }
      case "deposit":
        return { type: "deposit", account, asset, atoms: this.#atoms(), reference: this.#reference("d") };
      case "hold":
        return { type: "hold_withdrawal", account, asset, atoms: this.#atoms(), reference: this.#reference("w") };
      case "end_withdrawal": {
        const isKnown = this.#known.heldReferences.length > 0 && !this.#isBogus();
        const reference = isKnown ? chance.pick(this.#known.heldReferences) : this.#reference("w");
        return { type: chance.percent(50) ? "settle_withdrawal" : "release_withdrawal", reference };
      }
      case "set_account":
        return { type: "set_account", account, canTrade: chance.percent(80), canWithdraw: chance.percent(80) };
      case "register_key":
        return this.#registerKey(account);
      case "revoke_key":
        return { type: "revoke_key", apiKey: `key${chance.between(1, this.#known.keys + 1)}` };
      case "set_key":
        return {
          type: "set_key",
          apiKey: `key${chance.between(1, this.#known.keys + 1)}`,
          permissions: chance.percent(70) ? ["read", "trade"] : ["read"],
          ipAllowList: [],
          expiresUs: chance.percent(50) ? 0 : this.#timeUs + chance.below(1_000_000),
          label: "",
          disabled: chance.percent(30),
        };
      case "operator_cancel_all":
        return { type: "operator_cancel_all", account, instrument };
      case "set_up_again":
        return chance.pick([
          { type: "add_asset", name: chance.pick(["A0", "low", "OK"]), decimals: chance.pick([8, 9]) },
          { type: "open_account", name: chance.pick(["fees", "", "trader 1"]) },
          { type: "add_instrument", terms: { ...terms, base: asset } },
          { type: "add_instrument", terms: { ...PLAIN_TERMS, symbol: "BAD", tickE8: 1, lotE8: 1 } },
        ]);
    }
  }

  #isBogus(): boolean {
    return this.#chance.percent(this.#profile.bogusShare);
  }

  #account(): number {
    const { accounts } = this.#profile;
    return this.#chance.percent(1) ? this.#chance.pick([0, accounts + 1]) : this.#chance.between(1, accounts);
  }

  #symbol(symbol: string): string {
    return this.#isBogus() ? "NONE" : symbol;
  }

  /** Mostly the account's own first key (keys are registered in the order of accounts), sometimes anybody's. */
  #credential(account: number): Credential {
    const chance = this.#chance;
    if (!chance.percent(this.#profile.keyShare)) return { account, keyId: 0 };
    return { account, keyId: chance.percent(85) ? account : chance.between(1, this.#known.keys + 1) };
  }

  #registerKey(account: number): EngineCommand {
    const chance = this.#chance;
    return {
      type: "register_key",
      account,
      apiKey: `key${this.#known.keys + (chance.percent(90) ? 1 : 0)}`,
      kind: "hmac_sha256",
      material: "sealed",
      permissions: chance.percent(70) ? ["read", "trade"] : ["read"],
      ipAllowList: [],
      expiresUs: chance.percent(50) ? 0 : this.#timeUs + chance.below(1_000_000),
      label: "",
    };
  }

  #reference(prefix: string): string {
    if (this.#chance.percent(90)) this.#references += 1;
    return `${prefix}${this.#references}`;
  }

  #atoms(): bigint {
    const { startAtoms } = this.#profile;
    if (this.#chance.percent(2)) return this.#chance.pick([0n, -5n, 2n ** 63n - 1n]);
    return (startAtoms * BigInt(this.#chance.between(1, 100))) / 400n + 1n;
  }

  #restriction(): "none" | "only_new" | "only_partially_filled" {
    return this.#chance.percent(80) ? "none" : this.#chance.pick(["only_new", "only_partially_filled"] as const);
  }

  /** Short ones, and long ones that differ only at the end or only at the start. */
  #clientId(prefix: string): string {
    const number = this.#chance.below(this.#profile.clientIds);
    if (number % 3 === 0) return `${prefix}${number}`;
    return number % 3 === 1 ? `${prefix}${number}`.padStart(CLIENT_ID_MAX, "_") : `${prefix}${number}:`.padEnd(20, ".");
  }

  #target(instrument: number): { account: number; target: OrderTarget; known: KnownOrder | null } {
    const chance = this.#chance;
    const open = this.#known.open[instrument];
    if (open === undefined || open.size === 0 || this.#isBogus()) {
      const stale = this.#known.closed.length === 0 ? null : chance.pick(this.#known.closed);
      if (stale === null || chance.percent(30)) {
        const orderId = chance.percent(50) ? 0 : chance.between(1, 9_999);
        return { account: this.#account(), target: { orderId, origClientOrderId: this.#clientId("c") }, known: null };
      }
      return { account: stale.account, target: { orderId: stale.orderId, origClientOrderId: "" }, known: stale };
    }
    const known = [...open.values()][chance.below(open.size)]!;
    const account = this.#isBogus() ? this.#account() : known.account;
    const orderId = chance.percent(60) ? known.orderId : 0;
    const isNamed = orderId === 0 || chance.percent(30);
    const clientOrderId = this.#isBogus() ? this.#clientId("c") : known.clientOrderId;
    return { account, target: { orderId, origClientOrderId: isNamed ? clientOrderId : "" }, known };
  }

  #amendedLots(known: KnownOrder): number {
    const executed = known.quantityLots - known.restLots;
    const lots = executed + this.#chance.below(known.restLots + 1);
    return Math.max(lots, this.#chance.percent(90) ? 1 : 0);
  }

  #lots(): number {
    const { lotsMax, isLotsByMagnitude } = this.#profile;
    if (this.#isBogus()) return this.#chance.pick([0, 1, 2, lotsMax]);
    return isLotsByMagnitude ? this.#chance.magnitude(lotsMax) : this.#chance.between(1, lotsMax);
  }

  #whenCountUsedUp(): { readonly whenCountUsedUp?: "do_nothing" | "cancel_only" } {
    if (this.#profile.special === undefined || this.#chance.percent(50)) return {};
    return { whenCountUsedUp: this.#chance.pick(["do_nothing", "cancel_only"] as const) };
  }

  #cancelList(instrument: number): EngineCommand {
    const chance = this.#chance;
    const open = [...this.#known.lists.values()];
    const known = open.length === 0 || this.#isBogus() ? null : chance.pick(open);
    const orderListId = known === null ? chance.below(20) : chance.percent(60) ? known.orderListId : 0;
    const isNamed = orderListId === 0 || chance.percent(30);
    const name = known === null || this.#isBogus() ? this.#clientId("l") : known.listClientOrderId;
    return {
      type: "cancel_order_list",
      ...this.#credential(known?.account ?? this.#account()),
      instrument: known?.instrument ?? instrument,
      orderListId,
      listClientOrderId: isNamed ? name : "",
      cancelClientOrderId: this.#clientId("x"),
    };
  }

  #marketNow(instrument: number): MarketNow {
    const { priceCenterTicks, priceSpreadTicks, instruments } = this.#profile;
    const lastTicks = this.#known.lastTicks[instrument] || priceCenterTicks;
    const { priceTicksMax } = instruments[instrument] ?? instruments[0]!;
    return { lastTicks, spreadTicks: priceSpreadTicks, priceTicksMax };
  }

  #maybeSpecial(instrument: number): NewOrder {
    const order = this.#newOrder(instrument);
    const { special } = this.#profile;
    return special === undefined ? order : makeSpecial(this.#chance, special, this.#marketNow(instrument), order);
  }

  #newOrder(instrument: number): NewOrder {
    const chance = this.#chance;
    const profile = this.#profile;
    const kind = chance.weighted(KINDS, profile.orderKinds);
    const side = chance.percent(50) ? "buy" : "sell";
    const priceTicks = kind.startsWith("market") ? 0 : this.#price(instrument, side);
    const mode = chance.percent(70) ? null : chance.pick(SELF_TRADE_MODES_TRIED);
    const base = { instrument, side, selfTradeMode: mode, clientOrderId: this.#clientId("c"), quoteAtoms: 0n } as const;
    // Half of the takers are small, so that books grow deep and makers are filled in parts.
    const lots = this.#lots();
    const isSmall = kind !== "limit_gtc" && kind !== "limit_maker" && chance.percent(50);
    const quantityLots = isSmall ? Math.ceil(lots / 10) : lots;
    switch (kind) {
      case "limit_gtc":
        return { ...base, orderType: "limit", timeInForce: "gtc", priceTicks, quantityLots };
      case "limit_ioc":
        return { ...base, orderType: "limit", timeInForce: "ioc", priceTicks, quantityLots };
      case "limit_fok":
        return { ...base, orderType: "limit", timeInForce: "fok", priceTicks, quantityLots };
      case "limit_maker":
        return { ...base, orderType: "limit_maker", timeInForce: "gtc", priceTicks, quantityLots };
      case "market":
        return { ...base, orderType: "market", timeInForce: "gtc", priceTicks, quantityLots };
      case "market_quote": {
        const center = BigInt(profile.priceCenterTicks) * BigInt(quantityLots);
        const scale = chance.pick([1n, 1n, 10n, 10n, 100_000n]);
        const quoteAtoms = (center * scale * BigInt(chance.between(1, 200))) / 100n;
        const capped = quoteAtoms > 2n ** 63n - 1n ? 2n ** 63n - 1n : quoteAtoms;
        return { ...base, orderType: "market", timeInForce: "gtc", priceTicks, quantityLots: 0, quoteAtoms: capped };
      }
      case "unsupported":
        return { ...base, orderType: chance.pick(ORDER_TYPES), timeInForce: "ioc", priceTicks, quantityLots };
    }
  }

  #price(instrument: number, side: "buy" | "sell"): number {
    const chance = this.#chance;
    const { priceCenterTicks, priceSpreadTicks, crossShare, instruments } = this.#profile;
    const max = (instruments[instrument] ?? instruments[0]!).priceTicksMax;
    if (this.#isBogus()) return chance.pick([0, 1, max, max + 1]);
    // Where prices may be anything, one in four is: that is where the products pass 2^53.
    if (max === 2 ** 31 - 1 && chance.percent(25))
      return chance.percent(30) ? max - chance.below(4) : chance.magnitude(max);
    const around = chance.between(-priceSpreadTicks, priceSpreadTicks);
    if (chance.percent(crossShare)) return priceCenterTicks + around;
    return priceCenterTicks + (side === "buy" ? -Math.abs(around) : Math.abs(around));
  }
}

const KINDS = ["limit_gtc", "limit_ioc", "limit_fok", "limit_maker", "market", "market_quote", "unsupported"] as const;
const SELF_TRADE_MODES_TRIED = [
  "none",
  "none",
  "expire_taker",
  "expire_taker",
  "expire_maker",
  "expire_both",
  "expire_both",
  "decrement",
] as const;
