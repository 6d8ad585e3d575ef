/** What a page has said on its market streams: which it hears now, and how fast it talked. Watches pages opened afterwards. */
import type { BrowserContext } from "playwright-core";

const SECOND_MS = 1_000;

export class StreamFrames {
  readonly #heard = new Set<string>();
  readonly #saidMs: number[] = [];
  #connections = 0;

  constructor(context: BrowserContext) {
    context.on("page", (page) => {
      page.on("websocket", (socket) => {
        if (!socket.url().endsWith("/stream")) return;
        this.#heard.clear();
        this.#connections += 1;
        socket.on("framesent", ({ payload }) => this.#onSent(String(payload)));
      });
    });
  }

  get connections(): number {
    return this.#connections;
  }
  /** By name. */
  get heard(): readonly string[] {
    return [...this.#heard].sort();
  }
  /** The most messages in any second. */
  get mostInASecond(): number {
    const within = this.#saidMs.map((from) => this.#saidMs.filter((at) => at >= from && at < from + SECOND_MS).length);
    return Math.max(0, ...within);
  }

  #onSent(text: string): void {
    this.#saidMs.push(performance.now());
    const { method, params } = JSON.parse(text) as { readonly method: string; readonly params: readonly string[] };
    for (const name of params) {
      if (method === "SUBSCRIBE") this.#heard.add(name);
      if (method === "UNSUBSCRIBE") this.#heard.delete(name);
    }
  }
}
