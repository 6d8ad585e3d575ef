/**
 * A fast random stream without feedback: writes straight into the core's reusable Command, a few dozen nanoseconds each.
 *
 * For tests that compare hashes of millions of commands (live, replayed, from a snapshot), where nobody looks at single
 * events. Cancels, amends and replaces name recent orders by client id; most are still open. Every kind of command and
 * every self-trade mode occurs, stops, icebergs and lists among the orders; one command in a few hundred is an operator's. Same seed, same stream, on every machine.
 */
import { COMMAND, type Command, SELF_TRADE_DEFAULT, SOURCE_OPS, SOURCE_TRADE } from "../core/command.ts";
import type { OperatorCommand } from "../domain/operator.ts";
import { SELF_TRADE_MODES } from "../domain/order.ts";
import { makeCheapSpecial } from "./cheap-special.ts";
import { Chance } from "./prng.ts";
import { PLAIN_TERMS } from "./profiles.ts";

export interface CheapStreamOptions {
  readonly accounts: number;
  readonly instruments: number;
}

const START_US = 1_700_000_000_000_000;
const STEP_MAX_US = 40;
const DEADLINE_AHEAD_US = 50_000;
/** Orders remembered as targets; one that is cancelled is forgotten. */
const RECENT = 4096;
const PRICE_CENTER_TICKS = 10_000;
const PRICE_SPREAD_TICKS = 64;
const MARKET = { centerTicks: PRICE_CENTER_TICKS, spreadTicks: PRICE_SPREAD_TICKS };
const LOTS_MAX = 1_000;
const START_ATOMS = 10n ** 15n;
/** Characters of a client id's first word, as in domain/client-order-id.ts: five digits 1 … 67 in base 68. */
const ID_BASE = 68;
const ID_DIGITS = 5;
/** All in percent of trade commands; what is left places limit orders that rest. */
const CANCELS = 30;
const AMENDS = 36;
const REPLACES = 42;
const TAKERS = 55;
/** In percent of the new orders: stops, icebergs, lists. */
const SPECIALS = 20;

/** Halts are rare and short, or half of a stream would be refusals. */
const STATUSES = ["cancel_only", "halt", "trading", "trading", "trading", "trading"] as const;

export class CheapStream {
  readonly #chance: Chance;
  readonly #options: CheapStreamOptions;
  readonly #setUp: readonly OperatorCommand[];
  readonly #recentAccounts = new Int32Array(RECENT);
  readonly #recentInstruments = new Int32Array(RECENT);
  readonly #recentIds = new Float64Array(RECENT);
  #made = 0;
  #ordersMade = 0;
  #recentCount = 0;
  #references = 0;
  #timeUs = START_US;

  constructor(seed: number, options: CheapStreamOptions = { accounts: 50, instruments: 3 }) {
    this.#chance = new Chance(seed);
    this.#options = options;
    this.#setUp = [...setUp(options)];
  }

