/** The order of the last words of an engine that stops on purpose. */
import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";
import { expect, test } from "vitest";
import type { Beat } from "../../protocol/bus-messages.ts";
import { Pulse } from "./beat.ts";

test("a beat that was on its way when the engine announced its restart does not follow the announcement", async () => {
  const said: string[] = [];
  const fakeRedis = Object.assign(new EventEmitter(), {
    publish: async (_channel: string, text: string) => said.push(`channel ${(JSON.parse(text) as Beat).state}`),
    set: async (_key: string, text: string, _px: string, ms: number) =>
      said.push(`key ${(JSON.parse(text) as Beat).state} ${ms}`),
  }) as unknown as Redis;
  const preparing = Promise.withResolvers<void>();
  const prepared = Promise.withResolvers<void>();
  const pulse = new Pulse({
    redis: fakeRedis,
    name: "beat:e1",
    beat: () => ({ engine: "e1", epoch: 1, headSeq: 0, queued: 0, backlog: 0, catalogVersion: 0, keysVersion: 0 }),
    prepare: () => {
      preparing.resolve();
      return prepared.promise;
    },
    after: () => {},
    log: () => {},
  });
  fakeRedis.emit("ready");
  await preparing.promise;
  await pulse.restarting();
  prepared.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(said).toEqual(["channel restarting", "key restarting 8000"]);
});
