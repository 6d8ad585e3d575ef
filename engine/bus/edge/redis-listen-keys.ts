/** Listen keys in Redis, so that functions make them and every replica of the stream knows them. They end by their time there. */
import { createHash } from "node:crypto";
import { LISTEN_KEY_MS, type ListenKeyHolder, type ListenKeys } from "../listen-keys.ts";
import type { LaneScript } from "./redis-lane.ts";

/**
 * KEYS[1] the API key's: its listen key. KEYS[2] the listen key's: its holder, JSON.
 * ARGV what (open, extend, close), the listen key, its life in ms, the holder.
 * Returns the API key's listen key (open); whether the listen key was the API key's (extend, close).
 */
const TEXT = `
local what, listenKey, life = ARGV[1], ARGV[2], ARGV[3]
local current = redis.call('GET', KEYS[1])
if what == 'open' then
  if current then return current end
  redis.call('SET', KEYS[1], listenKey, 'PX', life)
  redis.call('SET', KEYS[2], ARGV[4], 'PX', life)
  return listenKey
end
if current ~= listenKey then return 0 end
if what == 'close' then return redis.call('DEL', KEYS[1], KEYS[2]) > 0 and 1 or 0 end
redis.call('PEXPIRE', KEYS[1], life)
return redis.call('PEXPIRE', KEYS[2], life)
`;
const SCRIPT: LaneScript = { text: TEXT, sha1: createHash("sha1").update(TEXT).digest("hex") };

/** What this needs of a RedisLane. Rejects with OperationalError `not_sent`. */
export interface ListenKeyLane {
  evaluate(script: LaneScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  text(key: string): Promise<string | null>;
}

export class RedisListenKeys implements ListenKeys {
  readonly #lane: ListenKeyLane;

  constructor(lane: ListenKeyLane) {
    this.#lane = lane;
  }

  async open(holder: ListenKeyHolder, fresh: string): Promise<string> {
    const { account, keyId } = holder;
    const listenKey = String(await this.#run("open", holder, fresh, JSON.stringify({ account, keyId })));
    if (listenKey !== fresh) await this.extend(holder, listenKey);
    return listenKey;
  }

  async extend(holder: ListenKeyHolder, listenKey: string): Promise<boolean> {
    return (await this.#run("extend", holder, listenKey)) === 1;
  }

  async close(holder: ListenKeyHolder, listenKey: string): Promise<boolean> {
    return (await this.#run("close", holder, listenKey)) === 1;
  }

  async find(listenKey: string): Promise<ListenKeyHolder | null> {
    const text = await this.#lane.text(keyOf(listenKey));
    return text === null ? null : (JSON.parse(text) as ListenKeyHolder);
  }

  #run(
    what: "open" | "extend" | "close",
    { keyId }: ListenKeyHolder,
    listenKey: string,
    holder = "",
  ): Promise<unknown> {
    const keys = [`listen:holder:${keyId}`, keyOf(listenKey)];
    return this.#lane.evaluate(SCRIPT, keys, [what, listenKey, LISTEN_KEY_MS, holder]);
  }
}

function keyOf(listenKey: string): string {
  return `listen:key:${listenKey}`;
}
