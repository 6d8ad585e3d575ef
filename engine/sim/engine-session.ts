/**
 * A random session through a whole engine, seen only as its clients see it: replies, reads, the feed and events. It checks
 * what must hold after each command, and collects the rest. Tests only.
 */

import { expect } from "vitest";
import type { BookSnapshot } from "../bus/engine-client.ts";
import type { FeedFrame } from "../protocol/bus-messages.ts";
import type { EngineEvent } from "../protocol/events.ts";
import { isOpen } from "../protocol/order-story.ts";
import type { Catalog, OrderView, Reply } from "../protocol/views.ts";
import type { Engine } from "../runtime/contract.ts";
import { CommandStream } from "./commands.ts";
import type { Delivery } from "./exchange.ts";
import { Chance } from "./prng.ts";
import type { Profile } from "./profiles.ts";
import type { RunningExchange } from "./small-exchange.ts";

const BURST_MAX = 6;
/** Commands sent one by one, so that a read behind each finds exactly what its reply said. */
const SINGLES_PERCENT = 50;
/** Of a repetition: the events alone do not say what an amended order had cost by then. */
const AMENDED_SINCE = "the order has changed since the first answer, or this command's id is another command's";

const CATALOG_EVENTS: ReadonlySet<EngineEvent["type"]> = new Set([
  "asset_added",
  "instrument_changed",
  "exchange_limits_changed",
]);

export interface EngineSession {
  /** All events, those of the levels from the feed, cut into the commands that caused them. */
  readonly commands: readonly (readonly EngineEvent[])[];
  readonly feed: readonly FeedFrame[];
  readonly replies: number;
}

export async function runSession(
  exchange: RunningExchange,
  profile: Profile,
  seed: number,
  commands: number,
): Promise<EngineSession> {
  const { engine } = exchange;
  const stream = new CommandStream(seed, profile);
  const chance = new Chance(seed + 1);
  const feed: FeedFrame[] = [];
  const stopFeed = engine.subscribeFeed((frame) => feed.push(frame));
  const events: EngineEvent[] = [];
  const borders = new Set<number>();
  let catalog: Catalog = engine.catalog();
  let replies = 0;
  while (replies < commands) {
    const count = chance.percent(SINGLES_PERCENT) ? 1 : chance.between(2, BURST_MAX);
    const burst = Array.from({ length: count }, () => stream.next());
    exchange.clock.nowUs = (burst.at(-1) as Delivery).timeUs;
    const answers = await Promise.all(burst.map((delivery) => submit(engine, delivery)));
    const fresh = await eventsFrom(engine, events);
    for (const answer of answers) if (answer !== null) borders.add(answer.seq);
    const [only] = answers;
    if (count === 1 && only !== undefined && only !== null) await expectReadBack(engine, only);
    const known = catalog;
    catalog = engine.catalog();
    const isChanged = fresh.some(({ type }) => CATALOG_EVENTS.has(type));
    expect(catalog !== known).toBe(isChanged);
    events.push(...fresh);
    stream.observe(fresh);
    replies += count;
  }
  stopFeed();
  expect(exchange.fatal).toEqual([]);
  const levels = feed.flatMap((frame) => frame.events.filter(({ type }) => type === "level_changed"));
  return { commands: cut([...events, ...levels], borders, engine.stats().headSeq), feed, replies };
}

/** null: the first answer to a repeated command cannot be made any more. */
async function submit(engine: Engine, { command, envelope }: Delivery): Promise<Reply | null> {
  const { deadlineUs, commandId, source } = envelope;
  // The stream sends some by the wrong door, as no edge could: the engine is to refuse them.
  const door = source === "trade" ? engine.submit.bind(engine) : engine.submitOperator.bind(engine);
  try {
    return await door(command as never, deadlineUs, commandId);
  } catch (error) {
    expect(error).toMatchObject({ code: "outcome_unknown", message: AMENDED_SINCE });
    return null;
  }
}

async function eventsFrom(engine: Engine, known: readonly EngineEvent[]): Promise<readonly EngineEvent[]> {
  const last = known.at(-1);
  const { events } = await engine.eventsSince(last === undefined ? 1 : last.seq + 1, Number.MAX_SAFE_INTEGER);
  return events;
}

