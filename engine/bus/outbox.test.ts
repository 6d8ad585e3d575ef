/** The outbox against a fake engine and a clock that passes where it waits. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { EngineEvent } from "../protocol/events.ts";
import type { HttpMessage } from "../protocol/journal-batch.ts";
import { type EventSink, HEARTBEAT_MS, Outbox, type OutboxForm, type OutboxLogLine } from "./outbox.ts";
import { type OutboxCursor, outboxCursorFile } from "./outbox-cursor.ts";

/** A FAKE engine and clock: sequences 1 … head, and time that passes where the outbox waits. */
class FakeSource {
  readonly epoch = 7;
  headSeq = 0;
  nowMs = 0;
  #waiting: (() => void)[] = [];

  add(events: number): void {
    this.headSeq += events;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async eventsSince(fromSeq: number, eventsMax: number) {
    const lastSeq = Math.min(this.headSeq, fromSeq + eventsMax - 1);
    const events: EngineEvent[] = [];
    for (let seq = fromSeq; seq <= lastSeq; seq++) {
      events.push({
        type: "command_rejected",
        seq,
        timeUs: seq,
        command: 0,
        account: 1,
        instrument: 0,
        reason: "no_liquidity",
      } as EngineEvent);
    }
    return { events, nextSeq: Math.max(fromSeq, lastSeq + 1), headSeq: this.headSeq };
  }

  waitForEvent(seq: number, timeoutMs: number): Promise<void> {
    if (this.headSeq >= seq) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.idleEnds) {
        this.nowMs += timeoutMs;
        resolve();
      }
    });
  }

  /** Waiting for an event ends by its time limit, at once. */
  idleEnds = false;
}

/** What a message says: "first-last", or "♥head". */
function said({ headers, body }: HttpMessage): string {
  const data = JSON.parse(body) as { firstSeq: number; lastSeq: number; headSeq: number };
  return headers["ce-type"] === "tidebook.journal.heartbeat.v1"
    ? `♥${data.headSeq}`
    : `${data.firstSeq}-${data.lastSeq}`;
}

function world(answers: readonly ("accepted" | "later" | "poison")[] = [], startSeq = 1, form?: OutboxForm) {
  const source = new FakeSource();
  const sent: string[] = [];
  const log: OutboxLogLine[] = [];
  const delays: number[] = [];
  const written: number[] = [];
  const left = [...answers];
  let reached: { readonly count: number; readonly resolve: () => void } | null = null;
  const sink: EventSink = {
    async send(message) {
      const text = said(message);
      sent.push(text);
      if (reached !== null && sent.length >= reached.count) reached.resolve();
      return text.startsWith("♥") ? "accepted" : (left.shift() ?? "accepted");
    },
  };
  const cursor: OutboxCursor = {
    read: () => startSeq,
    write: async (nextSeq) => {
      written.push(nextSeq);
    },
  };
  const outbox = new Outbox({
    source,
    engine: "e1",
    ...(form && { form }),
    cursor,
    sink,
    nowMs: () => source.nowMs,
    delay: async (ms) => {
      delays.push(ms);
      source.nowMs += ms;
    },
    log: (line) => log.push(line),
  });
  const sentCount = (count: number): Promise<void> =>
    sent.length >= count
      ? Promise.resolve()
      : new Promise((resolve) => {
          reached = { count, resolve };
        });
  return { source, outbox, sent, log, delays, written, sentCount };
}

test("every sequence is sent once and in order, in batches of at most 500, and the cursor says where to go on", async () => {
  const { source, outbox, sent, written, sentCount } = world();
  source.add(1_200);
  outbox.start();
  await sentCount(4);
  source.add(1);
  await sentCount(5);
  await outbox.stop();
  expect([sent, outbox.nextSeq, written.at(-1)]).toEqual([
    ["♥1200", "1-500", "501-1000", "1001-1200", "1201-1201"],
    1_202,
    1_202,
  ]);
});

test("a batch that is not taken now is sent again, later and later, and nothing behind it overtakes it", async () => {
  const { source, outbox, sent, delays, sentCount } = world(["later", "later", "later"]);
  source.add(600);
  outbox.start();
  await sentCount(6);
  await outbox.stop();
  expect(sent.filter((text) => !text.startsWith("♥"))).toEqual(["1-500", "1-500", "1-500", "1-500", "501-600"]);
  expect(delays.slice(0, 3)).toEqual([100, 200, 400]);
});

test("a batch that nobody will ever take is logged and left behind", async () => {
  const { source, outbox, sent, log, sentCount } = world(["poison"]);
  source.add(600);
  outbox.start();
  await sentCount(3);
  await outbox.stop();
  expect(sent).toEqual(["♥600", "1-500", "501-600"]);
  expect(log).toEqual([{ at: "outbox", outcome: "batch_refused", firstSeq: 1, lastSeq: 500 }]);
});

