/** What the WebSocket API depends on: what REST does, and the account's events. */
import type { ApiDeps } from "../../api/calls/call.ts";
import type { OpenSecret } from "../../api/calls/outcome.ts";
import type { UserData } from "../user-data/user-data.ts";

/** What whoever composes a process brings; the stream itself adds its reads and its feed. */
export interface ApiHost extends Omit<ApiDeps, "stream"> {
  readonly openSecret: OpenSecret;
  /** A fault of ours, for the operator's log; never contents of an order or a secret. */
  readonly reportFault: (fault: { readonly at: string; readonly error: unknown }) => void;
  /** As EdgeDeps.prepare: afterwards the catalog and the key of that name are at hand and fresh. */
  readonly prepare?: (apiKey?: string) => Promise<void>;
}

export interface ApiServerDeps extends ApiHost {
  readonly stream: ApiDeps["stream"];
  readonly userData: UserData;
}
