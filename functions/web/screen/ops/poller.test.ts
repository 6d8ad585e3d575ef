/** When the page asks: while it is seen, one request at a time. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startPoller } from "./poller.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(everyMs = 2_000) {
  const page = { isVisible: true, hear: () => {} };
  const answers: ((isAnswered: boolean) => void)[] = [];
  let asked = 0;
  const poller = startPoller({
    everyMs,
    ask: () => {
      asked += 1;
      return new Promise((resolve) => answers.push(resolve));
    },
    isVisible: () => page.isVisible,
    onVisibility: (hear) => {
      page.hear = hear;
      return () => {
        page.hear = () => {};
      };
    },
  });
  return {
    poller,
    asked: () => asked,
    answer: async (isAnswered = true) => {
      answers.shift()?.(isAnswered);
      await vi.advanceTimersByTimeAsync(0);
    },
    show(isVisible: boolean) {
      page.isVisible = isVisible;
      page.hear();
    },
  };
}

test("the next request is due two seconds after the answer, not after the question", async () => {
  const { asked, answer } = watched();
  await vi.advanceTimersByTimeAsync(10_000);
  const unanswered = asked();
  await answer();
  await vi.advanceTimersByTimeAsync(1_999);
  const early = asked();
  await vi.advanceTimersByTimeAsync(1);
  expect([unanswered, early, asked()]).toEqual([1, 1, 2]);
});

test("hidden it asks nothing, whatever was due; seen again it asks at once", async () => {
  const { asked, answer, show } = watched();
  await answer();
  show(false);
  await vi.advanceTimersByTimeAsync(60_000);
  const hidden = asked();
  show(true);
  expect([hidden, asked()]).toEqual([1, 2]);
});

test("a page that is hidden while an answer is on its way asks nothing behind it", async () => {
  const { asked, answer, show } = watched();
  show(false);
  await answer();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBe(1);
});

test("to ask while a request is under way asks once more behind it, however often it was said", async () => {
  const { poller, asked, answer } = watched();
  poller.refresh();
  poller.refresh();
  const meanwhile = asked();
  await answer();
  const behind = asked();
  await answer();
  await vi.advanceTimersByTimeAsync(1_999);
  expect([meanwhile, behind, asked()]).toEqual([1, 2, 2]);
});

test("without an answer it asks again after two seconds, however rarely it asks otherwise", async () => {
  const { asked, answer } = watched(60_000);
  await answer(false);
  await vi.advanceTimersByTimeAsync(2_000);
  const again = asked();
  await answer();
  await vi.advanceTimersByTimeAsync(59_999);
  expect([again, asked()]).toEqual([2, 2]);
});

test("stopped it never asks again", async () => {
  const { poller, asked, answer, show } = watched();
  poller.stop();
  await answer();
  show(true);
  poller.refresh();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBe(1);
});
