/**
 * A thread that is started again when it ends by itself, later each time: out of memory, or by a fault of its own. One that
 * ends in short order again and again is left alone, and said so.
 */
import type { Worker } from "node:worker_threads";

export interface KeptThreadTimes {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Whatever lived so long is not what ends in short order. */
  readonly livedMs: number;
  readonly attemptsMax: number;
  /** It is told to end, and not waited for longer. */
  readonly stopMs: number;
}

export const THREAD_TIMES: KeptThreadTimes = {
  firstMs: 1_000,
  longestMs: 60_000,
  livedMs: 60_000,
  attemptsMax: 10,
  stopMs: 2_000,
};

/** @returns the way to end it: it is posted "stop". */
export function keepThread(
  start: () => Worker,
  log: (line: object) => void,
  times: KeptThreadTimes = THREAD_TIMES,
): () => Promise<void> {
  const { firstMs, longestMs, livedMs, attemptsMax, stopMs } = times;
  let worker: Worker | null = null;
  let ended: Promise<void> = Promise.resolve();
  let isStopped = false;
  let attempts = 0;
  let timer: NodeJS.Timeout | undefined;

  const begin = (): void => {
    const startedMs = performance.now();
    let reason: string | null = null;
    const current = start();
    worker = current;
    current.on("message", (line: object) => log(line));
    current.once("error", (error: Error) => {
      reason = error.message;
    });
    current.unref();
    ended = new Promise((resolve) => {
      current.once("exit", (code) => {
        worker = null;
        resolve();
        // What has done its work ends with 0.
        if (!isStopped && (reason !== null || code !== 0))
          again(reason ?? `it ended with code ${code}`, performance.now() - startedMs);
      });
    });
  };

  const again = (reason: string, agedMs: number): void => {
    attempts = agedMs >= livedMs ? 1 : attempts + 1;
    if (attempts >= attemptsMax) {
      log({ at: "bots", outcome: "given_up", attempts, reason });
      return;
    }
    const waitMs = Math.min(longestMs, firstMs * 2 ** (attempts - 1));
    log({ at: "bots", outcome: "ended", reason, againInMs: waitMs });
    timer = setTimeout(begin, waitMs).unref();
  };

  begin();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    const current = worker;
    if (current === null) return;
    current.postMessage("stop");
    const timeout = setTimeout(() => void current.terminate(), stopMs);
    await ended;
    clearTimeout(timeout);
  };
}
