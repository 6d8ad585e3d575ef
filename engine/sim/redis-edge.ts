/** An edge as a function has one, over a real Redis: its client, and the way to close it. Tests only. */
import { randomUUID } from "node:crypto";
import { BeatWatch } from "../bus/edge/beat-watch.ts";
import { systemClock } from "../bus/edge/edge-clock.ts";
import { RedisEngineClient } from "../bus/edge/redis-engine-client.ts";
import { RedisLane } from "../bus/edge/redis-lane.ts";
import { RedisSubscriber } from "../bus/edge/redis-subscriber.ts";
import { wallClockUs } from "../bus/edge/wall-clock.ts";
import type { EngineClient } from "../bus/engine-client.ts";
import { connectRedis, type RedisConnectionKind } from "../bus/redis/connection.ts";
import { busNames } from "../protocol/bus-messages.ts";

export interface RedisEdge {
  readonly client: EngineClient;
  readonly faults: readonly unknown[];
  close(): Promise<void>;
}

export function redisEdge(url: string, engine = "e1"): RedisEdge {
  const faults: unknown[] = [];
  const open = (kind: RedisConnectionKind) => async () => connectRedis({ url, name: "test-edge", kind }, () => {});
  const clock = { ...systemClock, nowUs: wallClockUs };
  const lane = new RedisLane(open("commands"));
  const subscriber = new RedisSubscriber(open("subscriber"), clock, () => {});
  const beats = new BeatWatch(clock);
  beats.listen(busNames(engine), subscriber, (key) => lane.text(key));
  const client = new RedisEngineClient({
    engine,
    instance: `test-edge-${randomUUID()}`,
    lane,
    subscriber,
    beats,
    clock,
    reportFault: (fault) => faults.push(fault),
  });
  return {
    client,
    faults,
    async close() {
      await client.close();
      lane.close();
      subscriber.close();
    },
  };
}
