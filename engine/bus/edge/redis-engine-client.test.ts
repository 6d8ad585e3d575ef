/**
 * What an edge says of a command, whatever becomes of its entry: answered, not sent, unknown. Over a FAKE Redis, because
 * the moments matter; the same over a real one is in redis-edge.services.test.ts.
 */
import { expect, test } from "vitest";
import { BEAT_STALE_MS, busNames, RESTART_GRACE_MS } from "../../protocol/bus-messages.ts";
import type { TradeCommand } from "../../protocol/commands.ts";
import type { TradeReply } from "../../protocol/views.ts";
import type { OperationalError } from "../engine-client.ts";
import { BACKLOG_MAX, BeatWatch, CONNECT_PATIENCE_MS } from "./beat-watch.ts";
import { PENDING_MAX } from "./redis-engine-client.ts";
import { isRefusedBefore } from "./redis-lane.ts";
import { type FakeBus, FakeClock, FakeSubscriber, fakeBus, idOf, turns } from "./testing/fake-bus.ts";

const CANCEL: TradeCommand = {
  type: "cancel_all",
  account: 1,
  keyId: 1,
  instrument: 0,
  cancelClientOrderId: "c",
};
const REPLY: TradeReply = { outcome: "rejected", reason: "order_not_found", seq: 7, timeUs: 9 };
const DEADLINE_MS = 9_000;

/** What came of it, once something has. */
interface Outcome {
  said: string;
}

function submit(bus: FakeBus, commandId?: Uint8Array): Outcome {
  const outcome: Outcome = { said: "waits" };
  bus.client.submit(CANCEL, bus.clock.nowUs() + DEADLINE_MS * 1_000, commandId).then(
    (reply) => {
      outcome.said = reply.outcome;
    },
    ({ code, message }: OperationalError) => {
      outcome.said = `${code}: ${message}`;
    },
  );
  return outcome;
}

/** Beats once in 250 ms while time passes. */
async function passBeating(bus: FakeBus, ms: number, epoch = 1): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    bus.beat({ epoch });
    await bus.clock.pass(Math.min(left, 250));
  }
}

test("an answer resolves its own command, and what was submitted in one turn leaves in one write", async () => {
  const bus = fakeBus();
  const outcomes = [submit(bus), submit(bus), submit(bus)];
  await turns();
  expect(bus.lane.writes.map((entries) => entries.length)).toEqual([3]);
  bus.reply(1, [idOf(bus.lane.sent[1])], { reply: REPLY });
  bus.reply(1, [idOf(bus.lane.sent[2]), "no such command"], { error: "not_sent", message: "full" });
  await turns();
  expect(outcomes.map(({ said }) => said)).toEqual(["waits", "rejected", "not_sent: full"]);
  expect(bus.client.pending).toBe(1);
});

test("a command goes to its stream with the sender's instance and the trace of its request", async () => {
  const bus = fakeBus({ traceparent: () => "00-trace" });
  submit(bus, new Uint8Array(16).fill(10));
  void bus.client
    .submitOperator({ type: "open_account", name: "x" }, bus.clock.nowUs() + 1_000_000)
    // Nobody answers it here.
    .catch(() => {});
  await turns();
  const seen = bus.lane.sent.map(({ stream, instance, traceparent }) => ({ stream, instance, traceparent }));
  expect(seen).toEqual([
    { stream: "cmd:e1:trade", instance: "i1", traceparent: "00-trace" },
    { stream: "cmd:e1:ops", instance: "i1", traceparent: "00-trace" },
  ]);
  expect(idOf(bus.lane.sent[0])).toBe("0a".repeat(16));
});

test("a beat older than a second, or a backlog above the limit: 'not sent', and nothing is sent", async () => {
  const bus = fakeBus();
  await bus.clock.pass(BEAT_STALE_MS + 1);
  const stale = submit(bus);
  await turns();
  bus.beat({ backlog: BACKLOG_MAX, queued: 1 });
  const late = submit(bus);
  await turns();
  expect([stale.said, late.said, bus.lane.sent]).toEqual([
    "not_sent: the engine does not answer now",
    "not_sent: the engine does not answer now",
    [],
  ]);
});

test("a beat that lay unread while the process was busy still counts", async () => {
  const bus = fakeBus();
  await bus.clock.pass(BEAT_STALE_MS + 1);
  const outcome = submit(bus);
  bus.beat();
  await turns();
  expect([outcome.said, bus.lane.sent.length]).toEqual(["waits", 1]);
});

test("a process that was stopped longer than a beat is believed reads the beats that lie there before it says no", async () => {
  const bus = fakeBus();
  bus.lane.isUp = false;
  const outcome = submit(bus);
  await turns();
  // Its timers are due first, and then what came meanwhile is read.
  const passed = bus.clock.pass(BEAT_STALE_MS * 3);
  bus.beat();
  await passed;
  expect(outcome.said).toBe("waits");
});

