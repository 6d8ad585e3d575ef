/** People, as the rooms of the screen see them: who is signed in here, and every way in. */
import type { Accessor } from "solid-js";
import type * as api from "../../../_shared/people/people-api.ts";
import type { Answer } from "./contract.ts";

export interface People {
  /** null: not known yet. */
  readonly venue: Accessor<api.Venue | null>;
  /** undefined: not known yet; null: nobody. */
  readonly person: Accessor<api.Person | null | undefined>;
  /** Passkeys cannot work here: no WebAuthn in this browser, or not the public origin (then: where to go). */
  readonly passkeys: Accessor<"ok" | "unsupported" | { readonly goTo: string }>;

  /** Each ends with this device's key registered and the account opening. */
  readonly signUp: (name: string) => Promise<Answer<{ readonly recoveryCodes: readonly string[] }>>;
  readonly signIn: () => Promise<Answer<null>>;
  readonly signInByLink: (token: string) => Promise<Answer<null>>;
  readonly signInByCode: (name: string, code: string) => Promise<Answer<null>>;
  /** The demo's visitors: no passkey, funds at once. */
  readonly signInAsGuest: () => Promise<Answer<null>>;
  /** Forgets this device's key too (it is revoked). */
  readonly signOut: () => Promise<Answer<null>>;

  readonly passkeyList: () => Promise<Answer<readonly api.Passkey[]>>;
  readonly addPasskey: (label: string) => Promise<Answer<{ readonly recoveryCodes: readonly string[] | null }>>;
  readonly removePasskey: (id: string) => Promise<Answer<null>>;
  readonly renewRecoveryCodes: () => Promise<Answer<readonly string[]>>;
  readonly sessions: () => Promise<Answer<readonly api.SessionView[]>>;
  readonly endSession: (id: string) => Promise<Answer<null>>;
  readonly keys: () => Promise<Answer<readonly api.KeyView[]>>;
  /** The key of this browser; null: none. */
  readonly deviceKey: Accessor<string | null>;
  /** This browser's key was revoked or has expired: a person is to be told; `openDevice` makes another. */
  readonly isKeyEnded: Accessor<boolean>;
  /** A key for this browser where somebody is signed in without one, by a fresh passkey assertion if need be. */
  readonly openDevice: () => Promise<Answer<null>>;
  readonly addKey: (key: api.NewKey) => Promise<Answer<api.AddedKey>>;
  readonly revokeKey: (apiKey: string) => Promise<Answer<null>>;
  readonly withdraw: (withdrawal: api.NewWithdrawal) => Promise<Answer<{ readonly id: string }>>;
  /** The demo's. */
  readonly depositable: () => Promise<Answer<readonly { readonly coin: string; readonly available: string }[]>>;
  readonly deposit: (coin: string, amount: string) => Promise<Answer<null>>;
}
