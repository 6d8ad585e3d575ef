/**
 * What the reference says of people's API: a sentence a call, complete by type. Its shapes are those of
 * functions/_shared/people/people-api.ts; programs have no part in it, they come with a key.
 */
import type { FunctionName, HandlerName } from "../routes.ts";

export type PersonHandler = HandlerName<FunctionName, "PERSON">;

export const PEOPLE_SAYS: Readonly<Record<PersonHandler, string>> = {
  showVenue: "Whether guests and funds for the asking are offered here, and at which origin passkeys work",
  showSession: "Who is signed in, if anybody",
  makeChallenge: "What a passkey is to sign, for one purpose and once",
  signUp: "A name and its first passkey; ten recovery codes, shown once",
  signIn: "By a passkey",
  signInByLink: "By a link of `npm run ops -- account link`, good once; a passkey may be added for ten minutes",
  signInByCode: "By a name and a recovery code, good once; a passkey may be added for ten minutes",
  signInAsGuest: "On a demo exchange: an account at once, without a passkey",
  signOut: "Ends this session",
  listPasskeys: "One's own",
  addPasskey: "Another one; a guest's first makes a member of the guest, with recovery codes",
  removePasskey: "Never the last one",
  renewRecoveryCodes: "Ten new ones; the old ones are gone",
  listSessions: "One's own, this one marked",
  endSession: "Of one's own",
  addDevice: "The public half of a key that a browser made: it may read and trade, for 30 days",
  listPersonKeys: "All keys of the account, devices too",
  addPersonKey: "A key for a program; the secret of an HMAC key is shown once",
  revokePersonKey: "At once, with the orders that stand left standing",
  showDemoFunds: "On a demo exchange: what may still be asked for today",
  askDemoFunds: "On a demo exchange: credited at once, within a bound a day and coin",
  withdrawAsPerson: "Like `POST /sapi/v1/capital/withdraw/apply`, by a fresh passkey in place of a key",
};
