/** What people ask of functions/users: one table, complete by type. */
import type { EdgeDeps } from "../../_shared/deps.ts";
import type { Venue } from "../../_shared/people/people-api.ts";
import type { PersonCall, PersonHandlers } from "../../_shared/people/person-request.ts";
import { makeChallenge } from "./challenges.ts";
import { askDemoFunds, showDemoFunds } from "./demo-funds.ts";
import { addDevice } from "./devices.ts";
import { signInAsGuest } from "./guests.ts";
import { addPasskey, listPasskeys, removePasskey, renewRecoveryCodes } from "./passkeys.ts";
import { addPersonKey, listPersonKeys, revokePersonKey } from "./person-keys.ts";
import { endSession, listSessions, showSession, signOut } from "./sessions.ts";
import { signIn, signInByCode, signInByLink } from "./sign-in.ts";
import { signUp } from "./sign-up.ts";

export const PERSON_CALLS: PersonHandlers<"users", EdgeDeps> = {
  showVenue,
  showSession,
  makeChallenge,
  signUp,
  signIn,
  signInByLink,
  signInByCode,
  signInAsGuest,
  signOut,
  listPasskeys,
  addPasskey,
  removePasskey,
  renewRecoveryCodes,
  listSessions,
  endSession,
  addDevice,
  listPersonKeys,
  addPersonKey,
  revokePersonKey,
  showDemoFunds,
  askDemoFunds,
};

function showVenue({ deps, people }: PersonCall): Venue {
  people.prepare?.();
  return { isDemo: deps.demo !== undefined, publicOrigin: people.publicOrigin };
}