test("an engine that said it restarts is sent to until its grace is over, and its successor answers", async () => {
  const bus = fakeBus();
  bus.beat({ state: "restarting" });
  await bus.clock.pass(RESTART_GRACE_MS - 1);
  const during = submit(bus);
  await bus.clock.pass(2);
  const after = submit(bus);
  await turns();
  expect([during.said, after.said]).toEqual(["waits", "not_sent: the engine does not answer now"]);
  bus.beat({ epoch: 2 });
  await turns();
  // The entry may have been lost with the old one's Redis: the same bytes again.
  const [first, second] = bus.lane.sent;
  expect([bus.lane.sent.length, second?.record]).toEqual([2, first?.record]);
  bus.reply(2, [idOf(first)], { reply: REPLY });
  await turns();
  expect(during.said).toBe("rejected");
});

test("before the first beat the intake is unknown, for no longer than a beat may be old once it would be heard", async () => {
  const clock = new FakeClock();
  const beats = new BeatWatch(clock);
  beats.listen(busNames("e1"), new FakeSubscriber(), async () => null);
  const before = beats.intake();
  await clock.pass(BEAT_STALE_MS + 1);
  expect([before, beats.intake()]).toEqual(["unknown", "closed"]);
});

test("a first connection that takes long is waited for, and each new one brings the patience of a beat", async () => {
  const clock = new FakeClock();
  const beats = new BeatWatch(clock);
  const subscriber = new FakeSubscriber();
  subscriber.isUp = false;
  beats.listen(busNames("e1"), subscriber, async () => null);
  const seen: string[] = [];
  const note = async (ms: number): Promise<void> => {
    await clock.pass(ms);
    seen.push(beats.intake());
  };
  await note(CONNECT_PATIENCE_MS);
  await note(1);
  subscriber.up();
  await note(BEAT_STALE_MS);
  await note(1);
  expect(seen).toEqual(["unknown", "closed", "unknown", "closed"]);
});

test("a process that starts reads the newest beat and need not wait for the next", async () => {
  const beats = new BeatWatch(new FakeClock());
  beats.listen(busNames("e1"), new FakeSubscriber(), async (key) =>
    key === "beat:e1" ? '{"engine":"e1","epoch":4,"state":"restarting","backlog":0,"queued":0}' : null,
  );
  await turns();
  expect([beats.intake(), beats.epoch]).toEqual(["open", 4]);
});

test("answers and beats of an epoch below one already seen are not heard", async () => {
  const bus = fakeBus();
  const outcome = submit(bus);
  await turns();
  bus.beat({ epoch: 3 });
  bus.reply(2, [idOf(bus.lane.sent[0])], { error: "not_sent", message: "a predecessor's word" });
  await turns();
  expect(outcome.said).toBe("waits");
  // Nor does its beat keep the intake open.
  await bus.clock.pass(BEAT_STALE_MS + 1);
  bus.beat({ epoch: 2 });
  expect(bus.beats.intake()).toBe("closed");
});

test("a higher epoch in an answer has what is pending sent again, as its beat would", async () => {
  const bus = fakeBus();
  const [first, second] = [submit(bus), submit(bus)];
  await turns();
  bus.reply(2, [idOf(bus.lane.sent[0])], { reply: REPLY });
  await turns();
  expect([first.said, second.said, bus.lane.sent.length]).toEqual(["rejected", "waits", 3]);
  expect(bus.lane.sent[2]?.record).toEqual(bus.lane.sent[1]?.record);
});

test("after a reconnect of either connection the same bytes are sent again", async () => {
  const bus = fakeBus();
  submit(bus);
  await turns();
  bus.subscriber.isUp = false;
  bus.subscriber.up();
  await turns();
  bus.lane.isUp = false;
  bus.lane.up();
  await turns();
  expect(new Set(bus.lane.sent.map(({ record }) => record.toString("hex"))).size).toBe(1);
  expect(bus.lane.sent.length).toBe(3);
});

test("without an answer it is sent once more at 80 % of its time, and 'unknown' is said at its deadline", async () => {
  const bus = fakeBus();
  const outcome = submit(bus);
  await passBeating(bus, DEADLINE_MS * 0.8 - 100);
  expect(bus.lane.sent.length).toBe(1);
  await passBeating(bus, 200);
  expect(bus.lane.sent.length).toBe(2);
  await passBeating(bus, DEADLINE_MS * 0.2 - 200);
  expect([outcome.said, bus.lane.sent.length]).toEqual(["waits", 2]);
  await passBeating(bus, 200);
  expect([outcome.said, bus.lane.sent.length]).toEqual(["outcome_unknown: no answer by the deadline", 2]);
  // Nothing is left that would keep time.
  expect([bus.client.pending, bus.clock.timers]).toEqual([0, 0]);
});

