/**
 * What the read port says of accounts, over random sessions with special orders through a whole engine: events by account,
 * and that orders, lists, prevented self-trades and amendments folded from them are those that the engine reads out.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AccountChange, AccountStory } from "../protocol/account-story.ts";
import type { EngineEvent } from "../protocol/events.ts";
import type { AmendmentView, OrderListView, OrderView, PreventedMatchView } from "../protocol/views.ts";
import { runSession } from "../sim/engine-session.ts";
import { SPECIAL_PROFILES } from "../sim/profiles-special.ts";
import { newExchange, openExchange, place } from "../sim/small-exchange.ts";
import type { Engine } from "./contract.ts";

const SEED = Number(process.env.SEED ?? 5);
const COMMANDS = 1_200;
/** Profiles that make every kind of special order, and every self-trade mode. */
const NAMES = ["special: two instruments", "special: lists", "special: decrement", "special: limits that bind"];
/** Most is read from the journal. */
const RETAINED_BYTES_MAX = 16 * 1024;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidebook-account-reads-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function accountEvents(
  engine: Engine,
  accounts: readonly number[] | null,
  eventsMax: number,
): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  for (let next = 1; ; ) {
    const page = await engine.accountEvents(next, eventsMax, accounts);
    expect(page.events.length).toBeLessThanOrEqual(eventsMax);
    events.push(...page.events);
    if (page.nextSeq > page.headSeq) return events;
    next = page.nextSeq;
  }
}

/** Whose an event is, said by its fields. */
function accountsOf(event: EngineEvent): readonly number[] {
  switch (event.type) {
    case "trade_executed":
      return [event.takerAccount, event.makerAccount];
    case "account_changed":
      return [event.account.id];
    case "key_changed":
      return [event.key.account];
    case "command_rejected":
      return [];
    default:
      return "account" in event ? [event.account] : [];
  }
}

/** What an account's changes come to, by kind. */
interface Folded {
  readonly orders: ReadonlyMap<string, OrderView>;
  readonly lists: ReadonlyMap<number, OrderListView>;
  readonly prevented: readonly PreventedMatchView[];
  readonly amendments: readonly AmendmentView[];
}

function folded(engine: Engine, account: number, events: readonly EngineEvent[]): Folded {
  const story = new AccountStory(account, [], [], 0, (id) => engine.catalog().instruments[id]!);
  const orders = new Map<string, OrderView>();
  const lists = new Map<number, OrderListView>();
  const prevented: PreventedMatchView[] = [];
  const amendments: AmendmentView[] = [];
  const take = (change: AccountChange): void => {
    if (change.kind === "list") lists.set(change.list.orderListId, change.list);
    else {
      orders.set(`${change.order.instrument} ${change.order.orderId}`, change.order);
      if (change.amendment !== null) amendments.push(change.amendment);
      // A match under decrement stands in both orders' changes.
      if (change.prevented !== null && prevented.at(-1)?.preventedMatchId !== change.prevented.preventedMatchId)
        prevented.push(change.prevented);
    }
  };
  for (const event of events) for (const change of story.apply(event)) take(change);
  return { orders, lists, prevented, amendments };
}

/** The same, as the engine reads it out. */
async function readOut(engine: Engine, account: number): Promise<Folded> {
  const orders = new Map<string, OrderView>();
  const prevented: PreventedMatchView[] = [];
  const amendments: AmendmentView[] = [];
  for (const { id } of engine.catalog().instruments) {
    for (const order of (await engine.recentOrders(account, id)).value) {
      orders.set(`${id} ${order.orderId}`, order);
      amendments.push(...(await engine.recentAmendments(account, id, order.orderId)).value);
    }
    prevented.push(...(await engine.recentPreventedMatches(account, id)).value);
  }
  const lists = new Map((await engine.recentOrderLists(account)).value.map((list) => [list.orderListId, list]));
  return {
    orders,
    lists,
    prevented: prevented.sort((one, other) => one.preventedMatchId - other.preventedMatchId),
    amendments: amendments.sort((one, other) => one.executionId - other.executionId),
  };
}

