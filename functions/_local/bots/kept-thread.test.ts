/** The bots' thread comes back when it dies, later each time, and not for ever. */
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { keepThread, THREAD_TIMES } from "./kept-thread.ts";

const FAST = { ...THREAD_TIMES, firstMs: 1, longestMs: 3 };

/** Each is the program of the next thread; the last one of all that follow. */
function keep(programs: readonly string[], times = FAST) {
  const lines: object[] = [];
  let started = 0;
  let heard: (outcome: string) => void = () => {};
  const log = (line: object): void => {
    lines.push(line);
    heard((line as { readonly outcome: string }).outcome);
  };
  const start = (): Worker => {
    const program = programs[Math.min(started, programs.length - 1)] ?? "";
    started += 1;
    return new Worker(program, { eval: true });
  };
  const stop = keepThread(start, log, times);
  const until = (outcome: string): Promise<void> =>
    new Promise((resolve) => {
      heard = (each) => {
        if (each === outcome) resolve();
      };
    });
  return { lines, stop, until, started: () => started };
}

const DIES = 'throw new Error("out of memory")';
const LIVES = `const { parentPort } = require("node:worker_threads");
  parentPort.postMessage({ at: "bots", outcome: "trading" });
  parentPort.once("message", () => parentPort.close());`;

test("what dies is started again, later each time, and trades when it can", async () => {
  const { lines, stop, until, started } = keep([DIES, DIES, "process.exit(3)", LIVES]);
  await until("trading");
  await stop();
  const reason = "out of memory";
  expect([started(), lines]).toEqual([
    4,
    [
      { at: "bots", outcome: "ended", reason, againInMs: 1 },
      { at: "bots", outcome: "ended", reason, againInMs: 2 },
      { at: "bots", outcome: "ended", reason: "it ended with code 3", againInMs: 3 },
      { at: "bots", outcome: "trading" },
    ],
  ]);
});

test("what dies again and again is left alone; what has lived long begins anew", async () => {
  const short = keep([DIES], { ...FAST, attemptsMax: 3 });
  await short.until("given_up");
  expect([short.started(), short.lines.at(-1)]).toEqual([
    3,
    { at: "bots", outcome: "given_up", attempts: 3, reason: "out of memory" },
  ]);
  await short.stop();
  const long = keep([DIES, DIES, DIES, DIES, LIVES], { ...FAST, attemptsMax: 3, livedMs: 0 });
  await long.until("trading");
  expect(long.lines.slice(0, 2)).toEqual(Array(2).fill(expect.objectContaining({ againInMs: 1 })));
  await long.stop();
});

test("what has ended as it should, or was told to, is not started again", async () => {
  const done = keep(["process.exit(0)"]);
  const told = keep([LIVES]);
  await told.until("trading");
  await told.stop();
  await done.stop();
  expect([done.started(), told.started(), told.lines.length]).toEqual([1, 1, 1]);
});
