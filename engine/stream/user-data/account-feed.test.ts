/** Where a user data stream's events come from: pulled in pages, joined to a snapshot, lost with the past they belong to. */
import { expect, test } from "vitest";
import { OperationalError } from "../../bus/engine-client.ts";
import { NO_CONDITIONS } from "../../domain/order.ts";
import { catalogOf, type FeedFrame } from "../../protocol/bus-messages.ts";
import type { EngineEvent, OrderAccepted, OrderListChanged, SpecialTerms } from "../../protocol/events.ts";
import { acceptedOrder } from "../../protocol/order-story.ts";
import { FakeClock } from "../fake-clock.ts";
import { fakeInstrument } from "../fake-engine.ts";
import { until } from "../stream-harness.ts";
import { AccountFeed, type AccountFeedDeps } from "./account-feed.ts";
import type { UserListener } from "./user-data.ts";

const ASSETS = [
  { id: 0, name: "BTC", decimals: 8 },
  { id: 1, name: "USDT", decimals: 8 },
];
const CATALOG = catalogOf(ASSETS, [fakeInstrument(0, "BTCUSDT")]);
const TIME_US = 1_700_000_000_000_000;

type Unnumbered<Event> = Event extends EngineEvent ? Omit<Event, "seq" | "timeUs"> : never;

/** An engine that is an array of events, and may answer as one does that is far away. */
class FarEngine {
  readonly events: EngineEvent[] = [];
  readonly asked: (readonly [number, readonly number[] | null])[] = [];
  readonly faults: unknown[] = [];
  readonly clock = new FakeClock(TIME_US / 1_000);
  lineage = 0;
  pageMax = 100;
  away = false;
  openOrders: AccountFeedDeps["reads"]["openOrders"] = async () => this.#asOf([]);
  openLists: AccountFeedDeps["reads"]["recentOrderLists"] = async () => this.#asOf([]);
  #listener: (frame: FeedFrame) => void = () => {};

  get head(): number {
    return this.events.length;
  }

  /** Without a frame: nobody hears of it. */
  happens(...events: Unnumbered<EngineEvent>[]): void {
    for (const event of events) this.events.push({ ...event, seq: this.head + 1, timeUs: TIME_US } as EngineEvent);
  }

  ring(): void {
    const { head, lineage } = this;
    this.#listener({ epoch: 1, lineage, firstSeq: head + 1, lastSeq: head, timeUs: TIME_US, events: [] });
  }

  feed(): AccountFeed {
    return new AccountFeed({
      reads: {
        catalog: () => CATALOG,
        openOrders: (account, instrument) => this.openOrders(account, instrument),
        recentOrderLists: (account) => this.openLists(account),
        accountEvents: async (fromSeq, eventsMax, accounts) => {
          this.asked.push([fromSeq, accounts]);
          if (this.away) throw new OperationalError("not_sent", "away");
          const count = Math.min(this.pageMax, eventsMax);
          const page = this.events.slice(fromSeq - 1, fromSeq - 1 + count);
          return { events: page, nextSeq: fromSeq + page.length, headSeq: this.head, lineage: this.lineage };
        },
      },
      feed: {
        subscribeFeed: (listener) => {
          this.#listener = listener;
          return () => {};
        },
      },
      clock: this.clock,
      log: () => {},
      reportFault: ({ error }) => this.faults.push(error),
    });
  }

  #asOf<T>(value: T): { value: T; asOfSeq: number; lineage: number } {
    return { value, asOfSeq: this.head, lineage: this.lineage };
  }
}

function listener(): UserListener & { readonly told: Record<string, unknown>[]; readonly ends: string[] } {
  const told: Record<string, unknown>[] = [];
  const ends: string[] = [];
  return { told, ends, event: (event) => told.push(JSON.parse(event.text("ms"))), ended: (why) => ends.push(why) };
}

