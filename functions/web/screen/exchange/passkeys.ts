/** The browser's dialogs for passkeys, by @simplewebauthn/browser, which is loaded when the first one is needed. */
import type * as api from "../../../_shared/people/people-api.ts";
import { words } from "../words/words.ts";
import type { Answer, Refused } from "./contract.ts";
import { requests } from "./people-requests.ts";
import { refusedHere } from "./refusal.ts";

const load = () => import("@simplewebauthn/browser");

/** Asserts by a passkey for exactly this purpose. */
export async function assertFor(purpose: api.Purpose): Promise<Answer<api.FreshAssertion>> {
  const challenge = await requests.challenge(purpose);
  return challenge.outcome === "ok" ? await assertChallenge(challenge.value) : challenge;
}

export async function assertChallenge({ challengeId, request }: api.Challenge): Promise<Answer<api.FreshAssertion>> {
  if (request === undefined) return refusedHere(words().exchange.noPasskeyAsked);
  try {
    const { startAuthentication } = await load();
    const assertion = await startAuthentication({ optionsJSON: request });
    return { outcome: "ok", value: { challengeId, assertion } };
  } catch (error) {
    return saidNo(error);
  }
}

export async function attestChallenge({ challengeId, creation }: api.Challenge): Promise<Answer<api.Attested>> {
  if (creation === undefined) return refusedHere(words().exchange.noNewPasskeyAsked);
  try {
    const { startRegistration } = await load();
    const attestation = await startRegistration({ optionsJSON: creation });
    return { outcome: "ok", value: { challengeId, attestation } };
  } catch (error) {
    return saidNo(error);
  }
}

function saidNo(error: unknown): Refused {
  const { name, message } = error as { readonly name?: string; readonly message?: string };
  const { passkeyErrors, passkeyFailed } = words().exchange;
  const known: Readonly<Record<string, string>> = passkeyErrors;
  return refusedHere(known[name ?? ""] ?? passkeyFailed(message ?? String(error)));
}

/** A person's own name for where a passkey or a key lives: "Chrome on Linux". */
export function thisDevice(): string {
  const agent = navigator.userAgent;
  const browsers = { Edg: "Edge", OPR: "Opera", Firefox: "Firefox", Chrome: "Chrome", Safari: "Safari" };
  const systems = {
    Android: "Android",
    iPhone: "iPhone",
    iPad: "iPad",
    Windows: "Windows",
    Mac: "Mac",
    Linux: "Linux",
  };
  const named = (names: Readonly<Record<string, string>>): string | undefined =>
    Object.entries(names).find(([word]) => agent.includes(word))?.[1];
  return `${named(browsers) ?? "Browser"} on ${named(systems) ?? "a device"}`;
}
