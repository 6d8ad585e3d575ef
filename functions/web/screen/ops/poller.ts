/**
 * Asks again and again while the page can be seen, one request at a time: the next one is due so long after the answer, and
 * at once when the page is seen again.
 */

/** An exchange that is back is seen as soon as this, however rarely it is asked. */
const RETRY_MS = 2_000;

export interface PollerOptions {
  readonly everyMs: number;
  /** Never rejects. @returns whether there was an answer: without one it is asked again sooner. */
  readonly ask: () => Promise<boolean>;
  readonly isVisible: () => boolean;
  /** @returns the way to stop hearing of it. */
  readonly onVisibility: (hear: () => void) => () => void;
}

export interface Poller {
  /** Asks now; if a request is under way, once more behind it: what it asks about may have changed since. */
  refresh(): void;
  stop(): void;
}

export function startPoller({ everyMs, ask, isVisible, onVisibility }: PollerOptions): Poller {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let again = false;
  let stopped = false;

  async function run(): Promise<void> {
    clearTimeout(timer);
    if (isAsking || stopped) return;
    isAsking = true;
    let isAnswered: boolean;
    do {
      again = false;
      isAnswered = await ask();
    } while (again && !stopped);
    isAsking = false;
    if (!stopped && isVisible()) timer = setTimeout(run, isAnswered ? everyMs : Math.min(everyMs, RETRY_MS));
  }

  const unhear = onVisibility(() => {
    if (isVisible()) void run();
    else clearTimeout(timer);
  });
  if (isVisible()) void run();
  return {
    refresh() {
      again = isAsking;
      void run();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      unhear();
    },
  };
}
