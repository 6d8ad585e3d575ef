/** The process as an operator meets it: starting, stopping, being killed, its folder, its HTTP API, its command line. */
import { execFile } from "node:child_process";
import { rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { DataFolderForTests, type RunningProcess, startProcess } from "./exchange-process.ts";
import { operatingSuite, rawAnswer, run } from "./operating-suite.ts";
import { StreamClient } from "./stream-client.ts";
import { eventually, openTarget } from "./target.ts";
import { freshMarket, HttpClient, Operator, Trader } from "./trader.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

operatingSuite(openTarget);

function newFolder(): DataFolderForTests {
  const folder = new DataFolderForTests();
  cleanUps.push(() => folder.remove());
  return folder;
}

async function start(folder: DataFolderForTests, environment = {}): Promise<RunningProcess> {
  const running = await startProcess(folder, environment);
  cleanUps.push(() => running.kill());
  return running;
}

function clientOf(running: RunningProcess): HttpClient {
  const http = new HttpClient(running.origin);
  cleanUps.push(() => http.close());
  return http;
}

const modeOf = (folder: DataFolderForTests, name: string): string =>
  (statSync(join(folder.path, name)).mode & 0o777).toString(8);

test("the first start makes four instruments, two funded accounts and their keys, and secrets are the owner's alone", async () => {
  const folder = newFolder();
  const running = await start(folder);
  const http = clientOf(running);
  const info = await http.get("/api/v3/exchangeInfo");
  expect(
    info.body.symbols.map((each: { symbol: string; filters: { tickSize?: string; stepSize?: string }[] }) => [
      each.symbol,
      each.filters.find(({ tickSize }) => tickSize !== undefined)?.tickSize,
      each.filters.find(({ stepSize }) => stepSize !== undefined)?.stepSize,
    ]),
  ).toEqual([
    ["BTCUSDT", "0.01000000", "0.00001000"],
    ["ETHUSDT", "0.01000000", "0.00010000"],
    ["SOLUSDT", "0.01000000", "0.00100000"],
    ["SOLUSDC", "0.01000000", "0.00100000"],
  ]);
  const accounts = folder.demoAccounts();
  expect(accounts.map(({ account }) => account)).toEqual([1, 2]);
  for (const account of accounts) {
    const { body } = await new Trader(http, account).call("GET", "/api/v3/account", { omitZeroBalances: "true" });
    expect(body.balances.map(({ asset, free }: { asset: string; free: string }) => [asset, free])).toEqual([
      ["BTC", "10.00000000"],
      ["ETH", "100.00000000"],
      ["SOL", "1000.00000000"],
      ["USDT", "1000000.00000000"],
      ["USDC", "1000000.00000000"],
    ]);
  }
  const secrets = ["demo-accounts.json", "operator-token", "seal-key"];
  expect(secrets.map((name) => modeOf(folder, name))).toEqual(["600", "600", "600"]);
  for (const { apiSecret } of accounts) expect(running.output()).not.toContain(apiSecret);
});

test("the printed lines work as they stand: one demo account sells, the other buys", async () => {
  const running = await start(newFolder());
  const blocks = running
    .output()
    .split("\n")
    .filter((line) => /^ {2}(q=|s=|curl)/.test(line));
  const bash = (script: string) =>
    new Promise<string>((resolve, reject) =>
      execFile("bash", ["-c", script], (error, stdout) => (error === null ? resolve(stdout) : reject(error))),
    );
  const depth = await bash(blocks[0] ?? "");
  const sold = JSON.parse(await bash(blocks.slice(1, 4).join("\n")));
  const bought = JSON.parse(await bash(blocks.slice(4, 7).join("\n")));
  expect([depth, sold.status, bought.status, blocks.length]).toEqual([
    '{"lastUpdateId":0,"bids":[],"asks":[]}',
    "NEW",
    "FILLED",
    7,
  ]);
});

test("killed and started again, it finds orders, balances, keys, trades and candles", async () => {
  const folder = newFolder();
  const first = await start(folder);
  const http = clientOf(first);
  const { symbol, base, alice, bob } = await freshMarket(new Operator(http, folder.operatorToken()));
  await alice.limit(symbol, "SELL", "1.000", "100.00", { newClientOrderId: "rests" });
  await bob.limit(symbol, "BUY", "0.400", "100.00");
  const everything = async (client: HttpClient) => {
    const as = (trader: Trader): Trader => trader.at(client);
    const get = async (path: string, more = {}) => (await client.get(path, { symbol, ...more })).body;
    return {
      order: (await as(alice).call("GET", "/api/v3/order", { symbol, origClientOrderId: "rests" })).body,
      balance: await as(alice).balance(base),
      own: (await as(bob).call("GET", "/api/v3/myTrades", { symbol })).body,
      depth: await get("/api/v3/depth"),
      trades: await get("/api/v3/trades"),
      candles: await get("/api/v3/klines", { interval: "1d" }),
    };
  };
  const before = await everything(http);
  await first.kill();
  const second = clientOf(await start(folder));
  // What lies before the start comes from history, and that opens behind trading.
  const after = await eventually(
    () => everything(second),
    ({ trades, candles }) => trades.length > 0 && Array.isArray(candles) && candles.length > 0,
  );
  expect(after).toEqual(before);
  expect([before.order.executedQty, before.trades.length, before.balance]).toEqual([
    "0.40000000",
    1,
    ["99.00000000", "0.60000000"],
  ]);
});

test("without its database it trades, and everybody reads what they wrote", async () => {
  const folder = newFolder();
  // A link to where nothing can be made: the database does not open, now or later.
  symlinkSync("/proc/nowhere/history", join(folder.path, "history"));
  const http = clientOf(await start(folder));
  const operator = new Operator(http, folder.operatorToken());
  const { symbol, quote, alice, bob } = await freshMarket(operator);
  await eventually(
    () => http.get("/readyz"),
    ({ body }) => body.history === "failed",
  );
  await alice.limit(symbol, "SELL", "1.000", "100.00", { newClientOrderId: "filled" });
  const bought = await bob.limit(symbol, "BUY", "1.000", "100.00");
  const order = await alice.call("GET", "/api/v3/order", { symbol, origClientOrderId: "filled" });
  const all = await alice.call("GET", "/api/v3/allOrders", { symbol });
  const own = await bob.call("GET", "/api/v3/myTrades", { symbol });
  const ready = await http.get("/readyz");
  expect([
    bought.body.status,
    order.body.status,
    all.body.map(({ clientOrderId }: { clientOrderId: string }) => clientOrderId),
    own.body.map(({ id }: { id: number }) => id),
    await alice.balance(quote),
    ready,
  ]).toEqual([
    "FILLED",
    "FILLED",
    ["filled"],
    [1],
    ["100099.90000000", "0.00000000"],
    { status: 200, body: { ready: true, engine: "open", stream: "open", history: "failed" } },
  ]);
});

test("a database folder that does not open is set aside and filled again from the journal", async () => {
  const folder = newFolder();
  const first = await start(folder);
  const http = clientOf(first);
  const { symbol, alice, bob } = await freshMarket(new Operator(http, folder.operatorToken()));
  await alice.limit(symbol, "SELL", "1.000", "100.00");
  await bob.limit(symbol, "BUY", "1.000", "100.00");
  await eventually(
    () => http.get("/readyz"),
    ({ body }) => body.history === "open",
  );
  expect(await first.stop()).toBe(0);
  rmSync(join(folder.path, "history", "global"), { recursive: true });
  const second = await start(folder);
  const again = clientOf(second);
  const trades = await eventually(
    () => again.get("/api/v3/historicalTrades", { symbol, fromId: 1 }),
    ({ body }) => body.length > 0,
  );
  expect(trades.body.map(({ id }: { id: number }) => id)).toEqual([1]);
  expect(second.output()).toContain('"outcome":"rebuilding"');
});

test("SIGTERM tells the sockets, answers what is under way, and ends with 0; Ctrl-C likewise", async () => {
  const folder = newFolder();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const running = await start(folder);
    const stream = await StreamClient.open(running.origin, "/ws/btcusdt@trade");
    const code = await running.stop(signal);
    expect([code, await stream.closed(), stream.messages.at(-1)?.e]).toEqual([0, 1001, "serverShutdown"]);
  }
});

