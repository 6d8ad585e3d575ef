/**
 * One of ccxt's watching methods, called again and again as its users do. ccxt keeps its books, orders and balances alive
 * under the hands of whoever got them, so what is of interest is taken out at once.
 */
export class Watching<Seen, Taken> {
  #newest: Taken | undefined;
  #failure: unknown = null;
  #waiting: (() => void)[] = [];

  constructor(watch: () => Promise<Seen>, take: (seen: Seen) => Taken) {
    void this.#run(watch, take);
  }

  /** Resolves with what was taken last once it will do; rejects with what ended the watching. */
  async until(willDo: (taken: Taken) => boolean): Promise<Taken> {
    for (;;) {
      if (this.#newest !== undefined && willDo(this.#newest)) return this.#newest;
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** What ended it; null: nothing has. */
  get failure(): unknown {
    return this.#failure;
  }

  async #run(watch: () => Promise<Seen>, take: (seen: Seen) => Taken): Promise<void> {
    try {
      for (;;) {
        this.#newest = take(await watch());
        this.#wake();
      }
    } catch (error) {
      // The client was closed, or gave up: whoever waits is told.
      this.#failure = error;
      this.#wake();
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
