/** What the routes of people depend on: where they are kept, and the one origin at which their passkeys work. */
import type { PeopleStore } from "./people-store.ts";

export interface PeopleDeps {
  readonly store: PeopleStore;
  /** PUBLIC_ORIGIN, without a path. Its host name is the relying party of every passkey. */
  readonly publicOrigin: string;
  /** Told when somebody looks at the screen, before they do anything. Not given: nothing has to be made. */
  readonly prepare?: () => void;
}
