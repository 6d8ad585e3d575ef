/** Faults of stops, lists, icebergs, decrement, limits and freezes, planted as in planted-faults.ts. */
import { DEFAULT_RULES, type InstrumentRules, NO_LIMITS } from "../domain/instrument.ts";
import type { EngineEvent, OrderAccepted } from "../protocol/events.ts";
import type { Fault, Session } from "./planted-faults.ts";

export const SPECIAL_FAULTS: readonly Fault[] = [
  {
    invariant: "I9",
    name: "a canceled stop's hold is kept in part",
    plant: (session) =>
      session.some((events) => {
        const [canceled, balance] = events;
        if (canceled?.type !== "order_canceled" || balance?.type !== "balance_changed") return false;
        balance.lockedAtoms += 1n;
        balance.freeAtoms -= 1n;
        return true;
      }),
  },
  {
    invariant: "I12",
    name: "under decrement two orders lose too little",
    plant: (session) =>
      session.some((events) =>
        events.some((event) => {
          if (event.type !== "trade_prevented" || event.preventedLots < 2) return false;
          event.preventedLots -= 1;
          return true;
        }),
      ),
  },
  {
    invariant: "I13",
    name: "an order that decrement has used up stays open",
    plant: (session) =>
      removeFirst(session, (event, before) => {
        const isBehind = before?.type === "trade_prevented" && before.takerRemainingLots > 0;
        return isBehind && event.type === "order_expired" && event.remainingLots === 0;
      }),
  },
  {
    invariant: "I17",
    name: "an iceberg has more parts than the instrument allows",
    plant: (session) => listWith(session, { icebergPartsMax: 1 }),
  },
  {
    invariant: "I19",
    name: "more stops are open than the instrument allows",
    plant: (session) => listWith(session, { algoOrdersMax: 1 }),
  },
  {
    invariant: "I31",
    name: "an order that was fired stays waiting",
    plant: (session) =>
      session.some((events) => {
        const at = events.findLastIndex((event) => event.type === "order_activated" && event.phase === "working");
        const end = events.findIndex((event) => event.type === "balance_changed");
        if (at < 0 || isOfList(session, events[at]!) || events.slice(0, at).some(isListEvent)) return false;
        events.splice(at, end - at);
        return true;
      }),
  },
  {
    invariant: "I31",
    name: "two orders that one price fires are triggered newest first",
    plant: (session) =>
      session.some((events) => {
        const fired = events.filter((event) => event.type === "order_activated" && event.phase === "working");
        const [first, second] = fired;
        if (first?.type !== "order_activated" || second?.type !== "order_activated") return false;
        const prices = new Set(events.flatMap((event) => (event.type === "trade_executed" ? [event.priceTicks] : [])));
        if (prices.size !== 1 || fired.length !== 2 || [first, second].some((each) => isOfList(session, each)))
          return false;
        [first.orderId, second.orderId] = [second.orderId, first.orderId];
        [first.account, second.account] = [second.account, first.account];
        return true;
      }),
  },
  {
    invariant: "I31",
    name: "a stop works though no price has reached it",
    plant: (session) =>
      session.some((events) => {
        const [accepted] = events;
        if (accepted?.type !== "order_accepted" || accepted.special?.phase !== "waiting") return false;
        const { seq, timeUs, instrument, orderId, account } = accepted;
        events.splice(1, 0, { type: "order_activated", seq, timeUs, instrument, orderId, account, phase: "working" });
        return true;
      }),
  },
  {
    invariant: "I32",
    name: "the other leg of a pair lives on",
    plant: (session) =>
      session.some((events) => {
        const at = events.findIndex((event) => event.type === "order_expired" && event.reason === "oco_trigger");
        if (at < 0 || events[at + 1]?.type === "level_changed") return false;
        events.splice(at, 1);
        return true;
      }),
  },
  {
    invariant: "I32",
    name: "nobody is told that a list is done",
    plant: (session) =>
      removeFirst(session, (event) => event.type === "order_list_changed" && event.status === "all_done"),
  },
  {
    invariant: "I32",
    name: "an order behind a working one begins to wait before its turn",
    plant: (session) =>
      session.some((events) => {
        const at = events.findIndex((event) => event.type === "order_accepted" && event.special?.phase === "pending");
        const accepted = events[at] as OrderAccepted | undefined;
        if (accepted?.special === undefined) return false;
        events[at] = { ...accepted, special: { ...accepted.special, phase: "waiting" } };
        return true;
      }),
  },
  {
    invariant: "I33",
    name: "an account has more orders taken in within ten seconds than allowed",
    plant: (session) => {
      const limits = { ...NO_LIMITS, ordersPer10s: 1 };
      session.unshift([{ type: "exchange_limits_changed", seq: 0, timeUs: 0, limits }]);
      return true;
    },
  },
  {
    invariant: "I34",
    name: "a withdrawal is held while withdrawals are frozen",
    plant: (session) => {
      session.unshift([{ type: "withdrawals_frozen", seq: 0, timeUs: 0, frozen: true, reason: "planted" }]);
      return session.flat().some((event) => event.type === "funds_moved" && event.kind === "withdrawal_held");
    },
  },
];

const isListEvent = (event: EngineEvent): boolean =>
  event.type === "order_list_changed" || (event.type === "order_expired" && event.reason === "oco_trigger");

function isOfList(session: Session, named: EngineEvent): boolean {
  if (!("orderId" in named)) return false;
  return session
    .flat()
    .some(
      (event) =>
        event.type === "order_accepted" &&
        event.orderId === named.orderId &&
        event.instrument === named.instrument &&
        (event.special?.orderListId ?? 0) !== 0,
    );
}

function removeFirst(
  session: Session,
  isIt: (event: EngineEvent, before: EngineEvent | undefined) => boolean,
): boolean {
  return session.some((events) => {
    const at = events.findIndex((event, index) => isIt(event, events[index - 1]));
    return at >= 0 && events.splice(at, 1).length === 1;
  });
}

/** The instrument is said to have had other rules from the start. */
function listWith(session: Session, rules: Partial<InstrumentRules>): boolean {
  for (const events of session) {
    const [changed] = events;
    if (changed?.type !== "instrument_changed") continue;
    changed.instrument = { ...changed.instrument, rules: { ...DEFAULT_RULES, ...rules } };
    return true;
  }
  return false;
}