test("an idle engine is named by its head every five seconds, until the other side has said that it holds it all", async () => {
  const { source, outbox, sent, sentCount } = world();
  source.add(1);
  source.idleEnds = true;
  outbox.start();
  await sentCount(4);
  const { nowMs } = source;
  expect(sent.slice(0, 4)).toEqual(["♥1", "1-1", "♥1", "♥1"]);
  expect(nowMs).toBeGreaterThanOrEqual(2 * HEARTBEAT_MS);

  outbox.committed(1);
  const said = sent.length;
  // Its time passes in microtasks alone.
  while (source.nowMs < nowMs + 20 * HEARTBEAT_MS) await null;
  expect(sent.slice(said)).toEqual([]);

  source.add(1);
  await sentCount(said + 2);
  await outbox.stop();
  expect(sent.slice(said, said + 2).sort()).toEqual(["2-2", "♥2"]);
});

test("an engine of which everything is held says so once an hour", async () => {
  const { source, outbox, sent } = world();
  source.idleEnds = true;
  outbox.start();
  // Its time passes in microtasks alone.
  while (source.nowMs < 20 * HEARTBEAT_MS) await null;
  expect(sent).toEqual(["♥0"]);
  while (source.nowMs < 3_600_000) await null;
  while (source.nowMs < 3_600_000 + 2 * HEARTBEAT_MS) await null;
  await outbox.stop();
  expect(sent).toEqual(["♥0", "♥0"]);
});

test("a start goes on at the cursor; one that lies behind the journal's end begins anew and says so", async () => {
  const going = world([], 401);
  going.source.add(600);
  going.outbox.start();
  await going.sentCount(2);
  await going.outbox.stop();
  const ahead = world([], 1_000);
  ahead.source.add(600);
  ahead.outbox.start();
  await ahead.sentCount(3);
  await ahead.outbox.stop();
  expect([going.sent, ahead.sent, ahead.log]).toEqual([
    ["♥600", "401-600"],
    ["♥600", "1-500", "501-600"],
    [{ at: "outbox", outcome: "cursor_reset", cursorSeq: 1_000, headSeq: 600 }],
  ]);
});

test("what the other side has said it holds is not sent", async () => {
  const { source, outbox, sent, sentCount } = world(["later"]);
  source.add(600);
  outbox.start();
  await sentCount(2);
  outbox.committed(600);
  source.add(1);
  await sentCount(4);
  await outbox.stop();
  expect(sent.at(-1)).toBe("601-601");
});

test("a form of its own sends what it makes, passes over what it does not, and tells no head", async () => {
  const { source, sent, outbox, sentCount } = world([], 1, {
    *cut({ firstSeq, lastSeq }) {
      yield { firstSeq, lastSeq: firstSeq, message: null };
      const body = JSON.stringify({ firstSeq: firstSeq + 1, lastSeq });
      yield { firstSeq: firstSeq + 1, lastSeq, message: { headers: {}, body } };
    },
    heartbeat: null,
  });
  source.add(600);
  outbox.start();
  await sentCount(1);
  await outbox.stop();
  expect([sent, outbox.nextSeq]).toEqual([["2-600"], 601]);
});

test("the cursor's file survives, belongs to one engine, and counts as the beginning when it is damaged", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-outbox-"));
  try {
    const path = join(folder, "cursor.json");
    const missing = outboxCursorFile(path, "e1").read();
    await outboxCursorFile(path, "e1").write(42);
    const read = outboxCursorFile(path, "e1").read();
    const other = outboxCursorFile(path, "e2").read();
    const ofAnotherLineage = outboxCursorFile(path, "e1", 1_800_000_000).read();
    writeFileSync(path, '{"engine":"e1","nex');
    expect([missing, read, other, ofAnotherLineage, outboxCursorFile(path, "e1").read()]).toEqual([1, 42, 1, 1, 1]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("nothing of a wait is kept once it is over, however long the outbox lives", async () => {
  const source = new FakeSource();
  source.add(2_000);
  const waits: WeakRef<object>[] = [];
  let tries = 0;
  let enough: () => void = () => {};
  const hundred = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const outbox = new Outbox({
    source,
    engine: "e1",
    cursor: { read: () => 1, write: async () => {} },
    sink: {
      async send() {
        tries += 1;
        if (tries === 100) enough();
        // A turn of the event loop, in which what nobody keeps can go.
        await new Promise<void>((resolve) => setImmediate(resolve));
        return "later";
      },
    },
    nowMs: () => 0,
    delay: async () => {
      const trace = {};
      waits.push(new WeakRef(trace));
      // What a wait resolves to lives as long as anything of the wait does.
      return trace as unknown as undefined;
    },
    log: () => {},
  });
  outbox.start();
  await hundred;
  collectGarbage();
  const kept = waits.filter((wait) => wait.deref() !== undefined).length;
  await outbox.stop();
  expect([waits.length >= 90, kept <= 5]).toEqual([true, true]);
});

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
