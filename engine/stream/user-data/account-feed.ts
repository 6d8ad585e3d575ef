/** x */
import type { EngineReads, FeedSource } from "../../bus/engine-client.ts";
import type { StreamLog } from "../feed-follower.ts";
import type { StreamClock } from "../stream-clock.ts";
import type { UserData } from "./user-data.ts";

export interface AccountFeedDeps {
  readonly reads: EngineReads;
  readonly feed: FeedSource;
  readonly clock: StreamClock;
  readonly log: StreamLog;
}
export class AccountFeed implements UserData {
  constructor(_deps: AccountFeedDeps) {}
  async subscribe(): Promise<() => void> {
    return () => {};
  }
}
