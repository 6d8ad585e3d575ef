/** The environment: what it says, and every mistake in it at once. */
import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

test("an empty environment is a local exchange", () => {
  expect(readConfig({})).toEqual({
    outcome: "ok",
    settings: {
      port: 8_080,
      host: "127.0.0.1",
      dataDirectory: ".data",
      snapshotEveryRecords: 250_000,
      segmentBytes: 67_108_864,
      operatorToken: null,
      sealingKey: null,
      databaseUrl: null,
    },
  });
});

test("every mistake is named at once, and no value", () => {
  const environment = {
    PORT: "eighty",
    TIDEBOOK_SNAPSHOT_EVERY_RECORDS: "1",
    TIDEBOOK_SEGMENT_MIB: "1.5",
    TIDEBOOK_OPERATOR_TOKEN: "short",
    TIDEBOOK_SEAL_KEY: "beef",
    DATABASE_URL: "mysql://user:secret@host/database",
  };
  expect(readConfig(environment)).toEqual({
    outcome: "mistakes",
    mistakes: [
      "PORT is a whole number from 0 to 65535",
      "TIDEBOOK_SNAPSHOT_EVERY_RECORDS is a whole number from 100 to 10000000",
      "TIDEBOOK_SEGMENT_MIB is a whole number from 1 to 1024",
      "TIDEBOOK_OPERATOR_TOKEN has at least 16 characters",
      "TIDEBOOK_SEAL_KEY is 32 bytes as 64 hexadecimal digits",
      "DATABASE_URL is an address like postgres://user:password@host:5432/database",
    ],
  });
});

test("a port above 65535 is a mistake", () => {
  expect(readConfig({ PORT: "70000" })).toEqual({
    outcome: "mistakes",
    mistakes: ["PORT is a whole number from 0 to 65535"],
  });
});
