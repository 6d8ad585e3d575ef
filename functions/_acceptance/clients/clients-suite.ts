/** All that unpatched clients do, on any origin. */
import { afterAll, beforeAll, describe } from "vitest";
import type { Target } from "../target.ts";
import { binanceRestSuite } from "./binance-rest-suite.ts";
import { binanceSocketsSuite } from "./binance-sockets-suite.ts";
import { ccxtErrorsSuite } from "./ccxt-errors-suite.ts";
import { ccxtMarketDataSuite } from "./ccxt-market-data-suite.ts";
import { ccxtOrdersSuite } from "./ccxt-orders-suite.ts";
import { ccxtStreamsSuite } from "./ccxt-streams-suite.ts";
import { conformanceSuite } from "./conformance-suite.ts";

/** Declares the suite's tests. @param open the exchange under test; closed at the end. */
export function clientsSuite(open: () => Promise<Target>): void {
  let opened: Target;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  const target = (): Target => opened;

  describe("ccxt reads the market", () => ccxtMarketDataSuite(target));
  describe("ccxt trades", () => ccxtOrdersSuite(target));
  describe("ccxt understands our refusals", () => ccxtErrorsSuite(target));
  describe("ccxt by WebSocket", () => ccxtStreamsSuite(target));
  describe("binance by REST", () => binanceRestSuite(target));
  describe("binance by WebSocket", () => binanceSocketsSuite(target));
  describe("what breaks whom", () => conformanceSuite(target));
}