function balance(account: number, asset: number, freeAtoms: bigint): Unnumbered<EngineEvent> {
  return { type: "balance_changed", account, asset, freeAtoms, lockedAtoms: 0n };
}
function funds(account: number, atoms: bigint): Unnumbered<EngineEvent> {
  return { type: "funds_moved", account, asset: 0, kind: "deposited", atoms, reference: "r" };
}
const OFFER: Unnumbered<OrderAccepted> = {
  type: "order_accepted",
  instrument: 0,
  orderId: 1,
  account: 1,
  side: "sell",
  orderType: "limit",
  timeInForce: "gtc",
  selfTradeMode: "expire_maker",
  priceTicks: 100,
  quantityLots: 10,
  quoteAtoms: 0n,
  clientOrderId: "o",
};

test("I35: what the feed has lost is told all the same, in order; nobody is asked about while nobody listens", async () => {
  const engine = new FarEngine();
  const feed = engine.feed();
  engine.happens(funds(1, 1n));
  engine.ring();
  const who = listener();
  const stop = await feed.subscribe(1, 0, who);
  engine.happens(funds(1, 2n), balance(1, 0, 2n), funds(2, 9n));
  engine.happens(funds(1, 3n), balance(1, 0, 5n));
  engine.ring();
  await until(() => feed.lagEvents === 0);
  stop();
  engine.happens(funds(1, 4n));
  engine.ring();
  expect(who.told.map(({ e, d, B }) => [e, d ?? B])).toEqual([
    ["balanceUpdate", "0.00000002"],
    ["outboundAccountPosition", [{ a: "BTC", f: "0.00000002", l: "0.00000000" }]],
    ["balanceUpdate", "0.00000003"],
    ["outboundAccountPosition", [{ a: "BTC", f: "0.00000005", l: "0.00000000" }]],
  ]);
  expect(engine.asked).toEqual([[2, [1]]]);
});

test("pages that end amid a command's balances tell them together; an engine that is away is asked again", async () => {
  const engine = new FarEngine();
  const feed = engine.feed();
  const who = listener();
  await feed.subscribe(1, 0, who);
  engine.pageMax = 2;
  engine.away = true;
  engine.happens(funds(1, 1n), balance(1, 0, 1n), balance(1, 1, 2n), funds(1, 3n), balance(1, 0, 4n));
  engine.ring();
  await until(() => engine.asked.length === 1);
  engine.away = false;
  await until(() => {
    engine.clock.advance(100);
    return feed.lagEvents === 0;
  });
  expect(who.told.map(({ d, B }) => d ?? (B as { a: string }[]).map(({ a }) => a))).toEqual([
    "0.00000001",
    ["BTC", "USDT"],
    "0.00000003",
    ["BTC"],
  ]);
});

test("I35: what happens while an account's snapshot is taken is told once, whichever of its reads has seen it", async () => {
  const engine = new FarEngine();
  const feed = engine.feed();
  const special: SpecialTerms = { conditions: NO_CONDITIONS, orderListId: 1, phase: "working" };
  const list: Unnumbered<OrderListChanged> = {
    type: "order_list_changed",
    instrument: 0,
    orderListId: 1,
    account: 1,
    contingency: "oto",
    status: "exec_started",
    listClientOrderId: "l",
    orderIds: [1, 2],
  };
  // Between the read of lists (nothing) and that of orders (both legs) the list was taken in.
  engine.openOrders = async () => {
    const legs = [OFFER, { ...OFFER, orderId: 2, clientOrderId: "p" }].map((leg) => ({ ...leg, special }));
    engine.happens(list, ...legs);
    const value = engine.events.slice(1, 3).map((event) => acceptedOrder(event as OrderAccepted));
    return { value, asOfSeq: engine.head, lineage: 0 };
  };
  const who = listener();
  await feed.subscribe(1, 0, who);
  engine.happens({ ...list, status: "updated" });
  engine.ring();
  await until(() => feed.lagEvents === 0);
  expect(who.told).toEqual([
    {
      e: "listStatus",
      E: TIME_US / 1_000,
      s: "BTCUSDT",
      g: 1,
      c: "OTO",
      l: "UPDATED",
      L: "EXECUTING",
      r: "NONE",
      C: "l",
      T: TIME_US / 1_000,
      O: [
        { s: "BTCUSDT", i: 1, c: "o" },
        { s: "BTCUSDT", i: 2, c: "p" },
      ],
    },
  ]);
});

