/** What a newcomer reads says what trades, how to change that, and an order that really trades there. */
import { expect, test } from "vitest";
import { greetingOf } from "./greeting.ts";

const folder = {
  root: ".data",
  demoAccounts: ".data/demo-accounts.json",
  operatorTokenFile: ".data/operator-token",
} as Parameters<typeof greetingOf>[0]["folder"];

interface Where {
  readonly origin: string;
  readonly publicOrigin: string;
  readonly host: string;
}
const HERE: Where = { origin: "http://127.0.0.1:8080", publicOrigin: "http://localhost:8080", host: "127.0.0.1" };

function linesWith(trading: "bots" | "replay" | "nobody", pattern: RegExp, where = HERE): readonly string[] {
  const prepared = { outcome: "ready", made: true } as const;
  const text = greetingOf({ ...where, folder, prepared }, where.host, 1, trading);
  return text.split("\n").filter((line) => pattern.test(line));
}

test("a browser is sent to the one origin at which people sign in", () => {
  const shown = (where: Where): readonly string[] => linesWith("bots", /browser/, where);
  const proxied = { ...HERE, host: "0.0.0.0", publicOrigin: "https://exchange.example.org" };
  expect([shown(HERE), shown(proxied), shown({ ...HERE, host: "0.0.0.0" })]).toEqual([
    ["Trade in a browser: http://localhost:8080"],
    ["Trade in a browser: https://exchange.example.org"],
    [
      "Trade in a browser: http://localhost:8080",
      "         Only browsers of this machine can sign in, at http://localhost:8080: for others set PUBLIC_ORIGIN.",
    ],
  ]);
});

test("where bots trade, one order at the market is a trade; in an empty book it takes two", () => {
  const orders = (trading: "bots" | "replay" | "nobody") =>
    linesWith(trading, /q="symbol/).map((line) => /side=\w+&type=\w+/.exec(line)?.[0]);
  expect([orders("bots"), orders("replay"), orders("nobody")]).toEqual([
    ["side=BUY&type=MARKET"],
    ["side=BUY&type=MARKET"],
    ["side=SELL&type=LIMIT", "side=BUY&type=MARKET"],
  ]);
});

test("it says who trades, and how to have it otherwise", () => {
  expect((["bots", "replay", "nobody"] as const).map((trading) => linesWith(trading, /bots|Bots|capture/))).toEqual([
    ["Bots trade on all instruments. Without them: npm start -- --no-bots (or TIDEBOOK_BOTS=0)."],
    ["A capture is replayed on BTCUSDT, over and over. The demo's bots instead: npm start."],
    ["Nobody trades but you. The demo's bots: npm start (without --no-bots and TIDEBOOK_BOTS=0)."],
  ]);
});
