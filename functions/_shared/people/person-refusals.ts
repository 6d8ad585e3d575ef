/** The no of the routes of people, in words for whoever sits before the screen. */
import { Refusal } from "../../../engine/api/refusal.ts";

const NOT_YOURS = -2015;
const NOT_HERE = -1000;

export const signInFirst = (): Refusal => new Refusal(401, NOT_YOURS, "Sign in first.");
export const signInRefused = (): Refusal =>
  new Refusal(401, NOT_YOURS, "This does not sign anybody in, or no longer does.");
export const originRefused = (publicOrigin: string): Refusal =>
  new Refusal(403, NOT_YOURS, `Requests of people come from pages of ${publicOrigin} alone.`);
export const assertionNeeded = (): Refusal => new Refusal(403, NOT_YOURS, "This needs your passkey, now.");
export const passkeyNeeded = (): Refusal => new Refusal(403, NOT_YOURS, "This needs a passkey: add one first.");
/** One sentence for a challenge that is unknown, used, old, another's or for something else: who asks honestly asks again. */
export const assertionRefused = (): Refusal =>
  new Refusal(403, NOT_YOURS, "The passkey's answer is not for this, is too old or was used before: try again.");
export const nobodyHere = (): Refusal => new Refusal(404, NOT_HERE, "This exchange keeps no people.");
export const notOffered = (): Refusal => new Refusal(404, NOT_HERE, "This is for demo exchanges alone.");
export const notThere = (what: string): Refusal => new Refusal(404, NOT_HERE, `There is no such ${what}.`);
export const nameTaken = (): Refusal =>
  new Refusal(409, -2010, "Somebody has this name already, or one that looks like it.");
export const tooManyOf = (what: string): Refusal =>
  new Refusal(400, -1130, `There are too many ${what}: remove one first.`);
export const usedUp = (words: string): Refusal => new Refusal(429, -1003, words);
export const invalid = (words: string): Refusal => new Refusal(400, -1130, words);
export const accountElsewhere = (): Refusal =>
  new Refusal(409, -2010, "The ledger does not know this account as yours: ask the operator.");
