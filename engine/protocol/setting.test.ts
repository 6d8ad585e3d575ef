/** Each kind of setting, by what it takes and what it says of the rest. */
import { expect, test } from "vitest";
import { z } from "zod";
import {
  certificate,
  engineName,
  httpUrl,
  originUrl,
  port,
  postgresUrl,
  pubSubTopic,
  readSettings,
  redisUrl,
  sealingKey,
  together,
  token,
} from "./setting.ts";

const ORIGIN = "X is an address like http://engine:8081";
const ENGINE = "X is a name of small letters, digits and hyphens, up to 63";
const REDIS = "X is an address like redis://user:password@host:6379, or rediss:// for TLS";
const PORT = "X is a whole number from 0 to 65535";
const HTTP = "X is an address like http://host/path, or https://";

const CASES: readonly (readonly [word: z.ZodType, value: string, expected: unknown])[] = [
  [port, "0", { X: 0 }],
  [port, "65535", { X: 65_535 }],
  [port, "65536", [PORT]],
  [port, "-1", [PORT]],
  [port, "8e3", [PORT]],
  [port, " 80", [PORT]],
  [token, "0123456789abcdef", { X: "0123456789abcdef" }],
  [token, "0123456789abcde", ["X has at least 16 characters"]],
  [token, "0123456789 abcdef", ["X has no spaces and nothing outside ASCII"]],
  [token, "å", ["X has at least 16 characters", "X has no spaces and nothing outside ASCII"]],
  [sealingKey, "0".repeat(63), ["X is 32 bytes as 64 hexadecimal digits"]],
  [sealingKey, "Aa".repeat(32), { X: "Aa".repeat(32) }],
  [engineName, "e1", { X: "e1" }],
  [engineName, "a".repeat(63), { X: "a".repeat(63) }],
  [engineName, "a".repeat(64), [ENGINE]],
  [engineName, "-e1", [ENGINE]],
  [engineName, "e*", [ENGINE]],
  [redisUrl, "rediss://u:p@h:6380", { X: "rediss://u:p@h:6380" }],
  [redisUrl, "http://h:6379", [REDIS]],
  [postgresUrl, "postgresql://u@h/d?sslmode=require", { X: "postgresql://u@h/d?sslmode=require" }],
  [postgresUrl, "mysql://u@h/d", ["X is an address like postgres://user:password@host:5432/database"]],
  [httpUrl, "https://broker.example/tidebook/events", { X: "https://broker.example/tidebook/events" }],
  [httpUrl, "ftp://broker", [HTTP]],
  [originUrl, "http://engine:8081", { X: "http://engine:8081" }],
  [originUrl, "http://engine/", { X: "http://engine/" }],
  [originUrl, "engine", [ORIGIN]],
  [originUrl, "https://engine:8081", [ORIGIN]],
  [originUrl, "http://engine:8081/v1", ["X is an address without a path"]],
  [originUrl, "http://engine:8081?a=b", ["X is an address without a path"]],
  [certificate, "ca.pem", ["X is a certificate as PEM text"]],
  [pubSubTopic, "projects/p/topics/t", { X: "projects/p/topics/t" }],
  [pubSubTopic, "t", ["X is projects/P/topics/T"]],
];

for (const [word, value, expected] of CASES) {
  test(`"${value.slice(0, 40)}" is read as ${JSON.stringify(expected)}`, () => {
    const read = readSettings(z.object({ X: word }), { X: value });
    expect(read.outcome === "ok" ? read.settings : read.mistakes).toEqual(expected);
  });
}

test("what is set to nothing is not set: it takes its default, is left out, or is missing", () => {
  const schema = z.object({ A: port.default(8_080), B: token.optional(), C: redisUrl, D: engineName });
  expect(readSettings(schema, { A: "", B: "", C: "", D: "" })).toEqual({
    outcome: "mistakes",
    mistakes: ["C is not set"],
  });
  const C = "redis://r";
  expect(readSettings(schema, { A: "", B: "", C, D: "" })).toEqual({
    outcome: "ok",
    settings: { A: 8_080, C, D: "e1" },
  });
});

test("mistakes of values and of what belongs together are told at once", () => {
  const schema = z.object({ A: port, B: token.optional(), C: originUrl.optional() });
  expect(readSettings(schema, { A: "x", B: "0123456789abcdef" }, [together("B", "C")])).toEqual({
    outcome: "mistakes",
    mistakes: [PORT.replace("X", "A"), "B and C are set together or not at all"],
  });
});

test("variables that a process does not read are nobody's mistake", () => {
  expect(readSettings(z.object({ A: port }), { A: "1", B: "x" })).toEqual({ outcome: "ok", settings: { A: 1 } });
});
