/** Every way in which the exchange may answer an operator's page, or not. */
import { expect, test } from "vitest";
import { opsClient } from "./ops-client.ts";

function answering(status: number, text: string) {
  const asked: unknown[] = [];
  const client = opsClient("the-token", async (url, init) => {
    const { method, headers, body } = init ?? {};
    asked.push({ url, method, headers, body });
    if (status === 0) throw new TypeError("Failed to fetch");
    return new Response(text, { status });
  });
  return { client, asked };
}

const REFUSAL = '{"code":-1008,"msg":"Not now."}';

test.each([
  [200, '{"a":1}', { outcome: "ok", value: { a: 1 } }, { outcome: "ok", value: { a: 1 } }],
  [401, REFUSAL, { outcome: "unauthorized" }, { outcome: "unauthorized" }],
  [
    503,
    REFUSAL,
    { outcome: "away", status: 503, message: "Not now." },
    { outcome: "away", status: 503, message: "Not now." },
  ],
  [504, REFUSAL, { outcome: "away", status: 504, message: "Not now." }, { outcome: "unknown", message: "Not now." }],
  [
    0,
    "",
    { outcome: "away", status: 0, message: "Failed to fetch" },
    { outcome: "unknown", message: "Failed to fetch" },
  ],
  [
    409,
    REFUSAL,
    { outcome: "refused", status: 409, message: "Not now." },
    { outcome: "refused", status: 409, message: "Not now." },
  ],
  [502, "<html>", { outcome: "away", status: 502, message: "<html>" }, { outcome: "unknown", message: "<html>" }],
])("%i %s, to a read and to a change", async (status, text, read, changed) => {
  const { client } = answering(status, text);
  expect([await client.read("/status"), await client.change("POST", "/audit")]).toEqual([read, changed]);
});

test("an answer that was cut short is none, and leaves a change unknown", async () => {
  const { client } = answering(200, '{"a":');
  expect([(await client.read("/status")).outcome, (await client.change("POST", "/audit")).outcome]).toEqual([
    "away",
    "unknown",
  ]);
});

test("the token goes in the header, to the page's own origin, and a body only where there is one", async () => {
  const { client, asked } = answering(200, "{}");
  await client.change("POST", "/halts", { symbol: "BTCUSDT", status: "halt" });
  await client.change("DELETE", "/halts/BTCUSDT");
  const authorization = "Bearer the-token";
  expect(asked).toEqual([
    {
      url: "/ops/v1/halts",
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: '{"symbol":"BTCUSDT","status":"halt"}',
    },
    { url: "/ops/v1/halts/BTCUSDT", method: "DELETE", headers: { authorization }, body: undefined },
  ]);
});
