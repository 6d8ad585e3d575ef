/**
 * The slow, obvious exchange: RULES.md as an executable specification. Every amount a bigint, every lookup a scan.
 *
 * Imports types and constants only from the rooms it specifies; not one function of the core. Files:
 * -state and -counts (what is), -book (what would be found), -checks and -state-checks (why not), -trading (what happens to
 * one order), -tasks (what follows of it), -lists, -operator and -instruments.
 */
import type { Reject } from "../domain/rejects.ts";
import type {
  AmendOrder,
  CancelAllOrders,
  CancelOrder,
  CancelReplace,
  CommandEnvelope,
  EngineCommand,
  OperatorCancelAll,
  PlaceOrder,
} from "../protocol/commands.ts";
import type { EngineEvent } from "../protocol/events.ts";
import type { Exchange } from "./exchange.ts";
import { waitingNeedOf } from "./reference-book.ts";
import {
  amendRefusal,
  cancelTargetRefusal,
  credentialRefusal,
  entryRefusal,
  findTarget,
  phaseOf,
  type Request,
  wantedBy,
  wordsRefusal,
} from "./reference-checks.ts";
import { countOrder } from "./reference-counts.ts";
import * as instruments from "./reference-instruments.ts";
import { cancelAlone, cancelList, cancelWithList, placeList, watermarkFor } from "./reference-lists.ts";
import * as operator from "./reference-operator.ts";
import { emptyState, type Market, type Order, type State, Turn } from "./reference-state.ts";
import { rateRefusalBeforeCancel, stateRefusal } from "./reference-state-checks.ts";
import { runOrder } from "./reference-tasks.ts";
import { accept, amendOrder, lock } from "./reference-trading.ts";

/** The commands that a trader may send; all others are the operator's. */
const TRADE_COMMANDS: readonly EngineCommand["type"][] = [
  "place_order",
  "cancel_order",
  "cancel_all",
  "cancel_replace",
  "amend_order",
  "place_order_list",
  "cancel_order_list",
];

/** Deadlines further ahead are refused: nothing may have to be remembered for longer. */
const DEADLINE_AHEAD_MAX_US = 65_000_000;

export class ReferenceExchange implements Exchange {
  readonly state: State = emptyState();

  apply(command: EngineCommand, { commandId, deadlineUs, source }: CommandEnvelope, timeUs: number): EngineEvent[] {
    // Each copy is judged by its own deadline before the memory is asked: copies carry the same one.
    const timing = deadlineRefusal(deadlineUs, timeUs);
    const id = Buffer.from(commandId).toString("hex");
    const rememberedUntilUs = this.state.remembered.get(id);
    if (timing === null && rememberedUntilUs !== undefined && timeUs <= rememberedUntilUs) return [];
    if (timing === null && commandId.some((byte) => byte !== 0)) this.state.remembered.set(id, deadlineUs);

    const turn = new Turn(this.state, timeUs);
    const refusal = timing ?? this.#refusalOrEffect(turn, command, source);
    if (refusal !== null) reject(turn, command, refusal);
    return turn.finish();
  }

