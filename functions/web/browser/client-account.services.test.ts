/**
 * The exchange's client in a real page against a real exchange: people, the browser's key, its account and its orders, through
 * kills, silences and lost answers.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addPasskeyDevice, hasBrowser, NO_BROWSER } from "./testing/browser.ts";
import { type Any, ClientStage, HISTORY_OPENS } from "./testing/client-stage.ts";

const TITLE = hasBrowser
  ? "the client's account in a real page"
  : `the client's account in a real page (${NO_BROWSER})`;
/** Nobody else quotes there. What a test leaves open lies below what others trade at. */
const SYMBOL = "ETHUSDT";

describe.skipIf(!hasBrowser)(TITLE, () => {
  let stage: ClientStage;
  beforeAll(async () => {
    stage = await ClientStage.open();
  });
  afterAll(() => stage?.close());
  beforeEach(({ onTestFailed }) => onTestFailed(stage.showOutput));
  afterEach(() => stage.leave());

  const account = "client.exchange.account";
  const people = "client.exchange.people";
  async function signInAsGuest(): Promise<void> {
    await stage.until(`${people}.person()`, (person) => person !== undefined);
    expect(await stage.inPage(`await ${people}.signInAsGuest()`)).toEqual({ outcome: "ok", value: null });
    await stage.until(`${account}.state()`, (state) => state === "live");
  }
  const place = (order: object): Promise<Any> => stage.inPage(`await ${account}.place(${JSON.stringify(order)})`);
  const LIMIT = { symbol: SYMBOL, type: "LIMIT", timeInForce: "GTC" } as const;
  const openOrders = `${account}.openOrders().map((o) => [o.clientOrderId, o.status, o.origQty, o.executedQty])`;
  const newsOf = "client.news.map((n) => n.kind)";

  test("a guest signs in, places, amends, replaces, cancels, and is filled by another; the account is told as it is", async () => {
    await stage.visit();
    await signInAsGuest();
    const before = await stage.inPage(`${account}.balances().get("USDT")`);
    const buy = { ...LIMIT, side: "BUY", quantity: "1.0000", price: "2000.00", newClientOrderId: "a" };
    const placed = await place(buy);
    const refused = await place({ ...buy, newClientOrderId: "b", quantity: "100000" });
    await stage.until(openOrders, (orders) => orders.length === 1);
    const amended = await stage.inPage(`await ${account}.amendQuantity(${account}.openOrders()[0], "0.9000")`);
    await stage.until(openOrders, (orders) => orders[0]?.[2] === "0.90000000");
    const replaced = await stage.inPage(
      `await ${account}.replace(${account}.openOrders()[0], { price: "2100.00", newClientOrderId: "c" })`,
    );
    await stage.until(openOrders, (orders) => orders[0]?.[0] === "c");
    expect([
      [placed.outcome, placed.value.clientOrderId, placed.value.status, placed.value.isWorking],
      refused,
      [amended.outcome, amended.value.origQty, amended.value.clientOrderId],
      [replaced.outcome, replaced.value.price, replaced.value.origQty, replaced.value.clientOrderId],
    ]).toEqual([
      ["ok", "a", "NEW", true],
      { outcome: "refused", code: -2010, message: "Account has insufficient balance for requested action." },
      ["ok", "0.90000000", amended.value.clientOrderId],
      ["ok", "2100.00000000", "0.90000000", "c"],
    ]);
    const { body } = await stage.bob.limit(SYMBOL, "SELL", "0.4000", "2100.00");
    const fills = await stage.until(`${account}.fills()`, (all) => all.length === 1);
    const partly = await stage.until(openOrders, (orders) => orders[0]?.[1] === "PARTIALLY_FILLED");
    const canceled = await stage.inPage(`await ${account}.cancelAll()`);
    await stage.until(openOrders, (orders) => orders.length === 0);
    const after = await stage.until(`${account}.balances().get("USDT")`, (balance) => balance?.locked === "0.00000000");
    expect([
      before.locked,
      [fills[0].tradeId, fills[0].price, fills[0].quantity, fills[0].isMaker],
      partly,
      canceled,
      Number(before.free) - Number(after.free),
      await stage.inPage(newsOf),
      stage.faults.besides(HISTORY_OPENS),
    ]).toEqual([
      "0.00000000",
      [body.fills[0].tradeId, "2100.00000000", "0.40000000", true],
      [["c", "PARTIALLY_FILLED", "0.90000000", "0.40000000"]],
      { outcome: "ok", value: 1 },
      840,
      ["order_accepted", "order_canceled", "order_accepted", "order_partly_filled", "order_canceled"],
      [],
    ]);
  });

  test("the key stays in the browser: after a reload the account is there again, and after signing out it is gone everywhere", async () => {
    await stage.visit();
    await signInAsGuest();
    const key = await stage.inPage(`${people}.deviceKey()`);
    await stage.page.reload();
    await stage.until("window.client !== undefined", (is) => is === true);
    await stage.until(`${account}.state()`, (state) => state === "live");
    const same = await stage.inPage(`${people}.deviceKey()`);
    const extractable = await stage.page.evaluate(`new Promise((resolve) => {
      const opening = indexedDB.open("tidebook", 1);
      opening.onsuccess = () => {
        const got = opening.result.transaction("device").objectStore("device").get("key");
        got.onsuccess = () => resolve([got.result.privateKey.extractable, got.result.apiKey]);
      };
    })`);
    const out = await stage.inPage(`await ${people}.signOut()`);
    expect([
      same,
      extractable,
      out,
      await stage.inPage(`[${account}.state(), ${people}.person(), ${people}.deviceKey()]`),
    ]).toEqual([key, [false, key], { outcome: "ok", value: null }, ["none", null, null]]);
  });

  test("a key that is revoked elsewhere is forgotten, and the person is told", async () => {
    await stage.visit();
    await signInAsGuest();
    const revoked = await stage.inPage(
      `await fetch("/people/v1/keys/" + ${people}.deviceKey(), { method: "DELETE" }).then((r) => r.status)`,
    );
    const ended = await stage.until(`[${account}.state(), ${people}.isKeyEnded()]`, ([state]) => state === "none");
    expect([revoked, ended]).toEqual([200, ["none", true]]);
  });

  test("what happened to an order while the browser was offline is told when it is back", async () => {
    await stage.visit();
    await signInAsGuest();
    await place({ ...LIMIT, side: "BUY", quantity: "0.1000", price: "2200.00", newClientOrderId: "away" });
    await stage.until(openOrders, (orders) => orders.length === 1);
    await stage.context.setOffline(true);
    const offline = await stage.until(
      `[client.exchange.marketData.connection().state, ${account}.state()]`,
      ([state]) => state === "offline",
    );
    await stage.bob.limit(SYMBOL, "SELL", "0.1000", "2200.00");
    await stage.context.setOffline(false);
    const news = await stage.until("client.news", (all) => all.length === 2);
    expect([
      offline,
      news[1].kind,
      news[1].order.clientOrderId,
      news[1].fill.quantity,
      await stage.inPage(openOrders),
    ]).toEqual([["offline", "stale"], "order_filled", "away", "0.10000000", []]);
    const fills = await stage.until(
      `${account}.fills().map((fill) => [fill.price, fill.isMaker])`,
      (all) => all.length === 1,
    );
    expect(fills).toEqual([["2200.00000000", true]]);
  });

  test("two orders of a list end together; rates and statements are read by the browser's key", async () => {
    await stage.visit();
    await signInAsGuest();
    const rates = await stage.until(`${account}.commission("${SYMBOL}")()`, (known) => known !== null);
    const oco = {
      ...{ symbol: SYMBOL, side: "BUY", quantity: "1.0000", aboveType: "STOP_LOSS_LIMIT", abovePrice: "7000.00" },
      ...{ aboveStopPrice: "6900.00", aboveTimeInForce: "GTC", belowType: "LIMIT_MAKER", belowPrice: "100.00" },
    };
    const placed = await stage.inPage(`await ${account}.placeList("oco", ${JSON.stringify(oco)})`);
    await stage.until(openOrders, (orders) => orders.length === 2);
    const canceled = await stage.inPage(`await ${account}.cancel(${account}.openOrders()[0])`);
    await stage.until(openOrders, (orders) => orders.length === 0);
    const again = await stage.inPage(`await ${account}.cancel(${JSON.stringify(placed.value[0])})`);
    const statement = await stage.inPage(
      `await ${account}.signedGet("/api/v3/statement", { asset: "USDT", limit: 5 })`,
    );
    expect([
      rates,
      placed.value.map((order: Any) => [order.type, order.orderListId > 0, order.isWorking]),
      [canceled, again.outcome, again.code],
      statement.outcome,
    ]).toEqual([
      { maker: "0.00100000", taker: "0.00100000" },
      [
        ["LIMIT_MAKER", true, true],
        ["STOP_LOSS_LIMIT", true, false],
      ],
      [{ outcome: "ok", value: null }, "refused", -2011],
      "ok",
    ]);
  });

  test("a person signs up by a passkey, out, and in again to the same account; who closes the dialog hears kind words", async () => {
    await stage.visit();
    const device = await addPasskeyDevice(stage.page);
    await stage.until(`${people}.venue()`, (venue) => venue !== null);
    const up = await stage.inPage(`await ${people}.signUp("Ada ${Date.now()}")`);
    await stage.until(`${account}.state()`, (state) => state === "live");
    const first = await stage.inPage(`${people}.person().account`);
    await stage.inPage(`await ${people}.signOut()`);
    await device.answers(false);
    const closed = await stage.inPage(`await ${people}.signIn()`);
    await device.answers(true);
    const signedIn = await stage.inPage(`await ${people}.signIn()`);
    await stage.until(`${account}.state()`, (state) => state === "live");
    const key = await stage.inPage(
      `await ${people}.addKey({ label: "bot", kind: "hmac_sha256", permissions: ["read"], ipAllowList: [], expiresAt: 0 })`,
    );
    expect([
      up.outcome,
      up.value?.recoveryCodes.length,
      closed,
      signedIn,
      await stage.inPage(`${people}.person().account`),
      [key.outcome, key.value?.label, typeof key.value?.apiSecret],
    ]).toEqual([
      "ok",
      10,
      {
        outcome: "refused",
        code: 0,
        message: "The passkey dialog was closed, or took too long. Nothing was changed.",
      },
      { outcome: "ok", value: null },
      first,
      ["ok", "bot", "string"],
    ]);
  });

  test("a page at another address than the exchange's own is told where passkeys work", async () => {
    await stage.visit(async () => {}, stage.exchange.origin.replace("localhost", "127.0.0.1"));
    const goTo = await stage.until(`${people}.passkeys()`, (passkeys) => passkeys.goTo !== undefined);
    expect(goTo).toEqual({ goTo: `${stage.exchange.origin}/client-under-test/page.html` });
  });

  test("an exchange killed under an open account comes back to it: orders and balances are read again, and trading goes on", async () => {
    await stage.visit();
    await signInAsGuest();
    await place({ ...LIMIT, side: "BUY", quantity: "1.0000", price: "11.00", newClientOrderId: "kept" });
    await stage.until(openOrders, (orders) => orders.length === 1);
    await stage.exchange.kill();
    await stage.until(`${account}.state()`, (state) => state === "stale");
    const away = await place({ ...LIMIT, side: "BUY", quantity: "1.0000", price: "11.00" });
    await stage.exchange.startAgain();
    await stage.until(`${account}.state()`, (state) => state === "live");
    const kept = await stage.inPage(openOrders);
    const second = await place({
      ...LIMIT,
      side: "BUY",
      quantity: "1.0000",
      price: "12.00",
      newClientOrderId: "after",
    });
    const both = await stage.until(openOrders, (orders) => orders.length === 2);
    expect([away.outcome, kept, second.outcome, both, await stage.inPage(newsOf)]).toEqual([
      "not_sent",
      [["kept", "NEW", "1.00000000", "0.00000000"]],
      "ok",
      [
        ["after", "NEW", "1.00000000", "0.00000000"],
        ["kept", "NEW", "1.00000000", "0.00000000"],
      ],
      ["order_accepted", "order_accepted"],
    ]);
  });

  test("an order whose answer was lost is found by its id on the next connection, and was sent once", async () => {
    let placings = 0;
    await stage.visit((context) =>
      context.routeWebSocket(/ws-api/, (client) => {
        const server = client.connectToServer();
        let lostId: number | null = null;
        client.onMessage((text) => {
          const { id, method } = JSON.parse(String(text));
          if (method === "order.place") {
            placings += 1;
            lostId = id;
          }
          server.send(text);
        });
        server.onMessage((text) => {
          if (lostId !== null && JSON.parse(String(text)).id === lostId) void client.close({ code: 1011 });
          else client.send(text);
        });
      }),
    );
    await signInAsGuest();
    const order = { ...LIMIT, side: "BUY", quantity: "1.0000", price: "14.00", newClientOrderId: "found" };
    const answer = await place(order);
    const orders = await stage.until(openOrders, (all) => all.length > 0);
    expect([answer.outcome, answer.value?.clientOrderId, orders, placings]).toEqual([
      "ok",
      "found",
      [["found", "NEW", "1.00000000", "0.00000000"]],
      1,
    ]);
  });

  test("an order that arrived too late is told never to have been, once that is final", async () => {
    await stage.visit();
    await signInAsGuest();
    stage.exchange.pause();
    const order = {
      ...LIMIT,
      side: "BUY",
      quantity: "1.0000",
      price: "13.00",
      newClientOrderId: "late",
      recvWindow: 1_000,
    };
    await stage.inPage(`void (window.answer = ${account}.place(${JSON.stringify(order)}))`);
    // Longer than its window: the silence is noticed after two unanswered questions.
    await stage.until(`${account}.state()`, (state) => state === "stale");
    stage.exchange.resume();
    const answer = await stage.inPage("await window.answer");
    await stage.until(`${account}.state()`, (state) => state === "live");
    expect([answer, await stage.inPage(openOrders)]).toEqual([
      { outcome: "refused", code: -2013, message: "Order does not exist." },
      [],
    ]);
  });
});
