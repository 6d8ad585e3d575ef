/**
 * The rules of acl.ts, as a real Redis reads them. Without a redis-server on this machine these tests are skipped.
 */
import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AclUser, aclRules, REDIS_ROLES, type RedisRole, usersAcl } from "./acl.ts";
import { findRedis, type RedisServer, startRedis } from "./testing/redis-server.ts";

const ENGINE = "e1";

function passwordOf(role: RedisRole): string {
  return `a-password-of-${role}`;
}

const EDGE_ALLOWED = [
  "PING",
  "INFO server",
  "CLIENT SETNAME edge-commands",
  "XADD cmd:e1:trade * c record r instance",
  "SUBSCRIBE beat:e1 reply:one-instance",
  "UNSUBSCRIBE beat:e1 reply:one-instance",
  "GET beat:e1",
  "HGET keys:e1 !catalog",
  "HMGET keys:e1 !catalog !epoch",
  "HSET limit:ip:203.0.113.9 w 1",
  "HMGET limit:ip:203.0.113.9 w",
  "PEXPIRE limit:ip:203.0.113.9 1000",
  "ZADD limit:bans 1 203.0.113.9",
  "ZRANGEBYSCORE limit:bans 0 +inf WITHSCORES",
  "EVAL return(1) 1 limit:ip:203.0.113.9",
] as const;

const NOBODY = [
  "CONFIG GET maxmemory",
  "CONFIG SET appendonly no",
  "FLUSHALL",
  "FLUSHDB",
  "KEYS *",
  "SCAN 0",
  "ACL LIST",
  "CLIENT LIST",
  "CLIENT KILL TYPE normal",
  "SHUTDOWN",
  "REPLICAOF NO ONE",
  "MONITOR",
  "SAVE",
  "SCRIPT FLUSH",
  "FUNCTION LIST",
  "XADD cmd:e2:trade * c record r instance",
  "XREAD STREAMS cmd:e2:trade 0-0",
  "XGROUP CREATE cmd:e1:trade group 0",
  "PUBLISH beat:e2 beat",
  "PSUBSCRIBE *",
  "PSUBSCRIBE reply:*",
  "HGETALL keys:e2",
] as const;

const EDGE_REFUSED = [
  "XADD cmd:e1:ops * c record r instance",
  "XREAD STREAMS cmd:e1:trade 0-0",
  "XRANGE cmd:e1:trade - +",
  "XTRIM cmd:e1:trade MAXLEN 0",
  "DEL cmd:e1:trade",
  "DEL keys:e1",
  "HSET keys:e1 !epoch 9",
  "SET beat:e1 beat",
  "PUBLISH beat:e1 beat",
  "PUBLISH reply:one-instance answer",
  "SET another-key 1",
  "EVAL return(1) 1 keys:e1",
  "HSET limits 1 1",
  "ZADD keys:e1 1 1",
] as const;

const ALLOWED: Readonly<Record<RedisRole, readonly string[]>> = {
  edge: EDGE_ALLOWED,
  stream: [...EDGE_ALLOWED, "SUBSCRIBE feed:e1", "UNSUBSCRIBE feed:e1"],
  operator: [...EDGE_ALLOWED, "XADD cmd:e1:ops * c record r instance", "SCRIPT KILL"],
  engine: [
    "PING",
    "INFO replication",
    "CLIENT SETNAME engine-commands",
    "XADD cmd:e1:trade * fence 1",
    "XADD cmd:e1:ops * fence 1",
    "XREAD COUNT 1 STREAMS cmd:e1:trade cmd:e1:ops 0-0 0-0",
    "XINFO STREAM cmd:e1:trade",
    "XTRIM cmd:e1:ops MINID 0-1",
    "DEL cmd:e1:trade",
    "PUBLISH reply:one-instance answers",
    "PUBLISH feed:e1 frame",
    "PUBLISH beat:e1 beat",
    "SET beat:e1 beat PX 1000",
    "HGET keys:e1 !epoch",
    "HKEYS keys:e1",
    "EVAL return(redis.call('HSET',KEYS[1],'!epoch','1')) 1 keys:e1",
  ],
};

