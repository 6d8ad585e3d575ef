/**
 * The core: apply(command, time) → events. Matching, holds, fees, ledger, registers.
 *
 * Owns: the state, and the order of its changes (RULES.md). Does not own: time, storage, delivery, chance: it is told
 * everything. Deterministic: the same commands at the same times give the same rows, bit for bit.
 */
import { assert } from "../domain/assert.ts";
import { applyAmend } from "./amend.ts";
import { checkBook } from "./book-checks.ts";
import { applyCancel, applyCancelAll, applyCancelList, applyCancelReplace } from "./cancel.ts";
import { checkCredential, checkOpen, checkTerms, OK, rejectCode } from "./checks.ts";
import { COMMAND, type Command, SOURCE_OPS } from "./command.ts";
import { emitBalances, emitRejected } from "./emit.ts";
import { DEADLINE_AHEAD_MAX_US } from "./limits.ts";
import { applyOperator, subjectOf } from "./operate.ts";
import { placeOrder } from "./place.ts";
import { applyPlaceList } from "./place-list.ts";
import { restore, type Section } from "./snapshot.ts";
import { type CoreOptions, CoreState } from "./state.ts";
import { followUp } from "./tasks.ts";

const DEADLINE_PASSED = rejectCode("deadline_passed");
const DEADLINE_TOO_FAR = rejectCode("deadline_too_far");
const OPERATOR_ONLY = rejectCode("operator_only");

/** The first answer to a command that came again. */
export interface Repeated {
  readonly firstSeq: number;
  readonly eventCount: number;
}

export class Core {
  state: CoreState;
  private readonly options: CoreOptions;
  /** After `apply`: where the events of a repeated command stand; its own events are none. */
  repeated: Repeated | null = null;

  constructor(options: CoreOptions = {}) {
    this.options = options;
    this.state = new CoreState(options);
  }

  /** Puts a captured state (snapshot.ts) in the place of this one. */
  restore(sections: readonly Section[]): void {
    this.state = restore(sections, this.options);
    this.repeated = null;
  }

  /**
   * Applies one command whole, or refuses it with the state untouched. Its events are appended to `state.events`.
   *
   * @param timeUs the frame's time; never below the one before.
   */
  apply(command: Command, timeUs: number): void {
    const { state } = this;
    const { events, remembered } = state;
    assert(timeUs >= state.timeUs, "time never goes back");
    if (timeUs !== state.timeUs) {
      state.timeUs = timeUs;
      state.counts.turnTo(timeUs);
    }
    this.repeated = null;
    remembered.advance(timeUs);
    if (command.type === COMMAND.tick || command.type === COMMAND.sourceEpoch) return;
    if (timeUs > command.deadlineUs || command.deadlineUs > timeUs + DEADLINE_AHEAD_MAX_US) {
      this.refuse(command, timeUs > command.deadlineUs ? DEADLINE_PASSED : DEADLINE_TOO_FAR);
      return;
    }
    const id = command.commandId;
    const hasId = (id[0]! | id[1]! | id[2]! | id[3]!) !== 0;
    if (hasId && remembered.find(id, timeUs)) {
      this.repeated = { firstSeq: remembered.foundFirstSeq, eventCount: remembered.foundCount };
      return;
    }
    const firstSeq = events.nextSeq;
    state.ledger.begin();
    const refused = this.execute(command, timeUs);
    if (refused !== OK) this.refuse(command, refused);
    if (hasId) remembered.remember(command, firstSeq, events.nextSeq - firstSeq);
  }

  private execute(command: Command, timeUs: number): number {
    switch (command.type) {
      case COMMAND.placeOrder:
        return this.place(command, timeUs);
      case COMMAND.cancelOrder:
        return applyCancel(this.state, command, timeUs);
      case COMMAND.cancelAll:
        return applyCancelAll(this.state, command, timeUs);
      case COMMAND.cancelReplace:
        return applyCancelReplace(this.state, command, timeUs);
      case COMMAND.amendOrder:
        return applyAmend(this.state, command, timeUs);
      case COMMAND.placeOrderList:
        return applyPlaceList(this.state, command, timeUs);
      case COMMAND.cancelOrderList:
        return applyCancelList(this.state, command, timeUs);
      default:
        assert(command.type === COMMAND.operator && command.operator !== null, "a command is of a known type");
        return command.source === SOURCE_OPS ? applyOperator(this.state, command.operator) : OPERATOR_ONLY;
    }
  }

  private place(command: Command, timeUs: number): number {
    const { state } = this;
    const credential = checkCredential(state, command, timeUs);
    if (credential !== OK) return credential;
    const open = checkOpen(state, command, true);
    if (open !== OK) return open;
    const instrument = state.instruments[command.instrument]!;
    const terms = checkTerms(instrument, command);
    if (terms !== OK) return terms;
    const placeable = checkBook(state, instrument, command);
    if (placeable !== OK) return placeable;
    placeOrder(state, instrument, command);
    followUp(state, instrument);
    emitBalances(state.events, state.ledger);
    return OK;
  }

  private refuse(command: Command, reason: number): void {
    const { state } = this;
    if (command.type === COMMAND.operator && command.operator !== null) {
      const [account, instrument] = subjectOf(state, command.operator);
      emitRejected(state.events, account, instrument, reason);
    } else emitRejected(state.events, command.account, command.instrument, reason);
  }
}
