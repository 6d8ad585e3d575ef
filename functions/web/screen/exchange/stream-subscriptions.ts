/**
 * Who listens to which stream of one connection, and what must be said to the exchange so that it is told: counted by name, so
 * that ten listeners are one subscription. Pure.
 */

export interface StreamListener {
  /** From here on everything is heard; again after each reconnection. */
  readonly subscribed: () => void;
  /** Nothing is heard until `subscribed` comes again. */
  readonly lost: () => void;
  readonly event: (data: unknown) => void;
}

export interface Plan {
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
}

export class StreamSubscriptions {
  readonly #listeners = new Map<string, Set<StreamListener>>();
  /** What this connection has been asked for; `true`: it has said yes. */
  readonly #asked = new Map<string, boolean>();

  /** @returns whether the name's events are being heard already. */
  add(name: string, listener: StreamListener): boolean {
    const known = this.#listeners.get(name);
    if (known === undefined) this.#listeners.set(name, new Set([listener]));
    else known.add(listener);
    return this.#asked.get(name) === true;
  }

  remove(name: string, listener: StreamListener): void {
    const listeners = this.#listeners.get(name);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(name);
  }

  has(name: string, listener: StreamListener): boolean {
    return this.#listeners.get(name)?.has(listener) === true;
  }

  /** What is to be said now; taken as said. @param messagesMax with one, somebody waits for what is begun, nobody for what ends. */
  plan(messagesMax: 1 | 2 = 2): Plan {
    const subscribe = [...this.#listeners.keys()].filter((name) => !this.#asked.has(name));
    const hasRoom = messagesMax === 2 || subscribe.length === 0;
    const unsubscribe = hasRoom ? this.#unwanted() : [];
    for (const name of subscribe) this.#asked.set(name, false);
    for (const name of unsubscribe) this.#asked.delete(name);
    return { subscribe, unsubscribe };
  }

  /** Whether something is left to be said. */
  get isBehind(): boolean {
    return this.#unwanted().length > 0 || [...this.#listeners.keys()].some((name) => !this.#asked.has(name));
  }

  /** The exchange has said yes. */
  acknowledged(names: readonly string[]): void {
    for (const name of names) {
      if (!this.#asked.has(name)) continue;
      this.#asked.set(name, true);
      for (const listener of this.#of(name)) listener.subscribed();
    }
  }

  deliver(name: string, data: unknown): void {
    for (const listener of this.#of(name)) listener.event(data);
  }

  /** The connection has gone, and what it was asked for with it. */
  lose(): void {
    const heard = [...this.#asked].filter(([, isHeard]) => isHeard).map(([name]) => name);
    this.#asked.clear();
    for (const name of heard) for (const listener of this.#of(name)) listener.lost();
  }

  /** Asked for, and heard by nobody. */
  #unwanted(): readonly string[] {
    return [...this.#asked.keys()].filter((name) => !this.#listeners.has(name));
  }

  #of(name: string): readonly StreamListener[] {
    return [...(this.#listeners.get(name) ?? [])];
  }
}
