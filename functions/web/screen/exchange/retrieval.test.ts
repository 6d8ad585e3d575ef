/** What is asked again, and whose answer is not heard any more. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Retrieval } from "./retrieval.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what is not answered well is asked again until it is, and then no more", async () => {
  const asked: string[] = [];
  const answers = ["no", "no", "yes"];
  const retrieval = new Retrieval(
    async () => answers.shift() ?? "too many",
    (answer) => {
      asked.push(answer);
      return answer === "yes" ? "done" : "again";
    },
  );
  retrieval.begin();
  await vi.runAllTimersAsync();
  expect([asked, retrieval.isAsking]).toEqual([["no", "no", "yes"], false]);
});

test("the answer to what was given up is not heard, whether it was stopped or asked anew", async () => {
  const open: { readonly answer: (says: string) => void; readonly signal: AbortSignal }[] = [];
  const heard: string[] = [];
  const retrieval = new Retrieval(
    (signal) => new Promise<string>((answer) => void open.push({ answer, signal })),
    (says) => {
      heard.push(says);
      return "done";
    },
  );
  for (const _ of ["first", "second"]) retrieval.begin();
  open[1]?.answer("second");
  open[0]?.answer("first");
  await vi.runAllTimersAsync();
  retrieval.begin();
  retrieval.stop();
  open[2]?.answer("third");
  await vi.runAllTimersAsync();
  expect([heard, open.map(({ signal }) => signal.aborted), retrieval.isAsking]).toEqual([
    ["second"],
    [true, false, true],
    false,
  ]);
});

test("stopped between two attempts, it stays silent", async () => {
  let attempts = 0;
  const retrieval = new Retrieval(
    async () => ++attempts,
    () => "again",
  );
  retrieval.begin();
  await vi.advanceTimersByTimeAsync(0);
  retrieval.stop();
  await vi.runAllTimersAsync();
  expect(attempts).toBe(1);
});