for (const name of NAMES) {
  test(`I27: what the engine reads out of an account is what its events come to, after a restart too: ${name}, SEED=${SEED}`, async () => {
    const profile = SPECIAL_PROFILES.find((each) => each.name === name)!;
    const options = {
      directory: join(folder, "journal"),
      retainedBytesMax: RETAINED_BYTES_MAX,
      snapshotEveryRecords: 350,
    };
    const live = await openExchange(options);
    const { commands } = await runSession(live, profile, SEED, COMMANDS);
    const all = commands.flat();
    const accounts = Array.from({ length: live.engine.stats().accounts }, (_, account) => account);
    const due = new Map<number, Folded>();
    const seen = { special: 0, lists: 0, prevented: 0, amendments: 0 };
    for (const account of accounts) {
      const events = await accountEvents(live.engine, [account], 97);
      expect(events).toEqual(
        all.filter((event) => event.type !== "level_changed" && accountsOf(event).includes(account)),
      );
      const fold = folded(live.engine, account, events);
      due.set(account, fold);
      expect(await readOut(live.engine, account)).toEqual(fold);
      seen.special += [...fold.orders.values()].filter(({ special }) => special !== undefined).length;
      seen.lists += fold.lists.size;
      seen.prevented += fold.prevented.length;
      seen.amendments += fold.amendments.length;
    }
    const everybodys = all.filter((event) => event.type !== "level_changed" && accountsOf(event).length > 0);
    expect(await accountEvents(live.engine, null, 1_000)).toEqual(everybodys);
    expect(await accountEvents(live.engine, accounts.slice(1, 3), 1_000)).toEqual(
      everybodys.filter((event) => accountsOf(event).some((account) => account === 1 || account === 2)),
    );
    expect(await accountEvents(live.engine, [], 10)).toEqual([]);
    const { openSpecialOrders, openOrderLists } = live.engine.stats();
    const counts = await Promise.all(accounts.map((account) => live.engine.orderCounts(account)));
    await live.engine.close();

    const again = await openExchange(options);
    expect(again.engine.recovery.snapshotRecord).not.toBeNull();
    for (const account of accounts) expect(await readOut(again.engine, account)).toEqual(due.get(account));
    expect(again.engine.stats()).toMatchObject({ openSpecialOrders, openOrderLists });
    again.clock.nowUs = live.clock.nowUs;
    expect(await Promise.all(accounts.map((account) => again.engine.orderCounts(account)))).toEqual(counts);
    await again.engine.close();
    // Where nothing of a kind happened nothing was compared.
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  });
}

test("withdrawals are read with their states, of one account or of all, and an audit adds up the accounts", async () => {
  const options = { directory: join(folder, "journal"), snapshotEveryRecords: 12 };
  const { engine, operate, send, clock } = await newExchange(options);
  const hold = (account: number, atoms: bigint, reference: string) =>
    operate({ type: "hold_withdrawal", account, asset: "A0", atoms, reference });
  const startUs = clock.nowUs;
  await hold(1, 10n, "w1");
  clock.nowUs += 5;
  await hold(2, 20n, "w2");
  await hold(1, 30n, "w3");
  await operate({ type: "settle_withdrawal", reference: "w1" });
  await operate({ type: "release_withdrawal", reference: "w2" });
  await operate({ type: "freeze_withdrawals", frozen: true, reason: "a test" });
  await send(place(1, { side: "sell", quantityLots: 5_000, priceTicks: 10, clientOrderId: "a" }));
  await send(place(2, { side: "buy", quantityLots: 5_000, priceTicks: 10, clientOrderId: "b" }));
  const { headSeq } = engine.stats();
  const w1 = { reference: "w1", account: 1, asset: 0, atoms: 10n, state: "settled", heldUs: startUs };
  const w2 = { reference: "w2", account: 2, asset: 0, atoms: 20n, state: "released", heldUs: startUs + 5 };
  const w3 = { reference: "w3", account: 1, asset: 0, atoms: 30n, state: "held", heldUs: startUs + 5 };
  const audit = [
    {
      asset: 0,
      accountsAtoms: 1_999_990n,
      depositedAtoms: 2_000_000n,
      withdrawnAtoms: 10n,
      frozen: true,
      asOfSeq: headSeq,
    },
    {
      asset: 1,
      accountsAtoms: 2_000_000n,
      depositedAtoms: 2_000_000n,
      withdrawnAtoms: 0n,
      frozen: true,
      asOfSeq: headSeq,
    },
  ];
  const reads = async (from: Engine) => [
    (await from.withdrawals(null)).value,
    (await from.withdrawals(1)).value,
    (await from.withdrawals(7)).value,
    (await from.withdrawals(null, "released")).value,
    await from.audit(),
  ];
  expect(await reads(engine)).toEqual([[w1, w2, w3], [w1, w3], [], [w2], audit]);
  await engine.close();
  const again = await openExchange(options);
  expect(again.engine.recovery.snapshotRecord).not.toBeNull();
  expect(await reads(again.engine)).toEqual([[w1, w2, w3], [w1, w3], [], [w2], audit]);
  await again.engine.close();
});

