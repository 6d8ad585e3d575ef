/** All that unpatched clients do, on any origin. */
import { afterAll, beforeAll, describe } from "vitest";
import { eventually, type Target } from "../target.ts";
import { binanceRestSuite } from "./binance-rest-suite.ts";
import { binanceSocketsSuite } from "./binance-sockets-suite.ts";
import { ccxtErrorsSuite } from "./ccxt-errors-suite.ts";
import { ccxtMarketDataSuite } from "./ccxt-market-data-suite.ts";
import { ccxtOrdersSuite } from "./ccxt-orders-suite.ts";
import { ccxtStreamsSuite } from "./ccxt-streams-suite.ts";
import { clientMarket } from "./client-market.ts";
import { conformanceSuite } from "./conformance-suite.ts";
import { type Held, hold, holdSuite } from "./hold-suite.ts";
import { HostsAsked, hostsSuite } from "./hosts-suite.ts";

/** In the suite; the soak takes minutes. */
const HOLD = { seconds: 30, seed: 20_261_121 };

/** Declares the suite's tests. @param open the exchange under test; closed at the end. */
export function clientsSuite(open: () => Promise<Target>): void {
  const asked = new HostsAsked();
  let opened: Target;
  let holding: Promise<Held>;
  beforeAll(async () => {
    opened = await open();
    const { id } = await clientMarket(opened);
    // History opens behind trading.
    await eventually(
      () => opened.http.get("/api/v3/historicalTrades", { symbol: id, fromId: 1 }),
      ({ status }) => status === 200,
    );
    // Beside the other tests, which have it easier than they would on a busy exchange otherwise.
    holding = hold(opened, HOLD);
    // Its own tests tell of its failure.
    holding.catch(() => {});
  });
  afterAll(async () => {
    await Promise.allSettled([holding]);
    asked.end();
    await opened?.close();
  });
  const target = (): Target => opened;

  describe("ccxt reads the market", () => ccxtMarketDataSuite(target));
  describe("ccxt trades", () => ccxtOrdersSuite(target));
  describe("ccxt understands our refusals", () => ccxtErrorsSuite(target));
  describe("ccxt by WebSocket", () => ccxtStreamsSuite(target));
  describe("binance by REST", () => binanceRestSuite(target));
  describe("binance by WebSocket", () => binanceSocketsSuite(target));
  describe("what breaks whom", () => conformanceSuite(target));
  describe("held under load", () => holdSuite(() => holding, HOLD));
  describe("nobody else is asked", () => hostsSuite(target, asked));
}
