/**
 * Faults planted in copies of an honest event list: one function per way in which an exchange could be wrong.
 *
 * Each names the invariant that must catch it. `plant` changes the copied list in place and says whether it found a
 * place for its fault; sequences are numbered anew afterwards, unless the fault is in the numbering itself.
 */
import type { EngineEvent, OrderAccepted, OrderExpired, TradeExecuted } from "../protocol/events.ts";

/** Events by command; a fault writes into them. */
export type Session = Writable<EngineEvent>[][];
type Writable<T> = T extends unknown ? { -readonly [K in keyof T]: T[K] } : never;

export interface Fault {
  readonly invariant: string;
  readonly name: string;
  readonly keepsNumbers?: true;
  plant(session: Session): boolean;
}

export const FAULTS: readonly Fault[] = [
  {
    invariant: "I1",
    name: "a deposit credits one atom too many",
    plant: (session) =>
      once(session, (events) => {
        if (events[0]?.type !== "funds_moved" || events[1]?.type !== "balance_changed") return false;
        events[1].freeAtoms += 1n;
        return true;
      }),
  },
  {
    invariant: "I2",
    name: "one atom of a trade goes to the wrong account",
    plant: (session) =>
      once(session, (events) => {
        const balances = events.filter((event) => event.type === "balance_changed");
        const [first] = balances;
        const other = balances.find((balance) => balance.asset === first?.asset && balance.account !== first.account);
        if (first === undefined || other === undefined || first.freeAtoms === 0n) return false;
        first.freeAtoms -= 1n;
        other.freeAtoms += 1n;
        return true;
      }),
  },
  {
    invariant: "I2",
    name: "a balance is announced twice by one command",
    plant: (session) =>
      once(session, (events) => {
        const last = events.at(-1);
        return last?.type === "balance_changed" && events.push({ ...last }) > 0;
      }),
  },
  {
    invariant: "I3",
    name: "a fee is rounded down",
    plant: (session) =>
      onEvent(session, "trade_executed", (trade) => {
        if (trade.takerFeeAtoms === 0n) return false;
        trade.takerFeeAtoms -= 1n;
        return true;
      }),
  },
  {
    invariant: "I4",
    name: "a taker meets the second maker first",
    plant: (session) =>
      once(session, (events) => {
        const at = events.findIndex((event, index) => isTrade(event) && events.slice(index + 1).some(isTrade));
        if (at < 0) return false;
        const first = events[at] as Writable<TradeExecuted>;
        const second = events.slice(at + 1).find(isTrade) as TradeExecuted;
        const { makerOrderId, makerAccount, priceTicks } = second;
        Object.assign(first, { makerOrderId, makerAccount, priceTicks });
        return true;
      }),
  },
  {
    invariant: "I5",
    name: "a trade happens one tick beside the maker's price",
    plant: (session) =>
      onEvent(session, "trade_executed", (trade) => {
        trade.priceTicks += 1;
        return true;
      }),
  },
  { invariant: "I6", name: "a sell rests at the best bid", plant: plantCrossedBook },
  {
    invariant: "I7",
    name: "a level's total is one lot too high",
    plant: (session) =>
      onEvent(session, "level_changed", (level) => {
        level.quantityLots += 1;
        return true;
      }),
  },
  {
    invariant: "I7",
    name: "an order rests without a word of its level",
    plant: (session) =>
      once(session, (events) => {
        const isPlainRest = events.length === 3 && events[1]?.type === "level_changed" && isAccepted(events[0]);
        return isPlainRest && events.splice(1, 1).length === 1;
      }),
  },
  { invariant: "I8", name: "a trade id is skipped", plant: (session) => skip(session, "trade_executed", "tradeId") },
  { invariant: "I8", name: "an order id is skipped", plant: (session) => skip(session, "order_accepted", "orderId") },
  { invariant: "I8", name: "an update id is skipped", plant: (session) => skip(session, "level_changed", "updateId") },
  {
    invariant: "I8",
    name: "an event sequence is skipped",
    keepsNumbers: true,
    plant: (session) => skip(session, "balance_changed", "seq"),
  },
  {
    invariant: "I9",
    name: "one atom too little is held for a resting order",
    plant: (session) =>
      once(session, (events) => {
        const last = events.at(-1);
        if (!isAccepted(events[0]) || last?.type !== "balance_changed" || last.lockedAtoms === 0n) return false;
        last.lockedAtoms -= 1n;
        last.freeAtoms += 1n;
        return true;
      }),
  },
  {
    invariant: "I10",
    name: "a fok order is filled in part",
    plant: (session) =>
      once(session, (events) => {
        const expiry = events.find((event) => event.type === "order_expired" && event.reason === "ioc_unfilled");
        const accepted = events.find(isAccepted);
        if (accepted === undefined || expiry === undefined || !events.some(isTrade)) return false;
        (accepted as Writable<OrderAccepted>).timeInForce = "fok";
        (expiry as Writable<OrderExpired>).reason = "fok_unfilled";
        return true;
      }),
  },
  {
    invariant: "I10",
    name: "a fok order that the book could fill is killed",
    plant: (session) => replaceTradesByExpiry(session, "fok", "fok_unfilled"),
  },
  {
    invariant: "I11",
    name: "a post-only order takes",
    plant: (session) =>
      onEvent(session, "order_accepted", (accepted, events) => {
        if (accepted.orderType !== "limit" || !events.some(isTrade)) return false;
        accepted.orderType = "limit_maker";
        return true;
      }),
  },
  {
    invariant: "I12",
    name: "an account trades with itself against its mode",
    plant: (session) =>
      onEvent(session, "order_accepted", (accepted, events) => {
        const isSelf = events.some((event) => isTrade(event) && event.takerAccount === event.makerAccount);
        if (isSelf) accepted.selfTradeMode = "expire_maker";
        return isSelf;
      }),
  },
  {
    invariant: "I12",
    name: "a prevented self-trade names too little",
    plant: (session) =>
      onEvent(session, "order_expired", (expired) => {
        if (expired.reason !== "self_trade") return false;
        expired.preventedLots -= 1;
        return true;
      }),
  },
  {
    invariant: "I13",
    name: "an order is cancelled twice",
    plant: (session) =>
      once(session, (events) => {
        if (events[0]?.type !== "order_canceled") return false;
        events.splice(1, 0, { ...events[0] });
        return true;
      }),
  },
  {
    invariant: "I13",
    name: "a trade leaves a wrong rest",
    plant: (session) =>
      onEvent(session, "trade_executed", (trade) => {
        trade.makerRemainingLots += 1;
        return true;
      }),
  },
  {
    invariant: "I14",
    name: "a refused command has an effect all the same",
    plant: (session) =>
      once(session, (events) => {
        if (events[0]?.type !== "order_canceled" || events[0].cause !== "cancel") return false;
        const { account, instrument } = events[0];
        const refusal = { type: "command_rejected", account, instrument, reason: "order_not_found" } as const;
        events.unshift({ ...refusal, seq: 0, timeUs: events[0].timeUs });
        return true;
      }),
  },
  { invariant: "I15", name: "a client order id is open twice", plant: plantTwinClientId },
  {
    invariant: "I16",
    name: "a balance falls below zero",
    plant: (session) =>
      onEvent(session, "balance_changed", (balance) => {
        balance.freeAtoms = -1n;
        return true;
      }),
  },
  {
    invariant: "I17",
    name: "a halted instrument takes an order",
    plant: (session) => {
      const at = session.findIndex((events) => isAccepted(events[0]));
      const listed = session.flat().find((event) => event.type === "instrument_changed" && event.instrument.id === 0);
      const accepted = session[at]?.[0];
      if (listed?.type !== "instrument_changed" || !isAccepted(accepted) || accepted.instrument !== 0) return false;
      const halted = { ...listed, instrument: { ...listed.instrument, status: "halt" as const } };
      session.splice(at, 0, [{ ...halted, timeUs: accepted.timeUs }]);
      return true;
    },
  },
  {
    invariant: "I18",
    name: "a deposit is credited twice",
    plant: (session) => {
      const at = session.findIndex((events) => events[0]?.type === "funds_moved");
      if (at < 0) return false;
      session.splice(at, 0, structuredClone(session[at]!));
      return true;
    },
  },
  {
    invariant: "I18",
    name: "a withdrawal ends with another amount",
    plant: (session) =>
      onEvent(session, "funds_moved", (funds) => {
        if (funds.kind !== "withdrawal_settled") return false;
        funds.atoms += 1n;
        return true;
      }),
  },
  {
    invariant: "I19",
    name: "more orders are open than the instrument allows",
    plant: (session) =>
      onEvent(session, "instrument_changed", (changed) => {
        changed.instrument = { ...changed.instrument, ordersMax: 1 };
        return true;
      }),
  },
  {
    invariant: "I20",
    name: "an ioc order gives up before what it could take",
    plant: (session) => replaceTradesByExpiry(session, "ioc", "ioc_unfilled"),
  },
];

