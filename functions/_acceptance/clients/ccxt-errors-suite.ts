/** What we refuse becomes the exception that ccxt's users catch. */
import ccxt from "ccxt";
import { afterEach, expect, test } from "vitest";
import type { Target } from "../target.ts";
import { type CcxtMarket, ClientsMade, ccxtMarket } from "./client-market.ts";
import { type Credentials, documentedCcxt } from "./documented.ts";

/** The exception's class and what it says. */
async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  try {
    return ["no error", await work];
  } catch (error) {
    if (!(error instanceof ccxt.BaseError)) throw error;
    return [error.constructor.name, error.message];
  }
}
const says = (name: string, words: string): unknown => [name, expect.stringContaining(words)];

/** Declares the suite's tests. */
export function ccxtErrorsSuite(target: () => Target): void {
  const made = new ClientsMade();
  afterEach(() => made.end());
  const market = (): Promise<CcxtMarket> => ccxtMarket(target(), made);

  test("orders that the exchange refuses are InsufficientFunds, InvalidOrder, OrderImmediatelyFillable, OperationFailed", async () => {
    const { id, symbol, a, b } = await market();
    const nothingThere = await thrownBy(a.createOrder(symbol, "market", "sell", 1));
    await b.createOrder(symbol, "limit", "buy", 1, 100);
    await a.createOrder(symbol, "limit", "sell", 1, 100);
    await b.createOrder(symbol, "limit", "buy", 1, 99, { clientOrderId: "once" });
    const raw = (more: object): Promise<unknown> =>
      a.privatePostOrder({
        symbol: id,
        side: "SELL",
        type: "LIMIT",
        timeInForce: "GTC",
        quantity: 1,
        price: 100,
        ...more,
      });
    expect([
      nothingThere,
      await thrownBy(a.createOrder(symbol, "limit", "sell", 1_000, 100)),
      await thrownBy(a.createOrder(symbol, "limit", "buy", 2_000, 100)),
      await thrownBy(a.createPostOnlyOrder(symbol, "limit", "sell", 1, 98)),
      await thrownBy(a.createOrder(symbol, "market", "sell", 1, undefined, { stopLossPrice: 101 })),
      await thrownBy(b.createOrder(symbol, "limit", "buy", 1, 98, { clientOrderId: "once" })),
      await thrownBy(raw({ price: "100.005" })),
      await thrownBy(raw({ quantity: "1.0005" })),
      await thrownBy(raw({ quantity: "0.001" })),
      await thrownBy(raw({ price: "100.123456789" })),
      await thrownBy(raw({ type: "NONSENSE" })),
      await thrownBy(raw({ price: "" })),
    ]).toEqual([
      says("OperationFailed", "No orders on book for symbol."),
      says("InsufficientFunds", "Account has insufficient balance for requested action."),
      says("InsufficientFunds", "Account has insufficient balance for requested action."),
      says("OrderImmediatelyFillable", "Order would immediately match and take."),
      says("OrderImmediatelyFillable", "Order would trigger immediately."),
      // ccxt has no class of its own for this code.
      says("InvalidOrder", "Duplicate order sent."),
      says("InvalidOrder", "PRICE_FILTER"),
      says("InvalidOrder", "LOT_SIZE"),
      says("BadRequest", "NOTIONAL"),
      says("BadRequest", "Parameter 'price' has too much precision."),
      says("BadRequest", "Invalid orderType."),
      says("BadRequest", "Mandatory parameter 'price' was not sent, was empty/null, or malformed."),
    ]);
  });

  test("orders that are not there are OrderNotFound, read, canceled and edited; a market that is not there is BadSymbol", async () => {
    const { symbol, a } = await market();
    expect([
      await thrownBy(a.fetchOrder("999999999", symbol)),
      await thrownBy(a.cancelOrder("999999999", symbol)),
      await thrownBy(a.cancelAllOrders(symbol)),
      await thrownBy(a.publicGetDepth({ symbol: "NOSUCH" })),
      await thrownBy(a.privateGetMyTrades({ symbol: "NOSUCH" })),
    ]).toEqual([
      says("OrderNotFound", "Order does not exist."),
      says("OrderNotFound", "Unknown order sent."),
      says("OrderNotFound", "Unknown order sent."),
      says("BadSymbol", "Invalid symbol."),
      says("BadSymbol", "Invalid symbol."),
    ]);
  });

  test("wrong keys, signatures and clocks are AuthenticationError and InvalidNonce; a halted market is MarketClosed", async () => {
    const { id, symbol, alice, a } = await market();
    const as = async (credentials: Credentials, ahead = 0, recvWindow = 5_000): Promise<unknown> => {
      const client = await documentedCcxt(target().http.origin, credentials);
      client.options.recvWindow = recvWindow;
      // The client's own setting for a clock that is off.
      client.options.timeDifference = -ahead;
      const thrown = await thrownBy(client.privateGetAccount());
      await client.close();
      return thrown;
    };
    const answers = [
      await as({ ...alice, apiKey: "x".repeat(64) }),
      await as({ ...alice, apiKey: "short and wrong" }),
      await as({ ...alice, secret: "wrong" }),
      await as(alice, -10_000),
      await as(alice, 10_000),
    ];
    await target().operator.must("POST", "/halts", { symbol: id, status: "halt" });
    const halted = await thrownBy(a.createOrder(symbol, "limit", "sell", 1, 100));
    await target().operator.must("DELETE", `/halts/${id}`);
    expect([...answers, halted]).toEqual([
      says("AuthenticationError", "Invalid API-key, IP, or permissions for action."),
      says("AuthenticationError", "API-key format invalid."),
      says("AuthenticationError", "Signature for this request is not valid."),
      says("InvalidNonce", "Timestamp for this request is outside of the recvWindow."),
      says("InvalidNonce", "Timestamp for this request was 1000ms ahead of the server's time."),
      says("MarketClosed", "Market is closed."),
    ]);
  });
}
