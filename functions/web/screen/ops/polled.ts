/** What the page asks for again and again, as signals: the newest answer, its age, why there is no newer one. */
import { type Accessor, createSignal, onCleanup } from "solid-js";
import { endOperatorSession } from "./operator-session.ts";
import type { OpsClient, OpsFault } from "./ops-client.ts";
import { startPoller } from "./poller.ts";
import { withSameRows } from "./same-rows.ts";

export interface Polled<T> {
  /** Of the newest good answer; null: none yet. */
  readonly value: Accessor<T | null>;
  /** When that came, of performance.now(). */
  readonly answeredMs: Accessor<number>;
  /** Why the newest attempt gave nothing; null: it did. */
  readonly fault: Accessor<OpsFault | null>;
  readonly refresh: () => void;
  /** What an answer to a change has told: shown until the next answer. */
  readonly set: (change: (value: T) => T) => void;
}

export interface PolledOptions<T> {
  readonly client: OpsClient;
  readonly path: Accessor<string>;
  readonly everyMs: number;
  readonly hear?: (value: T) => void;
}

/** Ends with its owner. */
export function createPolled<T>({ client, path, everyMs, hear }: PolledOptions<T>): Polled<T> {
  const [value, setValue] = createSignal<T | null>(null);
  const [answeredMs, setAnsweredMs] = createSignal(performance.now());
  const [fault, setFault] = createSignal<OpsFault | null>(null);
  let changes = 0;

  async function ask(): Promise<boolean> {
    const changesBefore = changes;
    const asked = path();
    const answer = await client.read<T>(asked);
    if (answer.outcome === "unauthorized") {
      endOperatorSession();
      return false;
    }
    // Asked before a change was answered, or for something else: the next answer is on its way.
    if (changes !== changesBefore || path() !== asked) return true;
    if (answer.outcome !== "ok") {
      setFault(answer);
      return false;
    }
    setFault(null);
    setAnsweredMs(performance.now());
    setValue((before) => withSameRows(before, answer.value));
    hear?.(answer.value);
    return true;
  }

  const poller = startPoller({ everyMs, ask, isVisible, onVisibility });
  onCleanup(() => poller.stop());
  return {
    value,
    answeredMs,
    fault,
    refresh: () => poller.refresh(),
    set(change) {
      const known = value();
      changes += 1;
      if (known !== null) setValue(() => change(known));
      poller.refresh();
    },
  };
}

function isVisible(): boolean {
  return document.visibilityState === "visible";
}

function onVisibility(hear: () => void): () => void {
  document.addEventListener("visibilitychange", hear);
  return () => document.removeEventListener("visibilitychange", hear);
}

/** performance.now(), once a second: ages are drawn by it. Ends with its owner. */
export function createClock(): Accessor<number> {
  const [now, setNow] = createSignal(performance.now());
  const timer = setInterval(() => setNow(performance.now()), 1_000);
  onCleanup(() => clearInterval(timer));
  return now;
}
