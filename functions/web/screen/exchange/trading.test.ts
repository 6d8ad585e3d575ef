/** What is sent to the exchange, and how often, when an answer does not come. */
import { expect, test } from "vitest";
import type { Answer, Order, Parameters } from "./contract.ts";
import { refusedHere, unknownOutcome } from "./refusal.ts";
import { tradingOf } from "./trading.ts";

const ORDER = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "1", price: "2" };
const UNKNOWN = unknownOutcome("Timeout waiting for response from backend server.");

/** @param placed what the exchange says of `order.place`. @returns every request, by method and the order's own id. */
async function sentWith(placed: Answer<unknown>): Promise<{ sent: readonly string[]; answer: Answer<Order> }> {
  const sent: string[] = [];
  const refused = (): void => void sent.push("refused");
  const request = async (method: string, parameters: Parameters = {}): Promise<Answer<unknown>> => {
    sent.push(`${method} ${parameters.newClientOrderId ?? parameters.origClientOrderId}`);
    return method === "order.place" ? placed : { outcome: "ok", value: { ...ORDER, orderId: 7 } };
  };
  const trading = tradingOf({ request, openOrders: () => [], nowMs: () => 0, refused });
  return { answer: await trading.place({ ...ORDER, newClientOrderId: "mine" }), sent };
}

test("I43: an order whose answer never came is looked up by its own id, and not sent again", async () => {
  const { sent, answer } = await sentWith(UNKNOWN);
  expect(sent).toEqual(["order.place mine", "order.status mine"]);
  expect(answer).toMatchObject({ outcome: "ok", value: { orderId: 7 } });
});

test("I43: an order that is refused is sent once, and it is said: its market may have been halted", async () => {
  expect((await sentWith(refusedHere("No."))).sent).toEqual(["order.place mine", "refused"]);
});
