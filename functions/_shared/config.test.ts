/** The environment: what it says, and every mistake in it at once. */
import { expect, test } from "vitest";
import { NO_PROXIES } from "../../engine/api/client-address.ts";
import { readConfig } from "./config.ts";

test("an empty environment is a local exchange", () => {
  expect(readConfig({})).toEqual({
    outcome: "ok",
    settings: {
      port: 8_080,
      host: "127.0.0.1",
      publicOrigin: null,
      dataDirectory: ".data",
      snapshotEveryRecords: 250_000,
      segmentBytes: 67_108_864,
      operatorToken: null,
      sealingKey: null,
      databaseUrl: null,
      limits: { weightPerMinute: 6_000, requestsPer5Minutes: 300_000, connectionsPer5Minutes: 300 },
      loopbackLimits: { weightPerMinute: 0, requestsPer5Minutes: 0, connectionsPer5Minutes: 0 },
      proxies: NO_PROXIES,
      auditEveryS: 300,
      withdrawalApproval: "operator",
      bots: { isOn: true, ratePerS: 25, seed: 1 },
    },
  });
});

test("limits that are set apply to this machine's own addresses too", () => {
  expect(readConfig({ TIDEBOOK_WEIGHT_PER_MINUTE: "50" })).toMatchObject({
    settings: {
      limits: { weightPerMinute: 50, requestsPer5Minutes: 300_000, connectionsPer5Minutes: 300 },
      loopbackLimits: { weightPerMinute: 50, requestsPer5Minutes: 0, connectionsPer5Minutes: 0 },
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
    TIDEBOOK_BOTS: "off",
    TIDEBOOK_BOTS_RATE: "0",
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
      "TIDEBOOK_BOTS is 0 or 1",
      "TIDEBOOK_BOTS_RATE is a whole number from 1 to 1000",
    ],
  });
});

test("the public origin is a host's: passkeys work at no address", () => {
  const read = (text: string): unknown => {
    const answer = readConfig({ PUBLIC_ORIGIN: text });
    return answer.outcome === "ok" ? answer.settings.publicOrigin : answer.mistakes.join();
  };
  const address = "PUBLIC_ORIGIN names a host: passkeys do not work at an address like 127.0.0.1";
  expect(["http://localhost:8080", "http://127.0.0.1:8080", "https://[2001:db8::7]/"].map(read)).toEqual([
    ...["http://localhost:8080", address, address],
  ]);
});

test("a port above 65535 is a mistake", () => {
  expect(readConfig({ PORT: "70000" })).toEqual({
    outcome: "mistakes",
    mistakes: ["PORT is a whole number from 0 to 65535"],
  });
});
