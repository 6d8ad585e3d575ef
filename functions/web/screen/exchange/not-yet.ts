/** Nobody signed in: what stands in the place of the account and the people until they are opened. */
import type { Account } from "./contract.ts";
import type { People } from "./people-contract.ts";
import { notSent } from "./refusal.ts";

const away = async () => notSent("Nobody is signed in.");

export function accountAway(): Account {
  return {
    state: () => "none",
    balances: () => new Map(),
    openOrders: () => [],
    fills: () => [],
    commission: () => () => null,
    onNews: () => () => {},
    place: away,
    placeList: away,
    cancel: away,
    cancelAll: away,
    amendQuantity: away,
    replace: away,
    request: away,
    signedGet: away,
  };
}

export function peopleAway(): People {
  return {
    venue: () => null,
    person: () => null,
    passkeys: () => "unsupported",
    signUp: away,
    signIn: away,
    signInByLink: away,
    signInByCode: away,
    signInAsGuest: away,
    signOut: away,
    passkeyList: away,
    addPasskey: away,
    removePasskey: away,
    renewRecoveryCodes: away,
    sessions: away,
    endSession: away,
    keys: away,
    deviceKey: () => null,
    addKey: away,
    revokeKey: away,
    withdraw: away,
    depositable: away,
    deposit: away,
  };
}
