/** The stream's settings: the fewest that do, and every mistake at once. */
import { expect, test } from "vitest";
import { clientAddress, NO_PROXIES } from "../api/client-address.ts";
import { DEFAULT_LIMITS } from "../api/limits/limiter.ts";
import { readStreamSettings } from "./settings.ts";

const FEWEST = {
  REDIS_URL: "redis://stream:password@redis:6379",
  TIDEBOOK_INTERNAL_TOKEN: "0123456789abcdef",
  TIDEBOOK_SEAL_KEY: "07".repeat(32),
  TIDEBOOK_ENGINE_URL: "http://engine:8081",
};

test("four settings have no default; the others are those of the cluster", () => {
  expect(readStreamSettings(FEWEST)).toEqual({
    outcome: "ok",
    settings: {
      host: "0.0.0.0",
      port: 8_080,
      internalPort: 8_081,
      publicOrigin: null,
      engine: "e1",
      redisUrl: FEWEST.REDIS_URL,
      redisCa: null,
      internalToken: FEWEST.TIDEBOOK_INTERNAL_TOKEN,
      sealingKey: Buffer.alloc(32, 7),
      engineUrl: FEWEST.TIDEBOOK_ENGINE_URL,
      historyUrl: null,
      proxies: NO_PROXIES,
      limits: DEFAULT_LIMITS,
    },
  });
});

test("proxies are counted, listed, or both", () => {
  const read = readStreamSettings({
    ...FEWEST,
    TIDEBOOK_FORWARDED_HOPS: "1",
    TRUSTED_PROXIES: "10.0.0.0/8, 2001:db8::7",
  });
  if (read.outcome !== "ok") throw new Error(read.mistakes.join());
  const { proxies } = read.settings;
  expect(clientAddress("127.0.0.1", "203.0.113.9, 2001:db8::7, 10.0.0.7", proxies)).toBe("203.0.113.9");
});

test("the public origin is read as browsers write it", () => {
  const read = (text: string): unknown => {
    const answer = readStreamSettings({ ...FEWEST, PUBLIC_ORIGIN: text });
    return answer.outcome === "ok" ? answer.settings.publicOrigin : answer.mistakes.join();
  };
  expect(
    ["https://Exchange.Example.org:443/", "http://localhost:8080", "exchange.example.org", "https://a@b.org"].map(read),
  ).toEqual([
    "https://exchange.example.org",
    "http://localhost:8080",
    "PUBLIC_ORIGIN is an address like https://exchange.example.org",
    "PUBLIC_ORIGIN is an address without a path",
  ]);
});

test("every mistake is told at once, and no secret with it", () => {
  const environment = {
    PORT: "http",
    PUBLIC_ORIGIN: "https://exchange.example.org/trade",
    TIDEBOOK_ENGINE: "E 1",
    REDIS_URL: "http://user:secret@redis",
    TIDEBOOK_REDIS_CA: "ca.pem",
    TIDEBOOK_INTERNAL_TOKEN: "short",
    TIDEBOOK_SEAL_KEY: "07",
    TIDEBOOK_HISTORY_URL: "http://market-data/api",
    TIDEBOOK_FORWARDED_HOPS: "-1",
    TRUSTED_PROXIES: "10.0.0.0/8, 10.0.0.0/33",
  };
  expect(readStreamSettings(environment)).toEqual({
    outcome: "mistakes",
    mistakes: [
      "PORT is a whole number from 0 to 65535",
      "PUBLIC_ORIGIN is an address without a path",
      "TIDEBOOK_ENGINE is a name of small letters, digits and hyphens, up to 63",
      "REDIS_URL is an address like redis://user:password@host:6379, or rediss:// for TLS",
      "TIDEBOOK_REDIS_CA is a certificate as PEM text",
      "TIDEBOOK_INTERNAL_TOKEN has at least 16 characters",
      "TIDEBOOK_SEAL_KEY is 32 bytes as 64 hexadecimal digits",
      "TIDEBOOK_ENGINE_URL is not set",
      "TIDEBOOK_HISTORY_URL is an address without a path",
      "TIDEBOOK_FORWARDED_HOPS is a whole number from 0 to 10",
      "TRUSTED_PROXIES is addresses or ranges like 10.0.0.0/8, separated by commas",
    ],
  });
});
