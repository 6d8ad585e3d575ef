/** Listen keys in a real Redis, by the edge's own user. Skipped where there is no redis-server. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LISTEN_KEY_MS } from "../listen-keys.ts";
import { usersAcl } from "../redis/acl.ts";
import { connectRedis } from "../redis/connection.ts";
import { findRedis, type RedisServer, startRedis } from "../redis/testing/redis-server.ts";
import { A_KEY, listenKeysSuite } from "../testing/listen-keys-suite.ts";
import { RedisLane } from "./redis-lane.ts";
import { RedisListenKeys } from "./redis-listen-keys.ts";

const missing = findRedis() === null;
const PASSWORD = "password-of-the-tests";

describe.skipIf(missing)(`in Redis${missing ? " (skipped: no redis-server)" : ""}`, () => {
  let server: RedisServer;
  let lane: RedisLane;
  beforeAll(async () => {
    const acl = `user admin on >${PASSWORD} ~* &* +@all\n${usersAcl("e1", [{ role: "stream", password: PASSWORD }])}`;
    server = await startRedis({ acl });
    const url = `redis://stream:${PASSWORD}@127.0.0.1:${server.port}`;
    lane = new RedisLane(async () => connectRedis({ url, name: "stream", kind: "commands" }, () => {}));
    lane.start();
  });
  afterAll(async () => {
    lane?.close();
    await server?.stop();
  });

  listenKeysSuite(async () => new RedisListenKeys(lane));

  test("the key and the entry of its API key end by themselves, an hour after they were last asked for", async () => {
    const keys = new RedisListenKeys(lane);
    await keys.open({ account: 9, keyId: 91 }, A_KEY.replace("a", "e"));
    const admin = connectRedis(
      { url: `redis://admin:${PASSWORD}@127.0.0.1:${server.port}`, name: "admin", kind: "commands" },
      () => {},
    );
    await new Promise<void>((resolve) => void admin.once("ready", () => resolve()));
    const left = [await admin.pttl("listen:holder:91"), await admin.pttl(`listen:key:${A_KEY.replace("a", "e")}`)];
    admin.disconnect();
    expect(left.every((ms) => ms > LISTEN_KEY_MS - 60_000 && ms <= LISTEN_KEY_MS)).toBe(true);
  });
});
