/**
 * What the trading screen says to the exchange about people: the JSON of /people/v1, as plain types.
 *
 * Everything else that the screen does goes over the public API, signed by a key that the browser made. A person signs in
 * by a passkey; what the server keeps of them is public: names, public keys, hashes of what was shown once.
 *
 * A session is a cookie (HttpOnly, SameSite=Strict); every POST and DELETE needs an Origin that is PUBLIC_ORIGIN. Errors are
 * the dialect's `{code, msg}`: 401 -2015 without a session, 403 -2015 of another origin or without a fresh assertion where one
 * is needed, 404 -1000 where this exchange has no such thing (the demo's ways elsewhere).
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";

/** GET /people/v1/venue: before anybody signs in. */
export interface Venue {
  /** Guests, and funds for the asking. */
  readonly isDemo: boolean;
  /** Where passkeys work, e.g. `http://localhost:8080`; a page of another origin leads there. */
  readonly publicOrigin: string;
}

export interface Person {
  /** Opaque. */
  readonly id: string;
  /** As they chose it, 1 to 64 characters; unique without regard to case. */
  readonly name: string;
  /** Of the ledger. */
  readonly account: number;
  /** Without a passkey yet: the demo's visitors. What needs a fresh assertion needs a passkey first. */
  readonly isGuest: boolean;
  /** Until then (ms) a new device needs no assertion more; 0: it does. */
  readonly freshUntil: number;
}

/** GET /people/v1/session; never 401. */
export interface SessionAnswer {
  readonly person: Person | null;
}

/**
 * What an assertion is asked for, and good for: once, within five minutes, for exactly this. Whoever acts sends
 * `{challengeId, assertion}` beside the same fields.
 */
export type Purpose =
  | { readonly kind: "sign_up"; readonly name: string }
  | { readonly kind: "sign_in" }
  | { readonly kind: "add_passkey" }
  | { readonly kind: "add_device"; readonly publicKey: string }
  | { readonly kind: "add_key"; readonly key: NewKey }
  | { readonly kind: "withdraw"; readonly withdrawal: NewWithdrawal }
  | { readonly kind: "renew_recovery_codes" };

/** POST /people/v1/challenges {purpose}. sign_up and add_passkey give `creation`, all others `request`. */
export interface Challenge {
  readonly challengeId: string;
  readonly creation?: PublicKeyCredentialCreationOptionsJSON;
  readonly request?: PublicKeyCredentialRequestOptionsJSON;
}

/** What answers a challenge of a person that is signed in. */
export interface FreshAssertion {
  readonly challengeId: string;
  readonly assertion: AuthenticationResponseJSON;
}

export interface Attested {
  readonly challengeId: string;
  readonly attestation: RegistrationResponseJSON;
}

/** POST /people/v1/sign-up Attested; sets the cookie. */
export interface SignedUp {
  readonly person: Person;
  /** Ten, shown once. */
  readonly recoveryCodes: readonly string[];
}

/**
 * POST /people/v1/sign-in FreshAssertion; POST /people/v1/sign-in-by-link {token}; POST /people/v1/sign-in-by-code
 * {name, code}; POST /people/v1/guests {} (demo): each sets the cookie. By link and by code a passkey may be added without an
 * assertion for ten minutes; both are good once.
 */
export interface SignedIn {
  readonly person: Person;
}
// POST /people/v1/sign-out {}: ends this session → {}.

/** GET /people/v1/passkeys; DELETE /people/v1/passkeys/<id> (never the last one: 400). */
export interface Passkey {
  readonly id: string;
  readonly label: string;
  readonly createdAt: number;
  /** 0: never. */
  readonly usedAt: number;
}
// POST /people/v1/passkeys Attested & {label} & Partial<{fresh: FreshAssertion}>: `fresh` for purpose add_passkey's own
// request; a guest, or somebody come by link or code, needs none. → Passkey & {recoveryCodes?} (a guest's first brings codes).
// For add_passkey the challenge carries both: `creation`, and `request` where a fresh assertion is needed.

/** POST /people/v1/recovery-codes {fresh}: the old ones are gone. */
export interface RecoveryCodes {
  readonly recoveryCodes: readonly string[];
}

/** GET /people/v1/sessions; DELETE /people/v1/sessions/<id>; `others`: all but this one. Browsers' keys outlive them. */
export interface SessionView {
  readonly id: string;
  readonly createdAt: number;
  readonly usedAt: number;
  readonly userAgent: string;
  readonly isThis: boolean;
}

/**
 * POST /people/v1/devices {publicKey, label, fresh?}: registers the browser's Ed25519 key (SPKI, base64) for reading and
 * trading, 30 days. Needs a session whose person asserted within five minutes, or `fresh`; a guest's own first session needs
 * none. The same public key again gives the same key.
 */
export interface Device {
  readonly apiKey: string;
  /** ms. */
  readonly expiresAt: number;
}

export interface NewKey {
  readonly label: string;
  readonly kind: "hmac_sha256" | "ed25519" | "rsa_sha256";
  readonly permissions: readonly ("read" | "trade" | "withdraw")[];
  readonly ipAllowList: readonly string[];
  /** PEM or base64 SPKI; for the kinds that have one. */
  readonly publicKey?: string;
  /** ms; 0: never. */
  readonly expiresAt: number;
}

/** GET /people/v1/keys: all of the account, devices too; DELETE /people/v1/keys/<apiKey>. */
export interface KeyView {
  readonly apiKey: string;
  readonly label: string;
  readonly kind: NewKey["kind"];
  readonly permissions: readonly string[];
  readonly ipAllowList: readonly string[];
  /** ms; 0: never. */
  readonly expiresAt: number;
  readonly isDevice: boolean;
  readonly state: "live" | "disabled" | "expired" | "revoked";
}

/** POST /people/v1/keys {key: NewKey, fresh} → KeyView & {apiSecret?}: the secret of an HMAC key, shown once. */
export interface AddedKey extends KeyView {
  readonly apiSecret?: string;
}

export interface NewWithdrawal {
  readonly coin: string;
  /** Decimal. */
  readonly amount: string;
  readonly address: string;
  readonly network?: string;
  readonly addressTag?: string;
  /** Makes the same request again the same withdrawal. */
  readonly withdrawOrderId: string;
}
// POST /people/v1/withdrawals {withdrawal: NewWithdrawal, fresh} → {id} (functions/funding).

// POST /people/v1/deposits {coin, amount} (demo): credited at once, within a bound a day and coin → {coin, amount}.
// GET /people/v1/deposits (demo) → {coins: [{coin, available}]}: what may still be asked for today.
