/**
 * What a connection promises when its server goes, hangs, or speaks TLS. Skipped where there is no redis-server, or no openssl
 * to make certificates.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterEach, describe, expect, test } from "vitest";
import { connectRedis, type RedisLogLine } from "./connection.ts";
import { until } from "./testing/bus-world.ts";
import { findRedis, startRedis } from "./testing/redis-server.ts";
import { startTcpProxy } from "./testing/tcp-proxy.ts";

describe.skipIf(findRedis() === null)("a connection to Redis (skipped where there is no redis-server)", () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function start() {
    const server = await startRedis();
    ends.push(() => server.stop());
    const wire = await startTcpProxy(server.port);
    ends.push(() => wire.stop());
    const lines: RedisLogLine[] = [];
    const redis = connect(`redis://127.0.0.1:${wire.port}`, lines);
    await until(() => redis.status === "ready");
    return { server, wire, lines, redis };
  }

  function connect(url: string, lines: RedisLogLine[], ca?: string): Redis {
    const options = { url, name: "test", kind: "commands", ...(ca === undefined ? {} : { ca }) } as const;
    const redis = connectRedis(options, (line) => lines.push(line));
    ends.push(async () => redis.disconnect());
    return redis;
  }

  test("a command whose answer is cut off is rejected at once, and leaves one entry, not two", async () => {
    const { wire, redis } = await start();
    const cut = wire.cutAt("to_client", "-0");
    const added = redis.xadd("stream", "1-0", "a", "b").then(
      () => "added",
      (error: Error) => error.name,
    );
    await cut;
    expect(await added).toBe("MaxRetriesPerRequestError");
    await expect(redis.ping()).rejects.toThrow("Stream isn't writeable");
    wire.refuse(false);
    await until(() => redis.status === "ready");
    expect(await redis.xlen("stream")).toBe(1);
  });

  test("a server that hangs is left, and one that answers is found again, with a line for each and no more", async () => {
    const { wire, lines, redis } = await start();
    wire.hold("to_client");
    await expect(redis.ping()).rejects.toThrow("Command timed out");
    await until(() => redis.status !== "ready");
    wire.release("to_client");
    await until(() => redis.status === "ready");
    const connection = "test-commands";
    expect(lines.map(({ at, outcome, connection: name }) => ({ at, outcome, connection: name }))).toEqual([
      { at: "redis", outcome: "connected", connection },
      { at: "redis", outcome: "failed", connection },
      { at: "redis", outcome: "disconnected", connection },
      { at: "redis", outcome: "connected", connection },
    ]);
  });

  test("a wrong password is one line, however often it is tried, and the connection keeps trying", async () => {
    const { server } = await start();
    const lines: RedisLogLine[] = [];
    const redis = connect(`redis://edge:a-secret-word@127.0.0.1:${server.port}`, lines);
    let closed = 0;
    redis.on("close", () => {
      closed += 1;
    });
    await until(() => closed >= 3);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).toContain("WRONGPASS");
    expect(JSON.stringify(lines)).not.toContain("a-secret-word");
  });

  test.skipIf(!hasOpenssl())(
    "rediss:// speaks TLS with the authority that it is given, and with no other (skipped without openssl)",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "tidebook-tls-"));
      ends.push(async () => rmSync(folder, { recursive: true }));
      const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
      const subject = ["-subj", "/CN=redis", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
      const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, ...subject];
      execFileSync("openssl", made, { stdio: "ignore" });
      const server = await startRedis({ tls: { certificate, key, authority: certificate } });
      ends.push(() => server.stop());

      const url = `rediss://localhost:${server.port}`;
      const trusting = connect(url, [], readFileSync(certificate, "utf8"));
      await until(() => trusting.status === "ready");
      expect(await trusting.ping()).toBe("PONG");
      const lines: RedisLogLine[] = [];
      connect(url, lines);
      await until(() => lines.length > 0);
      expect(lines[0]).toMatchObject({ outcome: "failed", reason: expect.stringContaining("self-signed certificate") });
    },
  );
});

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    // Not here: the test says so.
    return false;
  }
}
