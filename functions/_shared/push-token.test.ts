/** Push tokens: real RS256 signatures, keys fetched from a server of the test's own. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { admitEvent } from "./cloud-events.ts";
import { type EventGate, eventGateOf } from "./event-gate.ts";
import { type PushTokenSettings, pushTokenVerifier } from "./push-token.ts";

const AUDIENCE = "https://exchange.example/events";
const EMAIL = "push@project.iam.gserviceaccount.com";
const ISSUER = "https://issuer.example";

type Key = Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];
let ours: Key;
let theirs: Key;
let oursOfAnotherKind: Key;
let published: { keys: JWK[] };
let fetches = 0;
let keysAnswer = 200;
let settings: PushTokenSettings;

const server = createServer((_request, response) => {
  fetches += 1;
  response.writeHead(keysAnswer, { "content-type": "application/json" }).end(JSON.stringify(published));
});

beforeAll(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  ours = pair.privateKey;
  theirs = (await generateKeyPair("RS256")).privateKey;
  const other = await generateKeyPair("ES256", { extractable: true });
  oursOfAnotherKind = other.privateKey;
  const elliptic = { ...(await exportJWK(other.publicKey)), kid: "k3", alg: "ES256", use: "sig" };
  published = { keys: [elliptic, { ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "RS256", use: "sig" }] };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  settings = { audience: AUDIENCE, serviceAccount: EMAIL, issuer: ISSUER, jwksUrl: `http://127.0.0.1:${port}/certs` };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Made {
  readonly claims?: Record<string, unknown>;
  readonly audience?: string;
  readonly issuer?: string;
  readonly expiresS?: number;
  readonly key?: Key;
  readonly kid?: string;
  readonly alg?: string;
}

function token(made: Made = {}): Promise<string> {
  const nowS = Math.floor(Date.now() / 1_000);
  return new SignJWT({ email: EMAIL, email_verified: true, ...made.claims })
    .setProtectedHeader({ alg: made.alg ?? "RS256", kid: made.kid ?? "k1" })
    .setAudience(made.audience ?? AUDIENCE)
    .setIssuer(made.issuer ?? ISSUER)
    .setIssuedAt(nowS - 10)
    .setExpirationTime(nowS + (made.expiresS ?? 3_600))
    .sign(made.key ?? ours);
}

const bearer = async (made?: Made): Promise<string> => `Bearer ${await token(made)}`;

/** Signed with the public key's bytes as an HMAC secret, as if it were one. */
async function confused(): Promise<string> {
  const secret = Buffer.from(JSON.stringify(published.keys[1]));
  return new SignJWT({ email: EMAIL, email_verified: true })
    .setProtectedHeader({ alg: "HS256", kid: "k1" })
    .setAudience(AUDIENCE)
    .setIssuer(ISSUER)
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(secret);
}

function unsigned(): string {
  return new UnsecuredJWT({ email: EMAIL, email_verified: true })
    .setAudience(AUDIENCE)
    .setIssuer(ISSUER)
    .setIssuedAt()
    .setExpirationTime("1h")
    .encode();
}

test("a token of the issuer, for us, of our service account, is valid; its keys are fetched once", async () => {
  fetches = 0;
  const verify = pushTokenVerifier(settings);
  const verdicts = [await verify(await bearer()), await verify(await bearer()), await verify(await bearer())];
  expect([verdicts.map(({ outcome }) => outcome), fetches]).toEqual([["valid", "valid", "valid"], 1]);
});

test("whatever is wrong with a token is refused: 401 where it proves nothing, 403 where it proves somebody else", async () => {
  const good = await token();
  const [head = "", payload = "", signature = ""] = good.split(".");
  const swapped = Buffer.from(Buffer.from(payload, "base64url").toString().replace(EMAIL, "me@evil.example"));
  const cases: readonly (readonly [string, string, string])[] = [
    ["none", "", "invalid"],
    ["another scheme", `Basic ${good}`, "invalid"],
    ["garbage", "Bearer garbage", "invalid"],
    ["too long", `Bearer ${"a".repeat(9_000)}`, "invalid"],
    ["wrong audience", await bearer({ audience: "https://other.example" }), "invalid"],
    ["wrong issuer", await bearer({ issuer: "https://accounts.google.com" }), "invalid"],
    ["expired", await bearer({ expiresS: -60 }), "invalid"],
    ["no expiry", `Bearer ${await withoutExpiry()}`, "invalid"],
    ["alg none", `Bearer ${unsigned()}`, "invalid"],
    ["HMAC with the public key", `Bearer ${await confused()}`, "invalid"],
    ["another algorithm", await bearer({ key: oursOfAnotherKind, kid: "k3", alg: "ES256" }), "invalid"],
    ["another key", await bearer({ key: theirs }), "invalid"],
    ["a key nobody published", await bearer({ key: theirs, kid: "k2" }), "invalid"],
    ["another payload", `Bearer ${head}.${swapped.toString("base64url")}.${signature}`, "invalid"],
    ["no signature", `Bearer ${head}.${payload}.`, "invalid"],
    ["wrong e-mail", await bearer({ claims: { email: "other@project.iam.gserviceaccount.com" } }), "forbidden"],
    ["e-mail not verified", await bearer({ claims: { email_verified: false } }), "forbidden"],
    ["verified as text", await bearer({ claims: { email_verified: "true" } }), "forbidden"],
  ];
  const verify = pushTokenVerifier(settings);
  const outcomes: (readonly [string, string])[] = [];
  for (const [name, authorization] of cases) outcomes.push([name, (await verify(authorization)).outcome]);
  expect(outcomes).toEqual(cases.map(([name, , outcome]) => [name, outcome]));
});