test("a command that no connection took is 'not sent' at its deadline, or when the engine falls silent", async () => {
  const bus = fakeBus();
  bus.lane.isUp = false;
  const outcome = submit(bus);
  await passBeating(bus, DEADLINE_MS + 100);
  const silenced = submit(bus);
  await bus.clock.pass(BEAT_STALE_MS + 300);
  expect([outcome.said, silenced.said]).toEqual([
    "not_sent: no answer by the deadline",
    "not_sent: the engine does not answer now",
  ]);
  expect(bus.lane.sent).toEqual([]);
});

test("what waited for a connection is sent when it is there", async () => {
  const bus = fakeBus();
  bus.subscriber.isUp = false;
  const outcome = submit(bus);
  await turns();
  expect(bus.lane.sent).toEqual([]);
  bus.subscriber.up();
  await turns();
  bus.reply(1, [idOf(bus.lane.sent[0])], { reply: REPLY });
  await turns();
  expect(outcome.said).toBe("rejected");
});

test("an entry that Redis surely refused is 'not sent'; one sending of two refused leaves it open", async () => {
  const bus = fakeBus();
  bus.lane.refusal = "OOM command not allowed";
  const refused = submit(bus);
  await turns();
  bus.lane.refusal = null;
  const doubtful = submit(bus);
  await turns();
  bus.lane.refusal = "READONLY a replica";
  bus.beat({ epoch: 2 });
  await passBeating(bus, DEADLINE_MS + 100, 2);
  expect([refused.said, doubtful.said]).toEqual([
    "not_sent: OOM command not allowed",
    "outcome_unknown: no answer by the deadline",
  ]);
});

test("only words with which Redis refuses before it executes count as refused", () => {
  const replyError = (message: string): Error =>
    Object.defineProperty(new Error(message), "name", { value: "ReplyError" });
  const words = [
    replyError("OOM command not allowed when used memory > 'maxmemory'."),
    replyError("READONLY You can't write against a read only replica."),
    replyError("LOADING Redis is loading the dataset in memory"),
    replyError("NOPERM this user has no permissions to run the 'xadd' command"),
    replyError("MISCONF Redis is configured to save RDB snapshots"),
    replyError("ERR upstream failure"),
    replyError("ERR unknown command"),
    new Error("OOM of somebody else"),
    new Error("Connection is closed."),
    new Error("Command timed out"),
    "OOM",
    null,
  ];
  expect(words.map(isRefusedBefore)).toEqual([true, true, true, true, true, ...Array(7).fill(false)]);
});

test("the same command id submitted twice at once is one command with one answer", async () => {
  const bus = fakeBus();
  const id = new Uint8Array(16).fill(5);
  const outcomes = [submit(bus, id), submit(bus, id)];
  await turns();
  bus.reply(1, [idOf(bus.lane.sent[0])], { reply: REPLY });
  await turns();
  expect([outcomes.map(({ said }) => said), bus.lane.sent.length]).toEqual([["rejected", "rejected"], 1]);
});

test("no more than the bound wait at once", async () => {
  const bus = fakeBus();
  for (let count = 0; count < PENDING_MAX; count++) submit(bus);
  const over = submit(bus);
  await turns();
  expect([over.said, bus.client.pending]).toEqual(["not_sent: too many commands wait", PENDING_MAX]);
});

test("a close refuses what comes, and is done when what was accepted is answered", async () => {
  const bus = fakeBus();
  const accepted = submit(bus);
  await turns();
  let isClosed = false;
  const closed = bus.client.close().then(() => {
    isClosed = true;
  });
  const refused = submit(bus);
  await turns();
  expect([refused.said, accepted.said, isClosed]).toEqual(["not_sent: this edge is stopping", "waits", false]);
  bus.reply(1, [idOf(bus.lane.sent[0])], { reply: REPLY });
  await closed;
  expect(accepted.said).toBe("rejected");
});

test("an answer that cannot be read is a fault of ours, and nobody's answer", async () => {
  const bus = fakeBus();
  const outcome = submit(bus);
  await turns();
  bus.subscriber.publish("reply:i1", "{");
  bus.subscriber.publish("reply:i1", '{"epoch":1}');
  await turns();
  expect([outcome.said, bus.faults.length]).toEqual(["waits", 2]);
});

test.each([-3_600_000, 3_600_000])(
  "a wall clock that is set by %i ms neither ends a wait nor prolongs it",
  async (stepMs) => {
    const bus = fakeBus();
    const outcome = submit(bus);
    await turns();
    bus.clock.stepMs = stepMs;
    await passBeating(bus, DEADLINE_MS - 250);
    const before = outcome.said;
    await passBeating(bus, 500);
    expect([before, outcome.said]).toEqual(["waits", "outcome_unknown: no answer by the deadline"]);
  },
);