/** Whoever has a reply sees its effect in the next read. */
async function expectReadBack(engine: Engine, reply: Reply): Promise<void> {
  const { headSeq } = engine.stats();
  expect(headSeq).toBeGreaterThanOrEqual(reply.seq);
  // A repeated answer speaks of a moment that has passed.
  if (headSeq > reply.seq) return;
  for (const order of ordersIn(reply)) {
    const { account, instrument, orderId, clientOrderId } = order;
    const due = { value: order, asOfSeq: headSeq };
    expect(await engine.order(account, instrument, orderId, "")).toEqual(due);
    expect(await engine.order(account, instrument, 0, clientOrderId)).toEqual(due);
    const open = (await engine.openOrders(account, instrument)).value;
    expect(open.some((each) => each.orderId === orderId)).toBe(isOpen(order));
    expect((await engine.recentOrders(account, instrument)).value).toContainEqual(order);
  }
  if (reply.outcome !== "placed") return;
  const fills = (await engine.recentFills(reply.order.account, reply.order.instrument)).value;
  expect(fills.filter((fill) => fill.orderId === reply.order.orderId)).toEqual(reply.fills);
}

function ordersIn(reply: Reply): readonly OrderView[] {
  switch (reply.outcome) {
    case "placed":
    case "canceled":
    case "amended":
      return [reply.order];
    case "canceled_all":
    case "list_placed":
    case "canceled_list":
      return reply.orders;
    case "replaced": {
      const placed = reply.placed === null ? [] : ordersIn(reply.placed);
      // A client id may pass from the one to the other: then a read by it finds the new one.
      return placed.length > 0 ? placed : ordersIn(reply.canceled);
    }
    case "rejected":
    case "done":
      return [];
  }
}

function cut(events: EngineEvent[], borders: ReadonlySet<number>, headSeq: number): EngineEvent[][] {
  const commands: EngineEvent[][] = [];
  let command: EngineEvent[] = [];
  const inOrder = events.toSorted((a, b) => a.seq - b.seq);
  expect(inOrder.length).toBe(headSeq);
  for (const [index, event] of inOrder.entries()) {
    expect(event.seq).toBe(index + 1);
    command.push(event);
    if (!borders.has(event.seq)) continue;
    commands.push(command);
    command = [];
  }
  expect(command).toEqual([]);
  return commands;
}

/** The book that follows from a snapshot and the feed behind it. */
export function foldBook(snapshot: BookSnapshot, feed: readonly FeedFrame[]): Omit<BookSnapshot, "asOfSeq"> {
  const sides = { buy: new Map(snapshot.bids), sell: new Map(snapshot.asks) };
  let { updateId, lastTradeId } = snapshot;
  for (const event of feed.flatMap((frame) => frame.events)) {
    if (event.seq <= snapshot.asOfSeq || !("instrument" in event) || event.instrument !== snapshot.instrument) continue;
    if (event.type === "trade_executed") lastTradeId = event.tradeId;
    if (event.type !== "level_changed") continue;
    expect(event.updateId).toBe(updateId + 1);
    updateId = event.updateId;
    if (event.quantityLots === 0) sides[event.side].delete(event.priceTicks);
    else sides[event.side].set(event.priceTicks, event.quantityLots);
  }
  const bids = [...sides.buy].sort(([a], [b]) => b - a);
  const asks = [...sides.sell].sort(([a], [b]) => a - b);
  return { instrument: snapshot.instrument, updateId, lastTradeId, bids, asks };
}

/** Everything that the read port can say. */
export async function everythingReadable(engine: Engine): Promise<unknown> {
  const catalog = engine.catalog();
  const { headSeq, committedSeq, trades, rejects, openOrders, accounts } = engine.stats();
  const perAccount = [];
  for (let account = 0; account <= accounts; account += 1) {
    const perInstrument = [];
    for (const { id } of catalog.instruments) {
      const recentOrders = await engine.recentOrders(account, id);
      const byClientId = [];
      const amendments = [];
      for (const { orderId, clientOrderId } of recentOrders.value) {
        byClientId.push((await engine.order(account, id, 0, clientOrderId)).value?.orderId);
        amendments.push(await engine.recentAmendments(account, id, orderId));
      }
      perInstrument.push({
        recentOrders,
        byClientId,
        amendments,
        recentFills: await engine.recentFills(account, id),
        preventedMatches: await engine.recentPreventedMatches(account, id),
        dropped: await engine.dropped(account, id),
      });
    }
    const open = await engine.openOrders(account, null);
    perAccount.push({
      account: await engine.account(account),
      open,
      keys: await engine.keys(account),
      lists: await engine.recentOrderLists(account),
      counts: await engine.orderCounts(account),
      withdrawals: await engine.withdrawals(account),
      perInstrument,
    });
  }
  const books = [];
  for (const { id } of catalog.instruments) books.push(await engine.bookSnapshot(id));
  const audit = await engine.audit();
  return {
    catalog,
    audit,
    numbers: { headSeq, committedSeq, trades, rejects, openOrders, accounts },
    perAccount,
    books,
  };
}
