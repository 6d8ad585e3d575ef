/** One socket's subscriptions, apart from any socket: what is told when, and what is given back. */
import { expect, test } from "vitest";
import { type UserData, UserEvent, type UserListener } from "../user-data/user-data.ts";
import { UserSubscriptions, type UserSubscriptionsDeps } from "./user-subscriptions.ts";

function opened(userData: UserData, more: Partial<UserSubscriptionsDeps> = {}) {
  const sent: string[] = [];
  const limits = { subscriptionsMax: 2, subscriptionIdsMax: 3 };
  const deps = {
    userData,
    limits,
    unit: "ms",
    nowUs: () => 7_000,
    lost: () => sent.push("lost"),
    sent: () => {},
  } as const;
  return { sent, subscriptions: new UserSubscriptions({ ...deps, send: (text) => sent.push(text), ...more }) };
}

/** Keeps who listens; each join may do something first. */
function source(onJoin: (listener: UserListener) => void = () => {}) {
  const stopped: number[] = [];
  const listeners: UserListener[] = [];
  const userData: UserData = {
    async subscribe(account, _keyId, listener) {
      listeners.push(listener);
      onJoin(listener);
      return () => stopped.push(account);
    },
  };
  return { userData, listeners, stopped };
}

const event = (name: string): UserEvent => new UserEvent(() => ({ e: name }));

test("what happens before the answer is told behind it, in order", async () => {
  const { userData, listeners } = source((listener) => listener.event(event("first")));
  const { sent, subscriptions } = opened(userData);
  const { id, open } = await subscriptions.add(1, 1, "signature");
  listeners[0]?.event(event("second"));
  const before = [...sent];
  open();
  listeners[0]?.event(event("third"));
  const told = (name: string): string => `{"subscriptionId":0,"event":{"e":"${name}"}}`;
  expect([id, before, sent]).toEqual([0, [], [told("first"), told("second"), told("third")]]);
});

test("a key that goes before the answer ends the subscription behind it", async () => {
  const { userData, stopped } = source((listener) => listener.ended("key_gone"));
  const { sent, subscriptions } = opened(userData);
  const { open } = await subscriptions.add(1, 1, "signature");
  open();
  expect([sent, subscriptions.ids(), stopped]).toEqual([
    ['{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":7}}'],
    [],
    [1],
  ]);
});

test("so many at a time, so many ids over a life: the words differ, the code does not", async () => {
  const { userData } = source();
  const { subscriptions } = opened(userData);
  const add = async (account: number): Promise<string> => {
    try {
      const { id, open } = await subscriptions.add(account, 1, "signature");
      open();
      return String(id);
    } catch (error) {
      return String(error);
    }
  };
  const tried = [await add(1), await add(2), await add(3)];
  subscriptions.remove(0);
  tried.push(await add(3));
  subscriptions.remove(null);
  tried.push(await add(4));
  expect(tried).toEqual([
    "0",
    "1",
    "Refusal: Maximum number of subscriptions reached for this connection.",
    "2",
    "Refusal: Maximum subscription ID reached for this connection.",
  ]);
});

test("a key that expires takes its subscription with it, and no other", async () => {
  const { userData, stopped } = source();
  const { sent, subscriptions } = opened(userData);
  for (const [account, expiresUs] of [
    [1, 9_000],
    [2, 0],
  ] as const) {
    const { open } = await subscriptions.add(account, account, "signature", expiresUs);
    open();
  }
  subscriptions.checkTime(9_000);
  const before = subscriptions.ids();
  subscriptions.checkTime(9_001);
  expect([before, subscriptions.ids(), sent.length, stopped]).toEqual([[0, 1], [1], 1, [1]]);
});

test("a socket that has gone hears nothing and holds nothing, of what was being joined too", async () => {
  const { userData, listeners, stopped } = source();
  const { sent, subscriptions } = opened(userData);
  const first = await subscriptions.add(1, 1, "signature");
  first.open();
  const joining = subscriptions.add(2, 1, "signature");
  subscriptions.stop();
  (await joining).open();
  for (const listener of listeners) listener.event(event("late"));
  expect([sent, stopped.toSorted()]).toEqual([[], [1, 2]]);
});

test("lost events are said to the socket, which is to begin anew", async () => {
  const { userData, listeners } = source();
  const { sent, subscriptions } = opened(userData);
  const { open } = await subscriptions.add(1, 1, "session");
  open();
  listeners[0]?.ended("lost");
  expect(sent).toEqual(["lost"]);
});
