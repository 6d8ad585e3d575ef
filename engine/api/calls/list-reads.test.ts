/** Lists, prevented matches and amendments: the engine's answer and Postgres' rows become one, without a hole. */
import { expect, test } from "vitest";
import type { AsOf, EngineReads } from "../../bus/engine-client.ts";
import { OperationalError } from "../../bus/engine-client.ts";
import type { History } from "../../bus/history-client.ts";
import type { AmendmentView, OrderListView, PreventedMatchView } from "../../protocol/views.ts";
import { findOrderList, listAmendments, listOrderLists, listPreventedMatches } from "./list-reads.ts";

const LIST: OrderListView = {
  instrument: 0,
  orderListId: 1,
  account: 1,
  contingency: "oco",
  status: "exec_started",
  listClientOrderId: "mine",
  orders: [],
  createdUs: 1_000_000,
  updatedUs: 1_000_000,
  lastSeq: 10,
};
const MATCH: PreventedMatchView = {
  instrument: 0,
  preventedMatchId: 20,
  account: 1,
  takerOrderId: 2,
  makerOrderId: 1,
  selfTradeMode: "decrement",
  priceTicks: 1,
  takerPreventedLots: 1,
  makerPreventedLots: 1,
  timeUs: 0,
};
const AMENDMENT: AmendmentView = {
  instrument: 0,
  orderId: 1,
  account: 1,
  executionId: 30,
  origClientOrderId: "a",
  newClientOrderId: "a",
  origQuantityLots: 5,
  newQuantityLots: 4,
  timeUs: 0,
};

interface Held {
  readonly lists?: readonly OrderListView[];
  readonly matches?: readonly PreventedMatchView[];
  readonly amendments?: readonly AmendmentView[];
  readonly committedSeq?: number;
}

/** @param stored null: the database is away. */
function callOf(held: Held, stored: Held | null) {
  const answer = <T>(value: T): Promise<AsOf<T>> =>
    Promise.resolve({
      value,
      asOfSeq: 99,
      ...(held.committedSeq === undefined ? {} : { committedSeq: held.committedSeq }),
    });
  const rows = async <T>(read: (from: Held) => T): Promise<T> => {
    if (stored === null) throw new OperationalError("history_unavailable", "away");
    return read(stored);
  };
  const byId = (lists: readonly OrderListView[] | undefined, id: number): OrderListView | null =>
    lists?.find((list) => list.orderListId === id) ?? null;
  const reads = {
    orderList: (_account: number, id: number) => answer(byId(held.lists, id)),
    recentOrderLists: () => answer(held.lists ?? []),
    recentPreventedMatches: () => answer(held.matches ?? []),
    recentAmendments: () => answer(held.amendments ?? []),
  } as unknown as EngineReads;
  const history = {
    orderList: (_account: number, id: number) => rows((from) => byId(from.lists, id)),
    orderLists: () => rows(({ lists = [] }) => lists),
    preventedMatches: () => rows(({ matches = [] }) => matches),
    amendments: () => rows(({ amendments = [] }) => amendments),
  } as unknown as History;
  return { deps: { reads, history }, noteAsOf: () => {} };
}

const BY_TIME = { startUs: null, endUs: null, limit: 10, fromListId: null };
const statuses = (lists: readonly OrderListView[]): string[] =>
  lists.map((list) => `${list.orderListId} ${list.status}`);

test("of a list that both know the newer version counts, whoever has it", async () => {
  const older = { ...LIST, orderListId: 2 };
  const newer = { ...older, status: "all_done", lastSeq: 40 } as const;
  const engineNewer = await listOrderLists(callOf({ lists: [LIST, newer] }, { lists: [LIST, older] }), 1, BY_TIME);
  const tableNewer = await listOrderLists(callOf({ lists: [older] }, { lists: [LIST, newer] }), 1, BY_TIME);
  expect([statuses(engineNewer), statuses(tableNewer)]).toEqual([
    ["1 exec_started", "2 all_done"],
    ["1 exec_started", "2 all_done"],
  ]);
});

test("lists are cut at the newest, or from an id or a time on at the oldest; both bounds are inclusive", async () => {
  const lists = [1, 2, 3].map((id) => ({ ...LIST, orderListId: id, createdUs: id * 1_000_000 }));
  const ids = async (
    asked: Partial<typeof BY_TIME> | { startUs: number } | { endUs: number } | { fromListId: number },
  ) => {
    const rows = await listOrderLists(callOf({ lists: lists.slice(2) }, { lists }), 1, {
      ...BY_TIME,
      limit: 2,
      ...asked,
    });
    return rows.map(({ orderListId }) => orderListId);
  };
  expect([
    await ids({}),
    await ids({ startUs: 1_000_000 }),
    await ids({ endUs: 2_000_000 }),
    await ids({ endUs: 1_999_999 }),
    await ids({ fromListId: 2 }),
  ]).toEqual([[2, 3], [1, 2], [1, 2], [1], [2, 3]]);
});

test("prevented matches and amendments of both are told once, in the order of their ids", async () => {
  const matches = [20, 21, 22].map((preventedMatchId) => ({ ...MATCH, preventedMatchId }));
  const amendments = [30, 31, 32].map((executionId) => ({ ...AMENDMENT, executionId }));
  const call = callOf(
    { matches: matches.slice(1), amendments: amendments.slice(1) },
    { matches: matches.slice(0, 2), amendments: amendments.slice(0, 2) },
  );
  const wanted = { limit: 2, preventedMatchId: null, orderId: 1, fromPreventedMatchId: null };
  const newest = await listPreventedMatches(call, 1, 0, wanted);
  const from = await listPreventedMatches(call, 1, 0, { ...wanted, fromPreventedMatchId: 20 });
  const changes = await listAmendments(call, 1, 0, 1, { limit: 2, fromExecutionId: null });
  expect([
    newest.map((each) => each.preventedMatchId),
    from.map((each) => each.preventedMatchId),
    changes.map((each) => each.executionId),
  ]).toEqual([
    [21, 22],
    [20, 21],
    [30, 31],
  ]);
});

test("while history is away the engine answers alone where nothing was committed, or only what is older than asked for", async () => {
  const told = async (committedSeq: number | undefined): Promise<unknown[]> => {
    const held: Held = { lists: [LIST], matches: [MATCH], amendments: [AMENDMENT] };
    const call = callOf(committedSeq === undefined ? held : { ...held, committedSeq }, null);
    const matches = { limit: 5, preventedMatchId: null, orderId: 1, fromPreventedMatchId: null };
    const asked = [
      findOrderList(call, 1, 1, ""),
      findOrderList(call, 1, 7, ""),
      listOrderLists(call, 1, BY_TIME),
      listPreventedMatches(call, 1, 0, matches),
      listPreventedMatches(call, 1, 0, { ...matches, orderId: null, preventedMatchId: 20 }),
      listPreventedMatches(call, 1, 0, { ...matches, fromPreventedMatchId: 15 }),
      listAmendments(call, 1, 0, 1, { limit: 5, fromExecutionId: null }),
      listAmendments(call, 1, 0, 1, { limit: 5, fromExecutionId: 16 }),
    ];
    return (await Promise.allSettled(asked)).map(({ status }) => status === "fulfilled");
  };
  expect([await told(undefined), await told(0), await told(15)]).toEqual([
    [true, false, false, false, false, false, false, false],
    [true, true, true, true, true, true, true, true],
    [true, false, false, false, true, false, false, true],
  ]);
});