test("SIGTERM under load cuts nobody off: every request on a connection is answered, and only then are new ones refused", async () => {
  const folder = newFolder();
  const running = await start(folder);
  const http = clientOf(running);
  const [account] = folder.demoAccounts();
  const trader = new Trader(http, account!);
  const order = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "IOC", quantity: "0.01", price: "50000" };
  const endings: string[] = [];
  let answered = 0;
  let underLoad = (): void => {};
  const loaded = new Promise<void>((resolve) => {
    underLoad = resolve;
  });
  const client = async (): Promise<void> => {
    for (;;) {
      try {
        const { status } = await trader.order(order);
        if (status !== 200) endings.push(`status ${status}`);
      } catch (error) {
        endings.push(String((error as { code?: unknown }).code));
        return;
      }
      answered += 1;
      if (answered === 500) underLoad();
    }
  };
  const clients = Array.from({ length: 8 }, client);
  await loaded;
  const code = await running.stop("SIGTERM");
  await Promise.all(clients);
  expect([code, [...new Set(endings)]]).toEqual([0, ["ECONNREFUSED"]]);
});

test("a second process on one folder, a taken port and a mistaken environment end with 1 and say why", async () => {
  const folder = newFolder();
  const running = await start(folder);
  const { port } = new URL(running.origin);
  const main = "functions/_local/main.ts";
  const answers = [
    await run(main, [], { PORT: "0", TIDEBOOK_DATA_DIR: folder.path }),
    await run(main, [], { PORT: port, TIDEBOOK_DATA_DIR: newFolder().path }),
    await run(main, [], { PORT: "http", TIDEBOOK_SEAL_KEY: "short" }),
  ];
  expect(answers.map(({ code }) => code)).toEqual([1, 1, 1]);
  expect(answers[0]?.stderr).toContain("another process uses");
  expect(answers[1]?.stderr).toContain(`PORT=${port} is taken`);
  expect(answers[2]?.stderr).toBe(
    "Tidebook cannot start: 2 mistake(s) in the environment.\n" +
      "  PORT is a whole number from 0 to 65535\n" +
      "  TIDEBOOK_SEAL_KEY is 32 bytes as 64 hexadecimal digits\n",
  );
});

