/**
 * What a browser's authenticator says, checked by the library: that it is the answer to our challenge, on a page of our origin,
 * by a passkey of our relying party, whose owner was verified there.
 *
 * User verification is required and not only preferred: a passkey is all that stands before the money, and without it whoever
 * finds a security key is its owner. Discoverable passkeys, which are the only ones here, come from authenticators that can.
 * Attestation is not asked for: which make of authenticator somebody has is nobody's business.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { z } from "zod";
import type { StoredChallenge } from "./challenge-store.ts";
import type { StoredPasskey } from "./passkey-store.ts";
import type { PeopleDeps } from "./people-deps.ts";

/** Ed25519, ES256, RS256 (COSE): what authenticators have. */
const ALGORITHMS = [-8, -7, -257];
const RELYING_PARTY = "Tidebook";
/** As long as the challenge itself. */
const TIMEOUT_MS = 300_000;
const TEXT_LENGTH_MAX = 12_000;
const ID_LENGTH_MAX = 1_400;

const base64url = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .regex(/^[A-Za-z0-9_-]+$/, "is base64url");
const credential = {
  id: base64url(ID_LENGTH_MAX),
  rawId: base64url(ID_LENGTH_MAX),
  type: z.literal("public-key"),
  authenticatorAttachment: z.enum(["platform", "cross-platform"]).nullish(),
};
/** Not strict, unlike bodies of our own: browsers add to it. What they add is left out. */
export const assertionBody = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(TEXT_LENGTH_MAX),
    authenticatorData: base64url(TEXT_LENGTH_MAX),
    signature: base64url(TEXT_LENGTH_MAX),
    userHandle: base64url(ID_LENGTH_MAX).nullish(),
  }),
});
export const attestationBody = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(TEXT_LENGTH_MAX),
    attestationObject: base64url(TEXT_LENGTH_MAX),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .optional(),
  }),
});
export type AssertionBody = z.output<typeof assertionBody>;
export type AttestationBody = z.output<typeof attestationBody>;

export interface Whose {
  readonly person: string;
  readonly name: string;
}

/** The handle under which an authenticator keeps whose passkey it is. */
function handleOf(person: string): Buffer<ArrayBuffer> {
  return Buffer.from(person);
}

export async function creationOptions(
  people: PeopleDeps,
  { person, name }: Whose,
  nonce: string,
  held: readonly StoredPasskey[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await import("@simplewebauthn/server");
  return generateRegistrationOptions({
    rpName: RELYING_PARTY,
    rpID: relyingPartyOf(people),
    userName: name,
    userDisplayName: name,
    userID: handleOf(person),
    challenge: Buffer.from(nonce, "base64url"),
    timeout: TIMEOUT_MS,
    attestationType: "none",
    excludeCredentials: held.map(descriptorOf),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: ALGORITHMS,
  });
}

/** @param held empty: whatever passkey its owner picks. */
export async function requestOptions(
  people: PeopleDeps,
  nonce: string,
  held: readonly StoredPasskey[],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await import("@simplewebauthn/server");
  return generateAuthenticationOptions({
    rpID: relyingPartyOf(people),
    challenge: Buffer.from(nonce, "base64url"),
    timeout: TIMEOUT_MS,
    userVerification: "required",
    ...(held.length === 0 ? {} : { allowCredentials: held.map(descriptorOf) }),
  });
}

function descriptorOf({ credential: id, transports }: StoredPasskey): { id: string; transports: string[] } {
  return { id, transports: [...transports] };
}

/** What a browser made new. null: it is not the answer to this challenge. */
export async function attestedPasskey(
  people: PeopleDeps,
  { nonce }: StoredChallenge,
  { id, rawId, type, response }: AttestationBody,
): Promise<Pick<StoredPasskey, "credential" | "publicKey" | "counter" | "transports"> | null> {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  try {
    const { clientDataJSON, attestationObject, transports = [] } = response;
    const verified = await verifyRegistrationResponse({
      response: {
        ...{ id, rawId, type, clientExtensionResults: {} },
        response: { clientDataJSON, attestationObject },
      } as RegistrationResponseJSON,
      expectedChallenge: nonce,
      expectedOrigin: people.publicOrigin,
      expectedRPID: relyingPartyOf(people),
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified.verified) return null;
    const { credential: made } = verified.registrationInfo;
    return {
      credential: made.id,
      publicKey: Buffer.from(made.publicKey).toString("base64url"),
      counter: made.counter,
      transports,
    };
  } catch {
    // Whatever the library throws, it throws at what was sent: nothing else has gone in.
    return null;
  }
}

/** The counter that the authenticator shows now. null: it is not this passkey's answer to this challenge. */
export async function assertedCounter(
  people: PeopleDeps,
  { nonce }: StoredChallenge,
  passkey: StoredPasskey,
  { id, rawId, type, response }: AssertionBody,
): Promise<number | null> {
  const { userHandle } = response;
  if ((userHandle ?? null) !== null && userHandle !== handleOf(passkey.person).toString("base64url")) return null;
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId, type, response, clientExtensionResults: {} } as AuthenticationResponseJSON,
      expectedChallenge: nonce,
      expectedOrigin: people.publicOrigin,
      expectedRPID: relyingPartyOf(people),
      credential: {
        id: passkey.credential,
        publicKey: Buffer.from(passkey.publicKey, "base64url"),
        counter: passkey.counter,
      },
      requireUserVerification: true,
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    // As above.
    return null;
  }
}

function relyingPartyOf({ publicOrigin }: PeopleDeps): string {
  return new URL(publicOrigin).hostname;
}