const isTrade = (event: EngineEvent | undefined): event is TradeExecuted => event?.type === "trade_executed";
const isAccepted = (event: EngineEvent | undefined): event is OrderAccepted => event?.type === "order_accepted";

/** Tries one command after another until a change is made. */
function once(session: Session, change: (events: Session[number]) => boolean): boolean {
  return session.some(change);
}

function onEvent<T extends EngineEvent["type"]>(
  session: Session,
  type: T,
  change: (event: Writable<Extract<EngineEvent, { type: T }>>, events: Session[number]) => boolean,
): boolean {
  return session.some((events) =>
    events.some((event) => {
      return event.type === type && change(event as Writable<Extract<EngineEvent, { type: T }>>, events);
    }),
  );
}

function skip(session: Session, type: EngineEvent["type"], counter: string): boolean {
  const found = session.flat().filter((event) => event.type === type)[5] as Record<string, unknown> | undefined;
  if (found === undefined) return false;
  found[counter] = (found[counter] as number) + 1;
  return true;
}

/** An immediate order that was filled whole ends with nothing instead. */
function replaceTradesByExpiry(session: Session, timeInForce: string, reason: OrderExpired["reason"]): boolean {
  return once(session, (events) => {
    const [accepted] = events;
    const isFilled = events.some((event) => isTrade(event) && event.takerRemainingLots === 0);
    if (!isAccepted(accepted) || accepted.timeInForce !== timeInForce || !isFilled || !isTrade(events[1])) return false;
    const { seq, timeUs, instrument, orderId, account, quantityLots: remainingLots } = accepted;
    const ended = { type: "order_expired", instrument, orderId, account, remainingLots, reason } as const;
    events.splice(1, events.length - 1, { ...ended, seq, timeUs, counterOrderId: 0, preventedLots: 0 });
    return true;
  });
}

