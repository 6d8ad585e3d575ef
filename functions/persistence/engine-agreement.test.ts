/**
 * What history tells of an account is what the engine's own read port tells: orders, fills, lists, prevented self-trades and
 * amendments after random sessions of every kind of order, with nothing committed, so that the engine still holds it all.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OperatorCommand, TradeCommand } from "../../engine/protocol/commands.ts";
import type { PublishedEvent } from "../../engine/protocol/event-json.ts";
import { CommandStream } from "../../engine/sim/commands.ts";
import { TRADE_TYPES } from "../../engine/sim/exchange.ts";
import { SPECIAL_PROFILES } from "../../engine/sim/profiles-special.ts";
import { openExchange, type RunningExchange } from "../../engine/sim/small-exchange.ts";
import type { Database } from "../_shared/database.ts";
import { historyOnSql } from "../_shared/history-sql.ts";
import { applyBatch } from "./apply-batch.ts";
import { openMemoryDatabase } from "./testing/memory-database.ts";

const SEED = Number(process.env.SEED ?? 5);
const COMMANDS = 500;
/** A batch holds the events of so many commands. */
const BATCH_COMMANDS = 50;
const PAGE_EVENTS = 5_000;
const LIMIT = 100_000;

let database: Database;
beforeAll(async () => {
  database = await openMemoryDatabase();
});
afterAll(() => database.close());

/** Runs a session into the engine and into the tables. @returns how many events it had. */
async function session(exchange: RunningExchange, stream: CommandStream, engineName: string): Promise<number> {
  let nextSeq = 1;
  let appliedSeq = 0;
  const happened: PublishedEvent[] = [];
  const apply = async (): Promise<void> => {
    const [firstSeq, lastSeq, events] = [appliedSeq + 1, nextSeq - 1, happened.splice(0)];
    await applyBatch(database, { engine: engineName, epoch: 1, firstSeq, lastSeq, headSeq: lastSeq, events });
    appliedSeq = lastSeq;
  };
  for (let number = 0; number < COMMANDS; number += 1) {
    const { command, envelope, timeUs } = stream.next();
    exchange.clock.nowUs = Math.max(exchange.clock.nowUs, timeUs);
    const { commandId, deadlineUs } = envelope;
    const isTrade = TRADE_TYPES.includes(command.type);
    // What was late or came twice: its answer is no matter here.
    const sent = isTrade
      ? exchange.engine.submit(command as TradeCommand, deadlineUs, commandId)
      : exchange.engine.submitOperator(command as OperatorCommand, deadlineUs, commandId);
    await sent.catch(() => {});
    const page = await exchange.engine.eventsSince(nextSeq, PAGE_EVENTS);
    if (page.nextSeq === nextSeq) continue;
    stream.observe(page.events);
    nextSeq = page.nextSeq;
    happened.push(...page.events.filter((event): event is PublishedEvent => event.type !== "level_changed"));
    if (number % BATCH_COMMANDS === 0) await apply();
  }
  await apply();
  return appliedSeq;
}

for (const profile of SPECIAL_PROFILES) {
  test(`history is what the engine says, ${profile.name}, SEED=${SEED}`, async () => {
    const exchange = await openExchange();
    const { engine } = exchange;
    const name = profile.name;
    expect(await session(exchange, new CommandStream(SEED, profile), name)).toBeGreaterThan(COMMANDS);
    expect(exchange.fatal).toEqual([]);
    const history = historyOnSql(database, name);
    for (let account = 0; (await engine.account(account)).value !== null; account += 1) {
      expect(await history.orderLists(account, { limit: LIMIT })).toEqual(
        (await engine.recentOrderLists(account)).value,
      );
      for (const { id: instrument } of engine.catalog().instruments) {
        const orders = (await engine.recentOrders(account, instrument)).value;
        expect(await history.orders(account, instrument, { limit: LIMIT })).toEqual(orders);
        expect(await history.fills(account, instrument, { limit: LIMIT })).toEqual(
          (await engine.recentFills(account, instrument)).value,
        );
        expect(await history.preventedMatches(account, instrument, { limit: LIMIT })).toEqual(
          (await engine.recentPreventedMatches(account, instrument)).value,
        );
        for (const { orderId } of orders) {
          const told = (await engine.recentAmendments(account, instrument, orderId)).value;
          if (told.length === 0) continue;
          expect(await history.amendments(account, instrument, orderId, { limit: LIMIT })).toEqual(told);
        }
      }
    }
    await engine.close();
  });
}
