/** What is asked of the market's socket while listeners come and go and connections break. */
import { expect, test } from "vitest";
import { type StreamListener, StreamSubscriptions } from "./stream-subscriptions.ts";

function listener(name: string, heard: string[]): StreamListener {
  return {
    subscribed: () => heard.push(`${name} subscribed`),
    lost: () => heard.push(`${name} lost`),
    event: (data) => heard.push(`${name} ${String(data)}`),
  };
}

test("ten listeners are one subscription, and the last one to leave ends it", () => {
  const subscriptions = new StreamSubscriptions();
  const listeners = Array.from({ length: 10 }, () => listener("x", []));
  for (const each of listeners) subscriptions.add("a@trade", each);
  const first = subscriptions.plan();
  for (const each of listeners.slice(1)) subscriptions.remove("a@trade", each);
  const second = subscriptions.plan();
  subscriptions.remove("a@trade", listeners[0]!);
  expect([first, second, subscriptions.plan()]).toEqual([
    { subscribe: ["a@trade"], unsubscribe: [] },
    { subscribe: [], unsubscribe: [] },
    { subscribe: [], unsubscribe: ["a@trade"] },
  ]);
});

test("who comes and goes before anything was said is not spoken of", () => {
  const subscriptions = new StreamSubscriptions();
  for (let symbol = 0; symbol < 1_000; symbol++) {
    const passing = listener("x", []);
    subscriptions.add(`${symbol}@trade`, passing);
    subscriptions.remove(`${symbol}@trade`, passing);
  }
  expect(subscriptions.plan()).toEqual({ subscribe: [], unsubscribe: [] });
});

test("after a lost connection everything wanted is asked for again, and heard again once the exchange says yes", () => {
  const heard: string[] = [];
  const subscriptions = new StreamSubscriptions();
  subscriptions.add("a@trade", listener("a", heard));
  subscriptions.acknowledged(subscriptions.plan().subscribe);
  subscriptions.deliver("a@trade", 1);
  subscriptions.lose();
  const again = subscriptions.plan();
  subscriptions.acknowledged(again.subscribe);
  subscriptions.deliver("b@trade", 2);
  expect([again.subscribe, heard]).toEqual([["a@trade"], ["a subscribed", "a 1", "a lost", "a subscribed"]]);
});

test("a yes that comes after everybody has left wakes nobody; who comes to a stream that is heard is told so", () => {
  const heard: string[] = [];
  const subscriptions = new StreamSubscriptions();
  const gone = listener("gone", heard);
  subscriptions.add("a@trade", gone);
  const { subscribe } = subscriptions.plan();
  subscriptions.remove("a@trade", gone);
  subscriptions.plan();
  subscriptions.acknowledged(subscribe);
  const first = subscriptions.add("b@trade", listener("b", heard));
  subscriptions.acknowledged(subscriptions.plan().subscribe);
  expect([first, subscriptions.add("b@trade", listener("c", heard)), heard]).toEqual([false, true, ["b subscribed"]]);
});

test("where there is room for one message, what is begun is said first and what ends waits for its turn", () => {
  const subscriptions = new StreamSubscriptions();
  const left = listener("left", []);
  subscriptions.add("a@kline_1m", left);
  subscriptions.plan();
  subscriptions.remove("a@kline_1m", left);
  subscriptions.add("a@kline_1s", listener("entered", []));
  const said = [subscriptions.plan(1), subscriptions.isBehind, subscriptions.plan(1), subscriptions.isBehind];
  expect(said).toEqual([
    { subscribe: ["a@kline_1s"], unsubscribe: [] },
    true,
    { subscribe: [], unsubscribe: ["a@kline_1m"] },
    false,
  ]);
});
