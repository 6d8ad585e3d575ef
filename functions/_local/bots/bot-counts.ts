/** What the bots count of themselves, for the line that they log once a minute: a refused order is a number, not a line. */
export class BotCounts {
  #orders = 0;
  #reconnects = 0;
  #topUps = 0;
  readonly #refused = new Map<number, number>();

  ordered(): void {
    this.#orders += 1;
  }

  /** @param code of the public API. */
  refused(code: number): void {
    this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1);
  }

  reconnected(): void {
    this.#reconnects += 1;
  }

  toppedUp(): void {
    this.#topUps += 1;
  }

  /** Since the last time it was asked. */
  taken(): Readonly<Record<string, unknown>> {
    const said = {
      orders: this.#orders,
      refused: Object.fromEntries(this.#refused),
      reconnects: this.#reconnects,
      topUps: this.#topUps,
    };
    this.#orders = 0;
    this.#reconnects = 0;
    this.#topUps = 0;
    this.#refused.clear();
    return said;
  }
}