test("an audit adds up amounts whose sums pass 2^52 and 2^53", async () => {
  const { engine, operate } = await newExchange({}, 3);
  const amounts = [2n ** 52n - 1n, 2n ** 52n + 7n, 2n ** 62n - 1n];
  for (const [index, atoms] of amounts.entries())
    await operate({ type: "deposit", account: index + 1, asset: "A1", atoms, reference: `large ${index}` });
  await operate({ type: "hold_withdrawal", account: 1, asset: "A1", atoms: 2n ** 51n + 1n, reference: "w" });
  const due = amounts.reduce((sum, atoms) => sum + atoms, 3_000_000n);
  expect((await engine.audit())[1]).toMatchObject({ accountsAtoms: due, depositedAtoms: due });
});

test("limits of the exchange are in the catalog, a new one whenever they change, and its version grows with them", async () => {
  const options = { directory: join(folder, "journal") };
  const { engine, operate } = await newExchange(options);
  const before = engine.catalog();
  const { catalogVersion } = engine.stats();
  expect(before).not.toHaveProperty("limits");
  const limits = {
    ordersPer10s: 50,
    ordersPerDay: 1_000,
    ordersMax: 0,
    algoOrdersMax: 0,
    icebergOrdersMax: 0,
    orderListsMax: 0,
  };
  expect(await operate({ type: "set_exchange_limits", limits })).toMatchObject({ outcome: "done", limits });
  const changed = engine.catalog();
  expect([changed === before, engine.catalog() === changed, changed.limits]).toEqual([false, true, limits]);
  expect(engine.stats().catalogVersion).toBeGreaterThan(catalogVersion);
  await engine.close();
  const again = await openExchange(options);
  expect(again.engine.catalog().limits).toEqual(limits);
  await again.engine.close();
});

test("counts of orders are those right after the command in its answer, and those of the present time when they are read", async () => {
  const { engine, send, clock } = await newExchange();
  clock.nowUs = 1_700_000_009_000_000;
  const sell = (name: string) => send(place(1, { side: "sell", quantityLots: 1, priceTicks: 10, clientOrderId: name }));
  expect(await Promise.all([sell("a"), sell("b")])).toMatchObject([
    { orderCounts: { per10s: 1, perDay: 1 } },
    { orderCounts: { per10s: 2, perDay: 2 } },
  ]);
  expect([await engine.orderCounts(1), await engine.orderCounts(2)]).toEqual([
    { per10s: 2, perDay: 2 },
    { per10s: 0, perDay: 0 },
  ]);
  // The next window begins without a frame.
  clock.nowUs += 1_000_000;
  expect(await engine.orderCounts(1)).toEqual({ per10s: 0, perDay: 2 });
});
