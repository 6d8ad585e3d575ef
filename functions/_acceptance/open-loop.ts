/**
 * Requests at a fixed rate, whatever the answers do: each is due at its own time, and its latency counts from then, so that
 * an answer that keeps others waiting is seen in all of them.
 */
import type { Pool } from "undici";
import { sorted } from "../../engine/bench/measure.ts";

export interface Sendable {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Record<string, string>;
}

export interface OpenLoop {
  readonly sent: number;
  /** Answered with anything but 200. */
  readonly refused: number;
  /** From the time at which a request was due to its whole answer, ascending. */
  readonly latenciesMs: Float64Array;
}

const TICK_MS = 1;

/** @param perSecond requests that come due each second. */
export async function openLoop(
  pool: Pool,
  perSecond: number,
  durationMs: number,
  next: () => Sendable,
): Promise<OpenLoop> {
  const latenciesMs: number[] = [];
  const pending = new Set<Promise<void>>();
  const startedMs = performance.now();
  const total = Math.floor((perSecond * durationMs) / 1_000);
  let sent = 0;
  let refused = 0;
  const send = async (dueMs: number): Promise<void> => {
    const { statusCode, body } = await pool.request(next());
    await body.dump();
    latenciesMs.push(performance.now() - dueMs);
    if (statusCode !== 200) refused += 1;
  };
  while (sent < total) {
    const elapsedMs = performance.now() - startedMs;
    for (; sent < total && (sent * 1_000) / perSecond <= elapsedMs; sent++) {
      const request = send(startedMs + (sent * 1_000) / perSecond);
      pending.add(request);
      void request.finally(() => pending.delete(request));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(pending);
  return { sent, refused, latenciesMs: sorted(latenciesMs) };
}
