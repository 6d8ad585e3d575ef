/** Persistence by Pub/Sub push: the same effects and the same answers as by a broker, and nothing without the token. */
import { expect, test } from "vitest";
import { batchToHttp, cutBatches, heartbeatToHttp } from "../../engine/protocol/journal-batch.ts";
import type { EventGate } from "../_shared/event-gate.ts";
import { handlePersistence, type PersistenceDeps, type PersistenceRequest } from "./handler.ts";

const [batch] = cutBatches({
  engine: "e1",
  epoch: 1,
  firstSeq: 1,
  lastSeq: 2,
  headSeq: 2,
  events: [{ type: "balance_changed", seq: 2, timeUs: 5, account: 1, asset: 0, freeAtoms: 7n, lockedAtoms: 0n }],
});
const GOOD = batchToHttp(batch as NonNullable<typeof batch>);
const SUBSCRIPTION = "projects/p/subscriptions/s";

type Message = ReturnType<typeof batchToHttp>;

const FORMS: Readonly<Record<string, (message: Message) => PersistenceRequest>> = {
  wrapped: ({ headers, body }) => ({
    headers: { "content-type": "application/json" },
    rawBody: Buffer.from(
      JSON.stringify({
        message: { data: Buffer.from(body).toString("base64"), attributes: headers, messageId: "1" },
        subscription: SUBSCRIPTION,
        deliveryAttempt: 1,
      }),
    ),
  }),
  unwrapped: ({ headers, body }) => ({
    headers: {
      ...headers,
      "content-type": "application/x-www-form-urlencoded",
      "x-goog-pubsub-message-id": "1",
      "x-goog-pubsub-subscription-name": SUBSCRIPTION,
    },
    rawBody: Buffer.from(body),
  }),
};

/** What was applied, and what each form is answered, when applying ends so. */
async function answers(message: Message, gate: EventGate, apply: PersistenceDeps["applyBatch"]) {
  const applied: string[] = [];
  const replies: unknown[] = [];
  for (const form of Object.values(FORMS)) {
    const deps: PersistenceDeps = {
      applyBatch: async (run) => {
        applied.push(`${run.engine} ${run.firstSeq}-${run.lastSeq}`);
        return apply(run);
      },
      applyHeartbeat: async ({ headSeq }) => {
        applied.push(`head ${headSeq}`);
        return "applied";
      },
      log: () => {},
      gate,
    };
    const { status, body } = await handlePersistence(form(message), deps);
    replies.push(body === "" ? status : [status, JSON.parse(body).outcome]);
  }
  return { applied, replies };
}

const PROVEN: EventGate = { from: "push", verify: async () => ({ outcome: "valid" }) };

test("a pushed batch or heartbeat is applied and answered with an empty 204, a duplicate alike", async () => {
  const once = { applied: ["e1 1-2", "e1 1-2"], replies: [204, 204] };
  expect(await answers(GOOD, PROVEN, async () => "applied")).toEqual(once);
  expect(await answers(GOOD, PROVEN, async () => "duplicate")).toEqual(once);
  const beat = heartbeatToHttp({ engine: "e1", epoch: 1, headSeq: 9 });
  expect(await answers(beat, PROVEN, async () => "applied")).toEqual({
    applied: ["head 9", "head 9"],
    replies: [204, 204],
  });
});

test("poison, a fenced sender and a database that is away are answered as to a broker", async () => {
  const poison = { ...GOOD, body: GOOD.body.replace('"7"', "7") };
  const of = async (message: Message, apply: PersistenceDeps["applyBatch"]) =>
    (await answers(message, PROVEN, apply)).replies;
  expect([
    await of(poison, async () => "applied"),
    await of(GOOD, async () => "stale_epoch"),
    await of(GOOD, () => Promise.reject(new Error("connection refused"))),
  ]).toEqual([
    [
      [400, "poison"],
      [400, "poison"],
    ],
    [
      [400, "stale_epoch"],
      [400, "stale_epoch"],
    ],
    [
      [503, "unavailable"],
      [503, "unavailable"],
    ],
  ]);
});

test("what has not proven itself is applied nowhere: 401, 403, 503 while that cannot be known, 403 behind a broker", async () => {
  const gates: readonly EventGate[] = [
    { from: "push", verify: async () => ({ outcome: "invalid", reason: "" }) },
    { from: "push", verify: async () => ({ outcome: "forbidden", reason: "" }) },
    { from: "push", verify: async () => ({ outcome: "unavailable", reason: "" }) },
    { from: "broker" },
  ];
  const both = (status: number, outcome: string) => ({
    applied: [],
    replies: [
      [status, outcome],
      [status, outcome],
    ],
  });
  const all = await Promise.all(gates.map((gate) => answers(GOOD, gate, async () => "applied")));
  expect(all).toEqual([both(401, "unproven"), both(403, "unproven"), both(503, "unavailable"), both(403, "unproven")]);
});