const REFUSED: Readonly<Record<RedisRole, readonly string[]>> = {
  edge: [...NOBODY, ...EDGE_REFUSED, "SCRIPT KILL", "SUBSCRIBE feed:e1"],
  stream: [...NOBODY, ...EDGE_REFUSED, "SCRIPT KILL", "PUBLISH feed:e1 frame"],
  operator: [...NOBODY, ...EDGE_REFUSED.filter((command) => !command.startsWith("XADD")), "SUBSCRIBE feed:e1"],
  engine: [
    ...NOBODY,
    "GET cmd:e1:trade",
    "SET another-key 1",
    "HMGET limit:ip:203.0.113.9 w",
    "SUBSCRIBE reply:one-instance",
  ],
};

describe.skipIf(findRedis() === null)("Redis users (skipped where there is no redis-server)", () => {
  let server: RedisServer;
  beforeAll(async () => {
    const users = REDIS_ROLES.map((role): AclUser => {
      const password = passwordOf(role);
      if (role === "edge") return { role, passwordSha256: createHash("sha256").update(password).digest("hex") };
      return { role, password };
    });
    server = await startRedis({ acl: usersAcl(ENGINE, users) });
  });
  afterAll(() => server?.stop());

  /** The first word of the server's error, or "allowed": an error of any other kind is none of the rules'. */
  async function verdicts(role: RedisRole, commands: readonly string[]): Promise<Record<string, string>> {
    const redis = new Redis({ port: server.port, username: role, password: passwordOf(role), disableClientInfo: true });
    const answers: Record<string, string> = {};
    for (const command of commands) {
      const [name = "", ...words] = command.split(" ");
      answers[command] = await redis.call(name, ...words).then(
        () => "allowed",
        // There is no script to end.
        (error: Error) => ({ NOPERM: "refused", NOTBUSY: "allowed" })[error.message.split(" ", 1)[0]!] ?? error.message,
      );
    }
    redis.disconnect();
    return answers;
  }

  test.each(REDIS_ROLES)("%s may send what it needs, and nothing of anybody else's", async (role) => {
    const expected = [
      ...ALLOWED[role].map((command) => [command, "allowed"]),
      ...REFUSED[role].map((command) => [command, "refused"]),
    ];
    expect(await verdicts(role, [...ALLOWED[role], ...REFUSED[role]])).toEqual(Object.fromEntries(expected));
  });

  test("a script of an edge may do what the edge itself may, and nothing more", async () => {
    const script = (words: string): string => `EVAL return(redis.call(${words})) 1 limit:ip:203.0.113.9`;
    const scripts = ["'XTRIM','cmd:e1:trade','MAXLEN','0'", "'HSET','keys:e1','!epoch','9'", "'FLUSHALL'"].map(script);
    const answers = await verdicts("edge", scripts);
    expect(Object.values(answers).map((answer) => answer.includes("The user executing the script can't"))).toEqual([
      true,
      true,
      true,
    ]);
  });

  test("the default user is off, and a wrong password is no password", async () => {
    const answers: string[] = [];
    for (const login of [{}, { username: "edge", password: passwordOf("operator") }]) {
      const redis = new Redis({ port: server.port, ...login, lazyConnect: true, retryStrategy: () => null });
      redis.on("error", (error) => answers.push(error.message.split(" ")[0] ?? ""));
      await redis.connect().catch(() => {});
      redis.disconnect();
    }
    expect(answers).toEqual(["NOAUTH", "WRONGPASS"]);
  });
});

test("a name that is a pattern gets no rules", () => {
  expect(() => aclRules("e*", "edge")).toThrow("not a name for an engine: e*");
});

test("a password with a space in it, or a short one, is refused", () => {
  expect(() => usersAcl(ENGINE, [{ role: "edge", password: "long enough but in words" }])).toThrow(
    "none of them a space",
  );
  expect(() => usersAcl(ENGINE, [{ role: "edge", password: "short" }])).toThrow("16 characters at least");
});