  #refusalOrEffect(turn: Turn, command: EngineCommand, source: CommandEnvelope["source"]): Reject | null {
    if (source === "trade" && !TRADE_COMMANDS.includes(command.type)) return "operator_only";
    switch (command.type) {
      case "place_order":
        return this.#place(turn, command);
      case "cancel_order":
        return this.#cancel(turn, command);
      case "cancel_all":
        return this.#cancelAll(turn, command);
      case "cancel_replace":
        return this.#cancelReplace(turn, command);
      case "amend_order":
        return this.#amend(turn, command);
      case "place_order_list":
        return placeList(turn, command);
      case "cancel_order_list":
        return cancelList(turn, command);
      case "operator_cancel_all":
        return this.#cancelAll(turn, command);
      case "add_asset":
        return operator.addAsset(turn, command);
      case "add_instrument":
        return instruments.addInstrument(turn, command);
      case "set_instrument_status":
        return instruments.setInstrumentStatus(turn, command);
      case "set_instrument_fees":
        return instruments.setInstrumentFees(turn, command);
      case "set_instrument_rules":
        return instruments.setInstrumentRules(turn, command);
      case "set_exchange_limits":
        return operator.setExchangeLimits(turn, command);
      case "freeze_withdrawals":
        return operator.freezeWithdrawals(turn, command);
      case "open_account":
        return operator.openAccount(turn, command);
      case "set_account":
        return operator.setAccount(turn, command);
      case "register_key":
        return operator.registerKey(turn, command);
      case "revoke_key":
        return operator.revokeKey(turn, command);
      case "set_key":
        return operator.setKey(turn, command);
      case "deposit":
        return operator.deposit(turn, command);
      case "hold_withdrawal":
        return operator.holdWithdrawal(turn, command);
      case "settle_withdrawal":
      case "release_withdrawal":
        return operator.endWithdrawal(turn, command);
    }
  }

  #place(turn: Turn, command: PlaceOrder): Reject | null {
    const early = this.#earlyRefusal(command, turn.timeUs);
    if (early !== null) return early;
    const market = this.state.markets[command.instrument]!;
    const late = stateRefusal(this.state, market, command, turn.timeUs);
    if (late !== null) return late;
    takeIn(turn, market, command);
    return null;
  }

  /** `account_not_found` … the first `amount_too_large`. */
  #earlyRefusal(command: PlaceOrder | CancelReplace, timeUs: number): Reject | null {
    const refusal = entryRefusal(this.state, command, timeUs);
    return refusal ?? wordsRefusal(this.state, this.state.markets[command.instrument]!, command);
  }

  #cancel(turn: Turn, command: CancelOrder): Reject | null {
    const refusal = credentialRefusal(this.state, command, turn.timeUs);
    if (refusal !== null) return refusal;
    const market = this.state.markets[command.instrument];
    if (market === undefined) return "instrument_not_found";
    const order = findTarget(market, command.account, command);
    const late = cancelTargetRefusal(order, command, command.restriction);
    if (late !== null) return late;
    cancelWithList(turn, market, order as Order, "cancel", command.cancelClientOrderId);
    return null;
  }

  /** Oldest first. An operator shows no key, and names no request. */
  #cancelAll(turn: Turn, command: CancelAllOrders | OperatorCancelAll): Reject | null {
    const isOperator = command.type === "operator_cancel_all";
    const credential = isOperator ? { account: command.account, keyId: 0 } : command;
    const refusal = credentialRefusal(this.state, credential, turn.timeUs);
    if (refusal !== null) return refusal;
    const market = this.state.markets[command.instrument];
    if (market === undefined) return "instrument_not_found";
    const own = market.open.filter((order) => order.account === command.account);
    if (own.length === 0) return "order_not_found";
    for (const order of own) {
      if (isOperator) cancelAlone(turn, market, order, "operator", "");
      else cancelAlone(turn, market, order, "cancel_all", command.cancelClientOrderId);
    }
    return null;
  }

  /** Two refusals can come of one command: the cancel's is emitted here, the new order's is the one returned. */
  #cancelReplace(turn: Turn, command: CancelReplace): Reject | null {
    const early = this.#earlyRefusal(command, turn.timeUs) ?? rateRefusalBeforeCancel(this.state, command, turn.timeUs);
    if (early !== null) return early;
    const market = this.state.markets[command.instrument]!;
    const order = findTarget(market, command.account, command.cancelTarget);
    const refusal = cancelTargetRefusal(order, command.cancelTarget, command.restriction);
    const isAttempted = refusal === null || command.mode === "allow_failure";
    if (refusal !== null && isAttempted) reject(turn, command, refusal);
    if (refusal === null) cancelWithList(turn, market, order as Order, "cancel_replace", command.cancelClientOrderId);
    const late = isAttempted ? stateRefusal(this.state, market, command, turn.timeUs) : refusal;
    // What is placed counts as every order does; what is not counts all the same.
    if (late === null) takeIn(turn, market, command);
    else countOrder(this.state.accounts[command.account]!.orderCounts, turn.timeUs);
    return late;
  }

  #amend(turn: Turn, command: AmendOrder): Reject | null {
    const refusal = amendRefusal(this.state, command, turn.timeUs);
    if (refusal !== null) return refusal;
    amendOrder(turn, this.state.markets[command.instrument]!, command);
    return null;
  }
}

/** An order whose checks have passed: it waits, or it works and whatever follows of that follows. */
function takeIn(turn: Turn, market: Market, request: Request): void {
  const wanted = wantedBy(market, request);
  const phase = phaseOf(wanted);
  const order = accept(turn, market, request, phase, 0, watermarkFor(market, phase));
  if (phase === "working") {
    runOrder(turn, market, order);
  } else {
    order.waitingHoldAtoms = waitingNeedOf(market, wanted);
    lock(turn, market, order, order.waitingHoldAtoms);
  }
}

function deadlineRefusal(deadlineUs: number, timeUs: number): Reject | null {
  if (timeUs > deadlineUs) return "deadline_passed";
  return deadlineUs > timeUs + DEADLINE_AHEAD_MAX_US ? "deadline_too_far" : null;
}

/** A refusal names the account and the instrument that the command names, -1 where it names none. */
function reject(turn: Turn, command: EngineCommand, reason: Reject): void {
  const account = "account" in command ? command.account : -1;
  let instrument = "instrument" in command ? command.instrument : -1;
  if ("symbol" in command) instrument = instruments.marketBySymbol(turn.state, command.symbol)?.instrument.id ?? -1;
  turn.events.push({ type: "command_rejected", account, instrument, reason });
}
