/** Listen keys of one process; what is said here is true of those in Redis too (edge/redis-listen-keys.services.test.ts). */
import { expect, test } from "vitest";
import { LISTEN_KEY_MS, MemoryListenKeys } from "./listen-keys.ts";
import { A_KEY, listenKeysSuite, OTHER_KEY } from "./testing/listen-keys-suite.ts";

listenKeysSuite(async () => new MemoryListenKeys(() => 0));

test("a key lives an hour from the last time that it was asked for or extended, and then it is forgotten", async () => {
  let nowMs = 0;
  const keys = new MemoryListenKeys(() => nowMs);
  const holder = { account: 1, keyId: 7 };
  await keys.open(holder, A_KEY);
  nowMs += LISTEN_KEY_MS - 1;
  await keys.open(holder, OTHER_KEY);
  nowMs += LISTEN_KEY_MS - 1;
  const extended = await keys.extend(holder, A_KEY);
  nowMs += LISTEN_KEY_MS - 1;
  const alive = await keys.find(A_KEY);
  nowMs += 1;
  expect([
    extended,
    alive,
    await keys.find(A_KEY),
    await keys.extend(holder, A_KEY),
    await keys.open(holder, OTHER_KEY),
  ]).toEqual([true, holder, null, false, OTHER_KEY]);
});
