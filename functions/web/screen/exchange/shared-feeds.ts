/** Feeds by key, each open once as long as anybody needs it. */

export interface Feed {
  readonly close: () => void;
}

export class SharedFeeds<T extends Feed> {
  readonly #held = new Map<string, { readonly feed: T; users: number }>();

  /** @returns the feed and what gives it back: to be called once. */
  take(key: string, open: () => T): { readonly feed: T; readonly release: () => void } {
    const held = this.#held.get(key) ?? { feed: open(), users: 0 };
    this.#held.set(key, held);
    held.users += 1;
    const release = (): void => {
      held.users -= 1;
      if (held.users > 0) return;
      this.#held.delete(key);
      held.feed.close();
    };
    return { feed: held.feed, release };
  }
}