test("I36: a journal that was restored is another past: whoever listens is told to start anew, and may", async () => {
  const engine = new FarEngine();
  const feed = engine.feed();
  const before = listener();
  await feed.subscribe(1, 0, before);
  engine.lineage = 1;
  engine.ring();
  const after = listener();
  await feed.subscribe(1, 0, after);
  engine.happens(funds(1, 1n));
  engine.ring();
  await until(() => feed.lagEvents === 0);
  expect([before.told, before.ends, after.told.length, after.ends]).toEqual([[], ["lost"], 1, []]);
});

test("I36: a page of another past is nobody's news, even before the feed says so", async () => {
  const engine = new FarEngine();
  const feed = engine.feed();
  const who = listener();
  await feed.subscribe(1, 0, who);
  engine.happens(funds(1, 1n));
  engine.ring();
  engine.lineage = 1;
  await until(() => who.ends.length > 0);
  expect([who.told, who.ends]).toEqual([[], ["lost"]]);
});

test("who joins behind the cursor's back hears nothing of what its snapshot has seen", async () => {
  const engine = new FarEngine();
  const feed = engine.feed();
  const [early, late] = [listener(), listener()];
  await feed.subscribe(1, 0, early);
  engine.happens(funds(2, 1n), balance(2, 0, 1n), funds(1, 2n));
  await feed.subscribe(2, 0, late);
  engine.happens(funds(2, 3n));
  engine.ring();
  await until(() => feed.lagEvents === 0);
  expect([early.told.map(({ d }) => d), late.told.map(({ d }) => d)]).toEqual([["0.00000002"], ["0.00000003"]]);
});

test("I35: an account whose story has a hole is lost alone, and the fault is reported", async () => {
  const engine = new FarEngine();
  const feed = engine.feed();
  const [broken, whole] = [listener(), listener()];
  await feed.subscribe(1, 0, broken);
  await feed.subscribe(2, 0, whole);
  const { account, instrument } = OFFER;
  engine.happens(
    {
      type: "order_canceled",
      instrument,
      orderId: 7,
      account,
      remainingLots: 1,
      cause: "cancel",
      cancelClientOrderId: "x",
    },
    funds(2, 1n),
  );
  engine.ring();
  await until(() => feed.lagEvents === 0);
  expect([broken.ends, whole.told.length, whole.ends, engine.faults.length]).toEqual([["lost"], 1, [], 1]);
});

test("who cannot be joined is refused, and the next one is not", async () => {
  const engine = new FarEngine();
  const feed = engine.feed();
  const { openOrders } = engine;
  engine.openOrders = () => Promise.reject(new OperationalError("not_sent", "away"));
  await expect(feed.subscribe(1, 0, listener())).rejects.toThrow("away");
  engine.openOrders = openOrders;
  const who = listener();
  await feed.subscribe(1, 0, who);
  engine.happens(funds(1, 1n));
  engine.ring();
  await until(() => feed.lagEvents === 0);
  expect(who.told.length).toBe(1);
});

test("who comes and goes without end keeps no event from those who listen", async () => {
  const engine = new FarEngine();
  const feed = engine.feed();
  const who = listener();
  await feed.subscribe(1, 0, who);
  const { openOrders } = engine;
  let joined = 1;
  let toldWithin = Number.POSITIVE_INFINITY;
  engine.openOrders = (account, instrument) => {
    joined += 1;
    if (who.told.length > 0) toldWithin = Math.min(toldWithin, joined);
    if (joined < 500) void feed.subscribe(joined + 1, 0, listener());
    return openOrders(account, instrument);
  };
  engine.happens(funds(1, 1n));
  void feed.subscribe(2, 0, listener());
  engine.ring();
  await until(() => joined === 500 && feed.lagEvents === 0);
  expect(toldWithin).toBeLessThan(10);
});
