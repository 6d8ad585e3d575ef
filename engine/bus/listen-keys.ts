/**
 * Listen keys (trading-api.md §1.17): names that old clients connect by to hear their account. A bearer secret: never logged.
 *
 * An API key has one at a time, and nobody else's: with the API key goes what is heard by it. It lives LISTEN_KEY_MS from the
 * last time it was asked for or extended.
 */

export const LISTEN_KEY_MS = 60 * 60_000;
/** More than any stream's name has, and nothing but letters and digits. */
const LISTEN_KEY = /^[A-Za-z0-9]{60,128}$/;
export const LISTEN_KEY_LENGTH = 64;

export function isListenKey(name: string): boolean {
  return LISTEN_KEY.test(name);
}

export interface ListenKeyHolder {
  readonly account: number;
  /** Of the API key that asked. */
  readonly keyId: number;
}

/** Every call rejects with OperationalError `not_sent` while they cannot be asked. */
export interface ListenKeys {
  /** @param fresh becomes the holder's key where it has none. @returns its key, which lives anew. */
  open(holder: ListenKeyHolder, fresh: string): Promise<string>;
  /** @returns false: it is no key of this holder. */
  extend(holder: ListenKeyHolder, listenKey: string): Promise<boolean>;
  /** @returns false: it is no key of this holder. */
  close(holder: ListenKeyHolder, listenKey: string): Promise<boolean>;
  /** null: there is none, or none any more. */
  find(listenKey: string): Promise<ListenKeyHolder | null>;
}

interface Kept extends ListenKeyHolder {
  readonly listenKey: string;
  untilMs: number;
}

/** Of one process; forgotten with it, as clients are told when they extend. */
export class MemoryListenKeys implements ListenKeys {
  readonly #nowMs: () => number;
  /** By API key, and by listen key. */
  readonly #ofHolder = new Map<number, Kept>();
  readonly #byKey = new Map<string, Kept>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async open(holder: ListenKeyHolder, fresh: string): Promise<string> {
    this.#forgetExpired(holder.keyId);
    const untilMs = this.#nowMs() + LISTEN_KEY_MS;
    const known = this.#ofHolder.get(holder.keyId);
    if (known !== undefined) {
      known.untilMs = untilMs;
      return known.listenKey;
    }
    const kept = { ...holder, listenKey: fresh, untilMs };
    this.#ofHolder.set(holder.keyId, kept);
    this.#byKey.set(fresh, kept);
    return fresh;
  }

  async extend(holder: ListenKeyHolder, listenKey: string): Promise<boolean> {
    const kept = this.#kept(listenKey);
    if (kept?.keyId !== holder.keyId) return false;
    kept.untilMs = this.#nowMs() + LISTEN_KEY_MS;
    return true;
  }

  async close(holder: ListenKeyHolder, listenKey: string): Promise<boolean> {
    const kept = this.#kept(listenKey);
    if (kept?.keyId !== holder.keyId) return false;
    this.#forget(kept);
    return true;
  }

  async find(listenKey: string): Promise<ListenKeyHolder | null> {
    const kept = this.#kept(listenKey);
    return kept === null ? null : { account: kept.account, keyId: kept.keyId };
  }

  #kept(listenKey: string): Kept | null {
    const kept = this.#byKey.get(listenKey);
    if (kept === undefined) return null;
    this.#forgetExpired(kept.keyId);
    return this.#byKey.get(listenKey) ?? null;
  }

  #forgetExpired(keyId: number): void {
    const kept = this.#ofHolder.get(keyId);
    if (kept !== undefined && kept.untilMs <= this.#nowMs()) this.#forget(kept);
  }

  #forget(kept: Kept): void {
    this.#ofHolder.delete(kept.keyId);
    this.#byKey.delete(kept.listenKey);
  }
}
