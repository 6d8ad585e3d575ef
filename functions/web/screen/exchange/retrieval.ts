/** Something that is asked until it is answered well: one question at a time, the next later each time. */
import { backoffMs, REFETCH } from "./backoff.ts";

export class Retrieval<Answered> {
  readonly #ask: (signal: AbortSignal) => Promise<Answered>;
  readonly #take: (answered: Answered) => "done" | "again";
  #asking: AbortController | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  /** @param take hears no answer to a question that was given up. */
  constructor(ask: (signal: AbortSignal) => Promise<Answered>, take: (answered: Answered) => "done" | "again") {
    this.#ask = ask;
    this.#take = take;
  }

  /** An answer is under way; false between two attempts. */
  get isAsking(): boolean {
    return this.#asking !== null;
  }

  /** What was asked before is given up. */
  begin(): void {
    this.stop();
    this.#failures = 0;
    void this.#attempt();
  }

  stop(): void {
    clearTimeout(this.#retry);
    const asking = this.#asking;
    this.#asking = null;
    asking?.abort();
  }

  async #attempt(): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    const answered = await this.#ask(asking.signal);
    if (this.#asking !== asking) return;
    this.#asking = null;
    if (this.#take(answered) === "done") return;
    this.#retry = setTimeout(() => void this.#attempt(), backoffMs(REFETCH, this.#failures, Math.random()));
    this.#failures += 1;
  }
}