  /**
   * Overwrites the command with the next one, which may be the last one again.
   *
   * @returns the engine's time at which to apply it, never going back.
   */
  next(command: Command): number {
    const chance = this.#chance;
    this.#timeUs += chance.below(STEP_MAX_US);
    const isRepeat = this.#made > this.#setUp.length && chance.percent(2);
    if (isRepeat) return this.#timeUs;
    command.commandId[0] = 1;
    command.commandId[1] = chance.uint32();
    command.commandId[2] = (this.#made / 2 ** 32) >>> 0;
    command.commandId[3] = this.#made >>> 0;
    command.deadlineUs = this.#timeUs + chance.below(DEADLINE_AHEAD_US);
    const operator = this.#setUp[this.#made] ?? (chance.below(300) === 0 ? this.#operator() : null);
    this.#made += 1;
    if (operator === null) this.#trade(command);
    else {
      command.type = COMMAND.operator;
      command.source = SOURCE_OPS;
      command.operator = operator;
    }
    return this.#timeUs;
  }

  #trade(command: Command): void {
    const chance = this.#chance;
    command.source = SOURCE_TRADE;
    command.operator = null;
    command.keyId = 0;
    command.orderId = 0;
    command.restriction = 0;
    command.replaceMode = 0;
    command.legCount = 0;
    command.clearConditions();
    command.origClientId.fill(0);
    command.cancelClientId.fill(0);
    const dice = chance.below(1_000) / 10;
    if (dice < REPLACES) {
      this.#aim(command, dice >= CANCELS && dice < AMENDS);
      if (dice < CANCELS) command.type = dice < 0.2 ? COMMAND.cancelAll : COMMAND.cancelOrder;
      else command.type = dice < AMENDS ? COMMAND.amendOrder : COMMAND.cancelReplace;
      command.restriction = chance.percent(5) ? 1 + chance.below(2) : 0;
      command.replaceMode = chance.below(2);
      writeId(command.cancelClientId, chance.below(1_000));
      if (command.type === COMMAND.cancelReplace) this.#newOrder(command, false);
      else {
        command.quantityLots = 1 + chance.below(LOTS_MAX / 2);
        command.clientId.fill(0);
      }
      return;
    }
    command.type = COMMAND.placeOrder;
    command.account = 1 + chance.below(this.#options.accounts);
    command.instrument = chance.below(this.#options.instruments);
    this.#newOrder(command, dice < TAKERS);
    if (!chance.percent(SPECIALS)) return;
    makeCheapSpecial(chance, MARKET, command, (words) => {
      writeId(words, this.#ordersMade);
      this.#ordersMade += 1;
    });
  }

  /** Names a recent order by its client id; one that is to end is not named again. */
  #aim(command: Command, isKept: boolean): void {
    if (this.#recentCount === 0) return;
    const at = this.#chance.below(this.#recentCount);
    command.account = this.#recentAccounts[at]!;
    command.instrument = this.#recentInstruments[at]!;
    writeId(command.origClientId, this.#recentIds[at]!);
    if (isKept || this.#chance.percent(5)) return;
    this.#recentCount -= 1;
    const last = this.#recentCount;
    this.#recentAccounts[at] = this.#recentAccounts[last]!;
    this.#recentInstruments[at] = this.#recentInstruments[last]!;
    this.#recentIds[at] = this.#recentIds[last]!;
  }

  #newOrder(command: Command, isTaker: boolean): void {
    const chance = this.#chance;
    command.side = chance.below(2);
    command.quantityLots = 1 + chance.below(LOTS_MAX);
    command.selfTradeMode = chance.percent(80) ? SELF_TRADE_DEFAULT : chance.below(SELF_TRADE_MODES.length);
    command.quote[0] = 0;
    command.quote[1] = 0;
    const away = chance.below(PRICE_SPREAD_TICKS);
    // Takers reach across the middle, makers mostly stay on their side of it.
    const isAcross = isTaker || chance.percent(3);
    command.priceTicks = PRICE_CENTER_TICKS + ((command.side === 0) === isAcross ? away : -away);
    const kind = isTaker ? chance.below(6) : chance.below(12) + 6;
    command.orderType = kind < 2 ? 1 : kind === 6 ? 2 : 0;
    command.timeInForce = kind === 3 || kind === 4 ? 1 : kind === 5 ? 2 : 0;
    if (command.orderType === 1) {
      command.priceTicks = 0;
      if (kind === 1) {
        command.quote[1] = command.quantityLots * PRICE_CENTER_TICKS;
        command.quantityLots = 0;
      }
    }
    const id = this.#ordersMade;
    this.#ordersMade += 1;
    writeId(command.clientId, id);
    if (isTaker) return;
    const at = this.#recentCount < RECENT ? this.#recentCount++ : chance.below(RECENT);
    this.#recentAccounts[at] = command.account;
    this.#recentInstruments[at] = command.instrument;
    this.#recentIds[at] = id;
  }

  #operator(): OperatorCommand {
    const chance = this.#chance;
    const account = 1 + chance.below(this.#options.accounts);
    const symbol = `A0A${1 + chance.below(this.#options.instruments)}`;
    const reference = `r${this.#references}`;
    const atoms = BigInt(1 + chance.below(1_000_000));
    const asset = `A${chance.below(this.#options.instruments + 1)}`;
    switch (chance.below(8)) {
      case 0:
        return { type: "set_instrument_status", symbol, status: chance.pick(STATUSES) };
      case 1:
      case 2:
      case 3:
        return { type: "set_instrument_status", symbol, status: "trading" };
      case 4:
        return {
          type: "set_instrument_fees",
          symbol,
          makerFeeE8: chance.below(200_000),
          takerFeeE8: chance.below(300_000),
        };
      case 5:
        this.#references += 1;
        return { type: "deposit", account, asset, atoms, reference: `r${this.#references}` };
      case 6:
        return { type: "hold_withdrawal", account, asset, atoms, reference };
      default:
        return { type: chance.percent(50) ? "settle_withdrawal" : "release_withdrawal", reference };
    }
  }
}

/** A client id of five characters from a number below 67^5. */
function writeId(words: Uint32Array, number: number): void {
  let left = number;
  let word = 0;
  for (let digit = 0; digit < ID_DIGITS; digit += 1) {
    const code = left % (ID_BASE - 1);
    word = word * ID_BASE + code + 1;
    left = (left - code) / (ID_BASE - 1);
  }
  words.fill(0);
  words[0] = word;
}

function* setUp({ accounts, instruments }: CheapStreamOptions): Generator<OperatorCommand> {
  for (let asset = 0; asset <= instruments; asset += 1) yield { type: "add_asset", name: `A${asset}`, decimals: 0 };
  for (let quote = 1; quote <= instruments; quote += 1) {
    yield {
      type: "add_instrument",
      terms: { ...PLAIN_TERMS, selfTradeAllowed: SELF_TRADE_MODES, symbol: `A0A${quote}`, quote: `A${quote}` },
    };
  }
  for (let account = 1; account <= accounts; account += 1) {
    yield { type: "open_account", name: `trader ${account}` };
    for (let asset = 0; asset <= instruments; asset += 1) {
      const reference = `start ${account}/${asset}`;
      yield { type: "deposit", account, asset: `A${asset}`, atoms: START_ATOMS, reference };
    }
  }
}
