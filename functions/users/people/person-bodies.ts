/** Bodies of /people/v1, parsed once. A misspelt field is an error; what browsers themselves write is read by its own schema. */
import { z } from "zod";
import { PLAIN_TEXT } from "../../../engine/protocol/plain-text.ts";
import { assertedBy, challengeId } from "../../_shared/people/fresh-assertion.ts";
import { assertionBody, attestationBody } from "../../_shared/people/passkey-checks.ts";
import { TOKEN_PATTERN } from "../../_shared/people/person-secrets.ts";
import { newWithdrawal } from "../../_shared/people/withdrawal-body.ts";
import { addKeyBody } from "../requests.ts";

const LABEL_LENGTH_MAX = 64;
const NAME_LENGTH_MAX = 256;
const CODE_LENGTH_MAX = 64;
const { kind, permissions, ipAllowList, publicKey } = addKeyBody.shape;
/** Engine times are µs below 2^53. */
const EXPIRY_MS_MAX = 9_000_000_000_000;

const label = z.string().max(LABEL_LENGTH_MAX).regex(PLAIN_TEXT, "holds no control characters");
/** What may be one is said in a person's words (person-name.ts). */
const name = z.string().max(NAME_LENGTH_MAX);
/** An Ed25519 public key as SPKI is 44 bytes, always. */
const devicePublicKey = z.string().regex(/^[A-Za-z0-9+/]{59}=$/, "is an Ed25519 public key: SPKI in base64");
const newKey = z.strictObject({
  label,
  kind: kind.unwrap(),
  permissions,
  ipAllowList: ipAllowList.unwrap(),
  publicKey: publicKey.unwrap().exactOptional(),
  expiresAt: z.int().min(0).max(EXPIRY_MS_MAX),
});

export const challengeBody = z.strictObject({
  purpose: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("sign_up"), name }),
    z.strictObject({ kind: z.literal("sign_in") }),
    z.strictObject({ kind: z.literal("add_passkey") }),
    z.strictObject({ kind: z.literal("add_device"), publicKey: devicePublicKey }),
    z.strictObject({ kind: z.literal("add_key"), key: newKey }),
    z.strictObject({ kind: z.literal("withdraw"), withdrawal: newWithdrawal }),
    z.strictObject({ kind: z.literal("renew_recovery_codes") }),
  ]),
});

export const nothing = z.strictObject({});
export const attestedBody = z.strictObject({ challengeId, attestation: attestationBody });
export const signInBody = z.strictObject({ challengeId, assertion: assertionBody });
export const linkBody = z.strictObject({ token: z.string().regex(TOKEN_PATTERN, "is no link's") });
export const codeBody = z.strictObject({ name, code: z.string().max(CODE_LENGTH_MAX) });
export const addPasskeyBody = attestedBody.extend({ label, fresh: assertedBy.optional() });
export const freshBody = z.strictObject({ fresh: assertedBy.optional() });
export const deviceBody = z.strictObject({ publicKey: devicePublicKey, label, fresh: assertedBy.optional() });
export const personKeyBody = z.strictObject({ key: newKey, fresh: assertedBy.optional() });
export const demoFundsBody = z.strictObject({
  coin: z.string().regex(/^[A-Z0-9._-]{1,20}$/, "is the name of a coin"),
  amount: z.string().regex(/^[0-9]{1,20}(\.[0-9]{1,20})?$/, 'is a plain decimal in a string, like "0.01"'),
});
