/**
 * A FAKE authenticator and browser for tests: makes passkeys and signs with them as WebAuthn says (level 3, §6 and §7), attestation
 * "none". Its own code down to the CBOR: it shares nothing with the library that checks it.
 *
 * A test may bend what it says: another origin, another relying party, an owner that was not verified, a counter that stands.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type { Challenge } from "../people-api.ts";

export type PasskeyAlgorithm = "ES256" | "Ed25519";

export interface Bent {
  readonly origin?: string;
  readonly relyingParty?: string;
  readonly isVerified?: boolean;
  readonly challenge?: string;
  readonly type?: string;
  /** Added to the counter; 1 is what an honest one does. */
  readonly counted?: number;
}

interface HeldPasskey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly algorithm: PasskeyAlgorithm;
  readonly userHandle: string;
  counter: number;
}

const FLAG_PRESENT = 0x01;
const FLAG_VERIFIED = 0x04;
const FLAG_ATTESTED = 0x40;

export class SoftwareAuthenticator {
  readonly passkeys: HeldPasskey[] = [];
  readonly #origin: string;
  /** 0: it does not count, as most that sync do not. */
  readonly #counts: boolean;

  constructor(origin: string, counts = true) {
    this.#origin = origin;
    this.#counts = counts;
  }

  /** navigator.credentials.create */
  create(creation: Challenge["creation"], algorithm: PasskeyAlgorithm = "ES256", bent: Bent = {}) {
    if (creation === undefined) throw new Error("the challenge asks for no new passkey");
    const { publicKey, privateKey } =
      algorithm === "ES256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519");
    const idBytes = randomBytes(32);
    const id = idBytes.toString("base64url");
    const passkey: HeldPasskey = { id, privateKey, algorithm, userHandle: creation.user.id, counter: 0 };
    this.passkeys.push(passkey);
    const authenticatorData = Buffer.concat([
      this.#authenticatorData(passkey, bent.relyingParty ?? creation.rp.id ?? "", FLAG_ATTESTED, bent),
      Buffer.alloc(16),
      uint16(idBytes.length),
      idBytes,
      coseKey(publicKey, algorithm),
    ]);
    const attestationObject = cborMap([
      ["fmt", cborText("none")],
      ["attStmt", cborMap([])],
      ["authData", cborBytes(authenticatorData)],
    ]);
    const clientData = this.#clientData("webauthn.create", creation.challenge, bent);
    return {
      id,
      rawId: id,
      type: "public-key" as const,
      authenticatorAttachment: "platform" as const,
      clientExtensionResults: { credProps: { rk: true } },
      response: {
        clientDataJSON: clientData.toString("base64url"),
        attestationObject: attestationObject.toString("base64url"),
        transports: ["internal" as const],
        publicKeyAlgorithm: algorithm === "ES256" ? -7 : -8,
      },
    };
  }

  /** navigator.credentials.get. @param passkey the one its owner picks; not given: the newest that is allowed. */
  get(request: Challenge["request"], bent: Bent = {}, passkey = this.#picked(request)) {
    if (request === undefined) throw new Error("the challenge asks for no passkey");
    const clientData = this.#clientData("webauthn.get", request.challenge, bent);
    if (this.#counts) passkey.counter += bent.counted ?? 1;
    const authenticatorData = this.#authenticatorData(passkey, bent.relyingParty ?? request.rpId ?? "", 0, bent);
    const signed = Buffer.concat([authenticatorData, createHash("sha256").update(clientData).digest()]);
    const signature = sign(passkey.algorithm === "ES256" ? "sha256" : null, signed, passkey.privateKey);
    return {
      id: passkey.id,
      rawId: passkey.id,
      type: "public-key" as const,
      authenticatorAttachment: "platform" as const,
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString("base64url"),
        authenticatorData: authenticatorData.toString("base64url"),
        signature: signature.toString("base64url"),
        userHandle: passkey.userHandle,
      },
    };
  }

  #picked(request: Challenge["request"]): HeldPasskey {
    const allowed = request?.allowCredentials?.map(({ id }) => id);
    const passkey = this.passkeys.findLast(({ id }) => allowed === undefined || allowed.includes(id));
    if (passkey === undefined) throw new Error("no passkey here may answer");
    return passkey;
  }

  #clientData(type: string, challenge: string, bent: Bent): Buffer {
    const origin = bent.origin ?? this.#origin;
    return Buffer.from(
      JSON.stringify({ type: bent.type ?? type, challenge: bent.challenge ?? challenge, origin, crossOrigin: false }),
    );
  }

  #authenticatorData({ counter }: HeldPasskey, relyingParty: string, flags: number, bent: Bent): Buffer {
    const verified = bent.isVerified === false ? 0 : FLAG_VERIFIED;
    return Buffer.concat([
      createHash("sha256").update(relyingParty).digest(),
      Buffer.from([flags | FLAG_PRESENT | verified]),
      uint32(this.#counts ? counter : 0),
    ]);
  }
}

/** RFC 9053: what a verifier needs of a public key. */
function coseKey(publicKey: KeyObject, algorithm: PasskeyAlgorithm): Buffer {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const bytes = (text: string): Buffer => cborBytes(Buffer.from(text, "base64url"));
  if (algorithm === "Ed25519") {
    return cborMap([
      [1, cborInteger(1)],
      [3, cborInteger(-8)],
      [-1, cborInteger(6)],
      [-2, bytes(x)],
    ]);
  }
  return cborMap([
    [1, cborInteger(2)],
    [3, cborInteger(-7)],
    [-1, cborInteger(1)],
    [-2, bytes(x)],
    [-3, bytes(y)],
  ]);
}

/** RFC 8949, as far as it is needed here. */
function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.concat([Buffer.from([(major << 5) | 25]), uint16(value)]);
}

function cborInteger(value: number): Buffer {
  return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
}

function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([cborHead(2, bytes.length), bytes]);
}

function cborText(text: string): Buffer {
  return Buffer.concat([cborHead(3, Buffer.byteLength(text)), Buffer.from(text)]);
}

function cborMap(entries: readonly (readonly [string | number, Buffer])[]): Buffer {
  const pairs = entries.flatMap(([key, value]) => [typeof key === "string" ? cborText(key) : cborInteger(key), value]);
  return Buffer.concat([cborHead(5, entries.length), ...pairs]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
