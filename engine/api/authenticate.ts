/**
 * Who asks: the checks of a signed request, in the order of trading-api.md §1.3.
 *
 * Mandatory parameters come before (Parameters), then: form of the key (-2014), key known, address and permission
 * (-2015), timestamp (-1021), signature (-1022). The engine checks the key again when it applies a command.
 */
import type { KeyPermission, KeyRecord } from "../domain/operator.ts";
import { addressIsAllowed } from "./ip-allow-list.ts";
import { isLive } from "./key-use.ts";
import {
  apiKeyInvalid,
  apiKeyMalformed,
  parameterMissing,
  recvWindowTooLarge,
  signatureInvalid,
  timestampAhead,
  timestampTooOld,
} from "./refusal.ts";
import { signatureIsValid, type VerifyingKeys } from "./signature.ts";

const API_KEY_PATTERN = /^[A-Za-z0-9_-]{8,128}$/;
const RECV_WINDOW_DEFAULT_US = 5_000_000;
const RECV_WINDOW_MAX_US = 60_000_000;
const AHEAD_MAX_US = 1_000_000;
/** The edge waits no longer than this for the engine: the answer "unknown" comes at ten seconds. */
const ANSWER_WITHIN_US = 9_000_000;
/** Times above this are µs, below ms. */
const MICROSECONDS_ABOVE = 1e14;

/** What a request shows of its sender. */
export interface Presented {
  readonly apiKey: string;
  readonly remoteAddress: string;
  readonly timestamp: string;
  /** "" for the default. */
  readonly recvWindow: string;
  readonly signedPayload: string;
  /** The same parameters in another spelling that clients sign as well (trading-api.md §1.3, WebSocket API). Not given: none. */
  readonly alsoSigned?: string;
  readonly signature: string;
}

/** A verified sender and the time within which the request may still be executed. */
export interface Sender {
  readonly account: number;
  readonly keyId: number;
  /** The earlier of nine seconds from now and the end of the request's own window. */
  readonly deadlineUs: number;
}

export interface KeyRing {
  readonly reads: { keyByApiKey(apiKey: string): KeyRecord | null | Promise<KeyRecord | null> };
  readonly verifyingKeys: VerifyingKeys;
}

/** Rejects with Refusal. */
export async function authenticate(
  presented: Presented,
  permission: KeyPermission,
  keys: KeyRing,
  nowUs: number,
): Promise<Sender> {
  // These two belong to the mandatory parameters and come before the key.
  if (presented.timestamp === "") throw parameterMissing("timestamp");
  if (presented.signature === "") throw parameterMissing("signature");
  const timestampUs = requestTimeUs(presented.timestamp, "timestamp");
  const windowUs = recvWindowUs(presented.recvWindow);

  const key = await usableKey(presented.apiKey, presented.remoteAddress, permission, keys, nowUs);
  checkTimestamp(timestampUs, windowUs, nowUs);
  if (!isSigned(presented, key, keys.verifyingKeys)) throw signatureInvalid();
  return senderOf(key, timestampUs, windowUs, nowUs);
}

/** Whoever has logged on signs no more; all else is checked as ever. Rejects with Refusal. */
export async function authenticateSession(
  presented: Pick<Presented, "apiKey" | "remoteAddress" | "timestamp" | "recvWindow">,
  permission: KeyPermission,
  keys: Pick<KeyRing, "reads">,
  nowUs: number,
): Promise<Sender> {
  if (presented.timestamp === "") throw parameterMissing("timestamp");
  const timestampUs = requestTimeUs(presented.timestamp, "timestamp");
  const windowUs = recvWindowUs(presented.recvWindow);
  const key = await usableKey(presented.apiKey, presented.remoteAddress, permission, keys, nowUs);
  checkTimestamp(timestampUs, windowUs, nowUs);
  return senderOf(key, timestampUs, windowUs, nowUs);
}

async function usableKey(
  apiKey: string,
  remoteAddress: string,
  permission: KeyPermission,
  keys: Pick<KeyRing, "reads">,
  nowUs: number,
): Promise<KeyRecord> {
  const key = await knownKey(apiKey, remoteAddress, keys, nowUs);
  if (!key.permissions.includes(permission)) throw apiKeyInvalid();
  return key;
}

/** Whoever shows a key that may read, unsigned: nothing is moved by it. Rejects with Refusal. */
export async function authenticateKey(
  presented: Pick<Presented, "apiKey" | "remoteAddress">,
  keys: Pick<KeyRing, "reads">,
  nowUs: number,
): Promise<Sender> {
  const key = await usableKey(presented.apiKey, presented.remoteAddress, "read", keys, nowUs);
  return { account: key.account, keyId: key.id, deadlineUs: nowUs + ANSWER_WITHIN_US };
}

/** The key of that name, if it may be used from there, now, for whatever. Rejects with Refusal -2014, -2015. */
export async function knownKey(
  apiKey: string,
  remoteAddress: string,
  keys: Pick<KeyRing, "reads">,
  nowUs: number,
): Promise<KeyRecord> {
  if (!API_KEY_PATTERN.test(apiKey)) throw apiKeyMalformed();
  const key = await keys.reads.keyByApiKey(apiKey);
  if (key === null || !isLive(key, nowUs)) throw apiKeyInvalid();
  if (!addressIsAllowed(key, remoteAddress)) throw apiKeyInvalid();
  return key;
}

function isSigned(presented: Presented, key: KeyRecord, verifyingKeys: VerifyingKeys): boolean {
  const verifying = verifyingKeys.of(key);
  const { signedPayload, alsoSigned = signedPayload, signature } = presented;
  if (signatureIsValid(key.kind, verifying, signedPayload, signature)) return true;
  return alsoSigned !== signedPayload && signatureIsValid(key.kind, verifying, alsoSigned, signature);
}

function senderOf(key: KeyRecord, timestampUs: number, windowUs: number, nowUs: number): Sender {
  return {
    account: key.account,
    keyId: key.id,
    deadlineUs: Math.min(nowUs + ANSWER_WITHIN_US, timestampUs + windowUs),
  };
}

/** In time iff timestamp < now + 1 s and now − timestamp ≤ recvWindow. */
function checkTimestamp(timestampUs: number, windowUs: number, nowUs: number): void {
  if (timestampUs >= nowUs + AHEAD_MAX_US) throw timestampAhead();
  if (nowUs - timestampUs > windowUs) throw timestampTooOld();
}

/** A time of a request, ms or µs by its magnitude, in µs. @throws Refusal -1102 for what is no whole number below 2^53. */
export function requestTimeUs(text: string, parameter: string): number {
  const value = Number(text);
  if (!/^[0-9]{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw parameterMissing(parameter);
  return value > MICROSECONDS_ABOVE ? value : value * 1_000;
}

/**
 * The end of a request's own window: timestamp and recvWindow, at most 60 s apart, as µs. A function of the request alone,
 * whenever it arrives. @throws Refusal -1102, -1131
 */
export function windowEndUs(timestamp: string, recvWindow: string): number {
  return requestTimeUs(timestamp, "timestamp") + recvWindowUs(recvWindow);
}

/** In ms with up to three decimals. */
function recvWindowUs(text: string): number {
  if (text === "") return RECV_WINDOW_DEFAULT_US;
  if (!/^[0-9]{1,20}(\.[0-9]{1,3})?$/.test(text)) throw parameterMissing("recvWindow");
  const us = Math.round(Number(text) * 1_000);
  if (us > RECV_WINDOW_MAX_US) throw recvWindowTooLarge();
  return us;
}
