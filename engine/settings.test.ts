/** The engine's settings: the fewest that do, and every mistake at once. */
import { expect, test } from "vitest";
import { readEngineSettings } from "./settings.ts";

const FEWEST = {
  REDIS_URL: "redis://engine:password@redis:6379",
  TIDEBOOK_INTERNAL_TOKEN: "0123456789abcdef",
  TIDEBOOK_DATA_DIR: "/data",
};

test("three settings have no default; the others are those of the cluster, and none of them sends events", () => {
  expect(readEngineSettings({ ...FEWEST, K_SINK: "" })).toEqual({
    outcome: "ok",
    settings: {
      host: "0.0.0.0",
      internalPort: 8_081,
      engine: "e1",
      dataDirectory: "/data",
      snapshotEveryRecords: 250_000,
      segmentBytes: 64 * 1024 * 1024,
      redisUrl: FEWEST.REDIS_URL,
      redisCa: null,
      internalToken: FEWEST.TIDEBOOK_INTERNAL_TOKEN,
      knativeSink: null,
      pubSubTopic: null,
    },
  });
});

test("every mistake is told at once, and no secret with it", () => {
  const environment = {
    TIDEBOOK_INTERNAL_PORT: "65536",
    TIDEBOOK_ENGINE: "E 1",
    TIDEBOOK_DATA_DIR: "",
    TIDEBOOK_SNAPSHOT_EVERY_RECORDS: "99",
    TIDEBOOK_SEGMENT_MIB: "0",
    REDIS_URL: "http://user:secret@redis",
    TIDEBOOK_REDIS_CA: "ca.pem",
    TIDEBOOK_INTERNAL_TOKEN: "short",
    K_SINK: "broker",
    TIDEBOOK_PUBSUB_TOPIC: "topic",
  };
  expect(readEngineSettings(environment)).toEqual({
    outcome: "mistakes",
    mistakes: [
      "TIDEBOOK_INTERNAL_PORT is a whole number from 0 to 65535",
      "TIDEBOOK_ENGINE is a name of small letters, digits and hyphens, up to 63",
      "TIDEBOOK_DATA_DIR is not set",
      "TIDEBOOK_SNAPSHOT_EVERY_RECORDS is a whole number from 100 to 10000000",
      "TIDEBOOK_SEGMENT_MIB is a whole number from 1 to 1024",
      "REDIS_URL is an address like redis://user:password@host:6379, or rediss:// for TLS",
      "TIDEBOOK_REDIS_CA is a certificate as PEM text",
      "TIDEBOOK_INTERNAL_TOKEN has at least 16 characters",
      "K_SINK is an address like http://host/path, or https://",
      "TIDEBOOK_PUBSUB_TOPIC is projects/P/topics/T",
      "K_SINK and TIDEBOOK_PUBSUB_TOPIC exclude each other: events leave by one way",
    ],
  });
});