function plantCrossedBook(session: Session): boolean {
  const bids = new Set<number>();
  return once(session, (events) => {
    const [accepted, level] = events;
    const isPlainRest = isAccepted(accepted) && accepted.instrument === 0 && level?.type === "level_changed";
    if (isPlainRest && accepted.side === "sell" && bids.size > 0) {
      (accepted as Writable<OrderAccepted>).priceTicks = Math.max(...bids);
      level.priceTicks = accepted.priceTicks;
      level.quantityLots = accepted.quantityLots;
      return true;
    }
    for (const event of events) {
      if (event.type !== "level_changed" || event.side !== "buy" || event.instrument !== 0) continue;
      if (event.quantityLots > 0) bids.add(event.priceTicks);
      else bids.delete(event.priceTicks);
    }
    return false;
  });
}

function plantTwinClientId(session: Session): boolean {
  const open = new Map<string, OrderAccepted>();
  return once(session, (events) => {
    const [accepted, level] = events;
    if (isAccepted(accepted) && level?.type === "level_changed") {
      const twin = [...open.values()].find(
        (other) => other.account === accepted.account && other.instrument === accepted.instrument,
      );
      if (twin !== undefined) {
        (accepted as Writable<OrderAccepted>).clientOrderId = twin.clientOrderId;
        return true;
      }
      open.set(`${accepted.instrument}/${accepted.orderId}`, accepted);
    }
    for (const event of events) {
      if (event.type === "order_canceled" || event.type === "order_expired" || event.type === "order_amended") {
        open.delete(`${event.instrument}/${event.orderId}`);
      }
      if (isTrade(event)) open.delete(`${event.instrument}/${event.makerOrderId}`);
    }
    return false;
  });
}
