/** The exchange's clock beside this machine's: asked by /api/v3/time, corrected by events that come from the future. */
import { type Accessor, createSignal } from "solid-js";
import { get } from "./rest.ts";

const ASK_EVERY_MS = 300_000;
const RETRY_MS = 5_000;
/** A round trip this long says too little. */
const ROUND_TRIP_MAX_MS = 3_000;
/** Less is noise, and would redraw for nothing. */
const WORTH_TELLING_MS = 25;

export class ExchangeClock {
  readonly offsetMs: Accessor<number>;
  readonly #setOffset: (ms: number) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor() {
    const [offsetMs, setOffset] = createSignal(0);
    this.offsetMs = offsetMs;
    this.#setOffset = (ms) => void setOffset(ms);
  }

  nowMs(): number {
    return Date.now() + this.offsetMs();
  }

  /** Now, and from time to time. */
  async ask(): Promise<void> {
    clearTimeout(this.#timer);
    const sentMs = Date.now();
    const answer = await get("/api/v3/time");
    if (this.#stopped) return;
    const tookMs = Date.now() - sentMs;
    const isGood = answer.outcome === "ok" && tookMs >= 0 && tookMs <= ROUND_TRIP_MAX_MS;
    if (isGood) this.#correct((answer.value as { readonly serverTime: number }).serverTime - (sentMs + tookMs / 2));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.ask(), isGood ? ASK_EVERY_MS : RETRY_MS);
  }

  /** Nothing is told before it happened. */
  told(exchangeMs: number): void {
    const leastMs = exchangeMs - Date.now();
    if (leastMs > this.offsetMs()) this.#correct(leastMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #correct(offsetMs: number): void {
    if (Math.abs(offsetMs - this.offsetMs()) >= WORTH_TELLING_MS) this.#setOffset(Math.round(offsetMs));
  }
}
