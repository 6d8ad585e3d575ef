/** Reads of an edge while there is no Redis. */
import { afterEach, expect, test, vi } from "vitest";
import { RedisLane } from "./redis-lane.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("a read waits two seconds for a connection, says 'not sent', and leaves nothing behind", async () => {
  vi.useFakeTimers();
  const lane = new RedisLane(() => new Promise(() => {}));
  const read = lane.text("beat:e1").catch(({ code }: { code: string }) => code);
  await vi.advanceTimersByTimeAsync(1_999);
  const during = lane.waiting;
  await vi.advanceTimersByTimeAsync(1);
  expect([during, await read, lane.waiting]).toEqual([1, "not_sent", 0]);
});
