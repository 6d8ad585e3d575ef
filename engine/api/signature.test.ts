/** Signatures: the documented vectors, and the payload that they cover. */
import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { KeyRecord } from "../domain/operator.ts";
import { receiveParameters } from "./parameters.ts";
import { hmacSha256, signatureIsValid, VerifyingKeys } from "./signature.ts";

const SECRET = Buffer.from("NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j");
const ORDER =
  "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559";
const VECTORS: readonly (readonly [string, string])[] = [
  [ORDER, "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"],
  [
    ORDER.replace("LTCBTC", "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96"),
    "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
  ],
  [
    "apiKey=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A&price=52000.00&quantity=0.01000000&recvWindow=100&side=SELL&symbol=BTCUSDT&timeInForce=GTC&timestamp=1645423376532&type=LIMIT",
    "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24",
  ],
];

function record(kind: KeyRecord["kind"], material: string): KeyRecord {
  return {
    id: 1,
    account: 1,
    apiKey: "a-key-of-a-test",
    kind,
    material,
    permissions: ["read"],
    ipAllowList: [],
    expiresUs: 0,
    label: "",
    revoked: false,
  };
}

const keys = new VerifyingKeys((material) => Buffer.from(material, "base64"));
const hmacKey = keys.of(record("hmac_sha256", SECRET.toString("base64")));

describe("HMAC-SHA256", () => {
  test.each(VECTORS)("the documented payload %s has its documented signature", (payload, signature) => {
    expect(hmacSha256(SECRET, payload).toString("hex")).toBe(signature);
    expect(signatureIsValid("hmac_sha256", hmacKey, payload, signature)).toBe(true);
    expect(signatureIsValid("hmac_sha256", hmacKey, payload, signature.toUpperCase())).toBe(true);
  });

  test("one bit, one character more, one less, or no hex at all is not valid", () => {
    const [[payload, good]] = VECTORS as [readonly [string, string]];
    const wrong = [`d${good.slice(1)}`, `${good}0`, good.slice(1), "", "z".repeat(64), `${good.slice(0, 62)}zz`];
    expect(wrong.map((signature) => signatureIsValid("hmac_sha256", hmacKey, payload, signature))).toEqual(
      wrong.map(() => false),
    );
    expect(signatureIsValid("hmac_sha256", hmacKey, `${payload}0`, good)).toBe(false);
  });

  test("a key whose material changed is made anew", () => {
    const ring = new VerifyingKeys((material) => Buffer.from(material));
    const first = ring.of(record("hmac_sha256", "one"));
    expect(ring.of(record("hmac_sha256", "one"))).toBe(first);
    expect(ring.of(record("hmac_sha256", "two")).equals(first)).toBe(false);
  });
});

describe("Ed25519 and RSA", () => {
  test("a base64 signature by the private key is valid, one by another key is not", () => {
    const ed = generateKeyPairSync("ed25519");
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = (key: typeof ed.publicKey): string => key.export({ type: "spki", format: "pem" }).toString();
    const edKey = keys.of({ ...record("ed25519", pem(ed.publicKey)), apiKey: "ed" });
    const rsaKey = keys.of({ ...record("rsa_sha256", pem(rsa.publicKey)), apiKey: "rsa" });
    const payload = Buffer.from(ORDER);
    const byEd = sign(null, payload, ed.privateKey).toString("base64");
    const byRsa = sign("sha256", payload, rsa.privateKey).toString("base64");
    expect([
      signatureIsValid("ed25519", edKey, ORDER, byEd),
      signatureIsValid("rsa_sha256", rsaKey, ORDER, byRsa),
      signatureIsValid("ed25519", edKey, ORDER, byRsa),
      signatureIsValid("rsa_sha256", rsaKey, ORDER, byEd),
    ]).toEqual([true, true, false, false]);
  });
});

describe("the signed payload", () => {
  const payloadOf = (query: string, body = "", counts = true): string =>
    receiveParameters(query, body, counts).signedPayload;

  test("is query and body with nothing between, without the pair named signature, wherever it stands", () => {
    expect([
      payloadOf("a=1&b=2&signature=xx"),
      payloadOf("signature=xx&a=1&b=2"),
      payloadOf("a=1&signature=xx&b=2"),
      payloadOf("signature=xx"),
      payloadOf("a=1", "b=2&signature=xx"),
      payloadOf("a=1&signature=xx", "b=2"),
      payloadOf("", "a=1&signature=xx"),
      payloadOf("a=%20+%zz".replace("%zz", "x"), "B=%c3%A9", false),
    ]).toEqual(["a=1&b=2", "a=1&b=2", "a=1&b=2", "", "a=1b=2", "a=1b=2", "a=1", "a=%20+xB=%c3%A9"]);
  });

  test("a base64 signature keeps its plus signs, percent-encoded or not", () => {
    expect([
      receiveParameters("signature=a+b%2B/c%3D", "", true).signature,
      receiveParameters("a=1", "signature=ab%3D", true).signature,
    ]).toEqual(["a+b+/c=", "ab="]);
  });
});