function withoutExpiry(): Promise<string> {
  return new SignJWT({ email: EMAIL, email_verified: true })
    .setProtectedHeader({ alg: "RS256", kid: "k1" })
    .setAudience(AUDIENCE)
    .setIssuer(ISSUER)
    .setIssuedAt()
    .sign(ours);
}

test("while the keys cannot be fetched nothing is valid, and the push is for later", async () => {
  const verify = pushTokenVerifier(settings);
  keysAnswer = 500;
  const away = await verify(await bearer());
  keysAnswer = 200;
  expect([away.outcome, (await verify(await bearer())).outcome]).toEqual(["unavailable", "valid"]);
  const nowhere = pushTokenVerifier({ ...settings, jwksUrl: "http://127.0.0.1:1/certs" });
  expect((await nowhere(await bearer())).outcome).toBe("unavailable");
});

const LIMITS = { bodyBytesMax: 10_000, dataBytesMax: 10_000 };
const EVENT = { specversion: "1.0", id: "1", source: "/s", type: "t", data: {} };
const BINARY = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t" };
const FORMS: Readonly<Record<string, { readonly headers: Record<string, string>; readonly body: unknown }>> = {
  binary: { headers: { ...BINARY, "content-type": "application/json" }, body: {} },
  structured: { headers: { "content-type": "application/cloudevents+json" }, body: EVENT },
  wrapped: {
    headers: { "content-type": "application/json" },
    body: {
      message: { data: "e30=", attributes: BINARY, messageId: "1" },
      subscription: "projects/p/subscriptions/s",
    },
  },
  unwrapped: {
    headers: {
      ...BINARY,
      "content-type": "application/x-www-form-urlencoded",
      "x-goog-pubsub-message-id": "1",
      "x-goog-pubsub-subscription-name": "projects/p/subscriptions/s",
    },
    body: {},
  },
};

/** Every form, at this gate, with these further headers. */
async function atGate(gate: EventGate, more: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const [form, { headers, body }] of Object.entries(FORMS)) {
    const request = { headers: { ...headers, ...more }, rawBody: Buffer.from(JSON.stringify(body)) };
    const admission = await admitEvent(request, LIMITS, gate);
    answers[form] = admission.outcome === "admitted" ? "admitted" : admission.status;
  }
  return answers;
}

test("a process that is pushed to wants the token of every form, whatever its headers claim to be", async () => {
  const gate = eventGateOf({
    TIDEBOOK_PUSH_AUDIENCE: AUDIENCE,
    TIDEBOOK_PUSH_SERVICE_ACCOUNT: EMAIL,
    TIDEBOOK_PUSH_ISSUER: ISSUER,
    TIDEBOOK_PUSH_JWKS_URL: settings.jwksUrl,
  });
  const all = (answer: unknown) => ({ binary: answer, structured: answer, wrapped: answer, unwrapped: answer });
  expect(await atGate(gate)).toEqual(all(401));
  expect(await atGate(gate, { Authorization: await bearer() })).toEqual(all("admitted"));
  expect(await atGate(gate, { authorization: await bearer({ claims: { email: "x@y.example" } }) })).toEqual(all(403));
  keysAnswer = 500;
  const elsewhere = eventGateOf({
    TIDEBOOK_PUSH_AUDIENCE: AUDIENCE,
    TIDEBOOK_PUSH_SERVICE_ACCOUNT: EMAIL,
    TIDEBOOK_PUSH_JWKS_URL: settings.jwksUrl,
  });
  expect(await atGate(elsewhere, { authorization: await bearer() })).toEqual(all(503));
  keysAnswer = 200;
});

test("a process behind a broker takes a broker's forms without a token, and no push, with a token neither", async () => {
  const gate = eventGateOf({});
  const expected = { binary: "admitted", structured: "admitted", wrapped: 403, unwrapped: 403 };
  expect(await atGate(gate)).toEqual(expected);
  expect(await atGate(gate, { authorization: await bearer() })).toEqual(expected);
});
