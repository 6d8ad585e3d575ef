/** Refusals that only a socket of the WebSocket API can meet: its JSON, its session, its user data streams. */
import type { KeyRecord } from "../domain/operator.ts";
import { Refusal } from "./refusal.ts";

export const jsonInvalid = (): Refusal => new Refusal(400, -1135, "Invalid JSON Request");
export const methodUnknown = (): Refusal => new Refusal(400, -1020, "This operation is not supported.");
export const subscriptionActive = (): Refusal =>
  new Refusal(400, -2035, "User Data Stream subscription already active.");
export const subscriptionNotActive = (): Refusal =>
  new Refusal(400, -2036, "User Data Stream subscription not active.");
export const subscriptionIdsUsedUp = (): Refusal =>
  new Refusal(400, -2042, "Maximum subscription ID reached for this connection.");
/** The words are ours: the specification is silent. */
export const subscriptionsUsedUp = (): Refusal =>
  new Refusal(400, -2042, "Maximum number of subscriptions reached for this connection.");

const KIND_WORD: Readonly<Record<KeyRecord["kind"], string>> = {
  hmac_sha256: "HMAC_SHA256",
  ed25519: "ED25519",
  rsa_sha256: "RSA",
};

/** session.logon takes Ed25519 keys alone. */
export const keyKindUnsupported = (kind: KeyRecord["kind"]): Refusal =>
  new Refusal(400, -4056, `${KIND_WORD[kind]} API key is not supported.`);