test("the command line speaks to the exchange, and reads the journal beside it", async () => {
  const folder = newFolder();
  const running = await start(folder);
  const environment = { TIDEBOOK_DATA_DIR: folder.path, TIDEBOOK_ORIGIN: running.origin };
  const ops = (...args: string[]) => run("engine/ops/main.ts", args, environment);
  const created = await ops("account", "create", "carol", "--json");
  const twice = await ops("account", "create", "carol");
  const verified = await ops("journal", "verify", "--json");
  const shown = await ops("journal", "show", "1");
  const early = await ops("journal", "void", "1", "--reason", "a try");
  const misspelt = await ops("acount", "list");
  expect([created, twice, verified, shown, early, misspelt].map(({ code }) => code)).toEqual([0, 1, 0, 0, 1, 2]);
  expect(JSON.parse(created.stdout)).toEqual({ id: 3, name: "carol", canTrade: true, canWithdraw: true });
  expect(JSON.parse(verified.stdout)).toMatchObject({ outcome: "whole", damage: null });
  expect(shown.stdout).toContain('add_asset {"name":"BTC","decimals":8} source=ops');
  expect(early.stderr).toContain("another process uses");
});

test("a request that is no HTTP gets its answer", async () => {
  const running = await start(newFolder());
  expect(await rawAnswer(running.origin, "nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
});
