/** The stream's settings: the fewest that do, and every mistake at once. */
import { expect, test } from "vitest";
import { readStreamSettings } from "./settings.ts";

const FEWEST = {
  REDIS_URL: "redis://stream:password@redis:6379",
  TIDEBOOK_INTERNAL_TOKEN: "0123456789abcdef",
  TIDEBOOK_ENGINE_URL: "http://engine:8081",
};

test("three settings have no default; the others are those of the cluster", () => {
  expect(readStreamSettings(FEWEST)).toEqual({
    outcome: "ok",
    settings: {
      host: "0.0.0.0",
      port: 8_080,
      internalPort: 8_081,
      engine: "e1",
      redisUrl: FEWEST.REDIS_URL,
      redisCa: null,
      internalToken: FEWEST.TIDEBOOK_INTERNAL_TOKEN,
      engineUrl: FEWEST.TIDEBOOK_ENGINE_URL,
      historyUrl: null,
    },
  });
});

test("every mistake is told at once, and no secret with it", () => {
  const environment = {
    PORT: "http",
    TIDEBOOK_ENGINE: "E 1",
    REDIS_URL: "http://user:secret@redis",
    TIDEBOOK_REDIS_CA: "ca.pem",
    TIDEBOOK_INTERNAL_TOKEN: "short",
    TIDEBOOK_HISTORY_URL: "http://market-data/api",
  };
  expect(readStreamSettings(environment)).toEqual({
    outcome: "mistakes",
    mistakes: [
      "PORT is a whole number from 0 to 65535",
      "TIDEBOOK_ENGINE is a name of small letters, digits and hyphens, up to 63",
      "REDIS_URL is an address like redis://user:password@host:6379, or rediss:// for TLS",
      "TIDEBOOK_REDIS_CA is a certificate as PEM text",
      "TIDEBOOK_INTERNAL_TOKEN has at least 16 characters",
      "TIDEBOOK_ENGINE_URL is not set",
      "TIDEBOOK_HISTORY_URL is an address without a path",
    ],
  });
});
