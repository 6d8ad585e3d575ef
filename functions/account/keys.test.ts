/** Keys of every kind and state through the real handlers: who signs how, what a key may, and in which words it is refused. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { hmacSha256 } from "../../engine/api/signature.ts";
import type { KeyRecord } from "../../engine/domain/operator.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import type { Handler } from "../_shared/http.ts";
import { addKey, type FakeEdge, fakeEdge, request, send, shown } from "../_shared/testing/fake-edge.ts";
import { FAKE_NOW_US } from "../_shared/testing/fake-engine.ts";
import { handleOrders } from "../orders/handler.ts";
import { handleAccount } from "./handler.ts";

let edge: FakeEdge;
beforeEach(() => {
  edge = fakeEdge();
});

const TIME = `timestamp=${Math.floor(FAKE_NOW_US / 1_000)}`;
const ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=20000";

function register(kind: KeyRecord["kind"], publicKey: KeyObject): string {
  const apiKey = `key-of-kind-${kind}`;
  const material = publicKey.export({ type: "spki", format: "pem" }).toString();
  const [known] = edge.engine.keyRecords as [KeyRecord];
  edge.engine.keyRecords.push({ ...known, id: edge.engine.keyRecords.length + 1, apiKey, kind, material });
  return apiKey;
}

/** Status, and the code where it is none of 200. */
async function said(
  handler: Handler<EdgeDeps>,
  apiKey: string,
  change: Parameters<typeof request>[0],
): Promise<unknown> {
  const { status, body } = shown(await handler(request({ headers: { "x-mbx-apikey": apiKey }, ...change }), edge.deps));
  return status === 200 ? 200 : `${status} ${(body as { code: number }).code}`;
}

const PAIRS = {
  ed25519: generateKeyPairSync("ed25519"),
  rsa_sha256: generateKeyPairSync("rsa", { modulusLength: 2_048 }),
} as const;

test.each(["ed25519", "rsa_sha256"] as const)(
  "%s: the signature is base64, percent-encoded, in query or body, over the payload as it was sent",
  async (kind) => {
    const apiKey = register(kind, PAIRS[kind].publicKey);
    const digest = kind === "ed25519" ? null : "sha256";
    const signed = (payload: string, pair = PAIRS[kind]): string =>
      sign(digest, Buffer.from(payload), pair.privateKey).toString("base64");
    const by = (payload: string, pair = PAIRS[kind]): string => encodeURIComponent(signed(payload, pair));
    const read = (rawQuery: string): Promise<unknown> =>
      said(handleAccount, apiKey, { path: "/api/v3/account", rawQuery });
    const post = (rawQuery: string, body: string): Promise<unknown> =>
      said(handleOrders, apiKey, { method: "POST", path: "/api/v3/order", rawQuery, rawBody: Buffer.from(body) });
    const stranger =
      kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const encoded = `symbol=%42TCUSDT&${TIME}`;
    expect([
      await read(`${TIME}&signature=${by(TIME)}`),
      await read(`signature=${by(TIME)}&${TIME}`),
      await post("", `${ORDER}&${TIME}&signature=${by(`${ORDER}&${TIME}`)}`),
      await post(ORDER, `${TIME}&signature=${by(`${ORDER}${TIME}`)}`),
      await post(`${ORDER}&signature=${by(`${ORDER}${TIME}`)}`, TIME),
      await read(`${encoded}&signature=${by(encoded)}`),
      // Signed as decoded: not what was sent.
      await read(`${encoded}&signature=${by(`symbol=BTCUSDT&${TIME}`)}`),
      await read(`${TIME}&signature=${encodeURIComponent(signed(TIME).toLowerCase())}`),
      await read(`${TIME}&signature=${encodeURIComponent(signed(TIME).slice(0, 40))}`),
      await read(`${TIME}&signature=${by(TIME, stranger as (typeof PAIRS)[typeof kind])}`),
    ]).toEqual([200, 200, 200, 200, 200, 200, "400 -1022", "400 -1022", "400 -1022", "400 -1022"]);
  },
);

test("HMAC is hex in either case, in query or body", async () => {
  const { apiKey, secret } = edge.alice;
  const by = (payload: string): string => hmacSha256(Buffer.from(secret), payload).toString("hex");
  const payload = `${ORDER}&${TIME}`;
  const post = (rawQuery: string, body = ""): Promise<unknown> =>
    said(handleOrders, apiKey, { method: "POST", path: "/api/v3/order", rawQuery, rawBody: Buffer.from(body) });
  expect([
    await post(`${payload}&signature=${by(payload).toUpperCase()}`),
    await post("", `${payload}&signature=${by(payload)}`),
    await post(`signature=${by(payload)}`, payload),
    await post(`${payload}&signature=${by(payload)}`, "&more=1"),
  ]).toEqual([200, 200, 200, "400 -1022"]);
});

test("a key that only reads reads, and trades nothing: -2015, as for an unknown, revoked or expired one, or another address", async () => {
  const carol = { account: 1, apiKey: "carol-key-0123456789", secret: "carol-secret" };
  const state = async (change: Parameters<typeof addKey>[2], revoked = false): Promise<unknown[]> => {
    edge = fakeEdge();
    addKey(edge.engine, carol, change);
    const last = edge.engine.keyRecords.length - 1;
    edge.engine.keyRecords[last] = { ...(edge.engine.keyRecords[last] as KeyRecord), revoked };
    const read = shown(await send(handleAccount, edge, carol, "GET", "/api/v3/account"));
    const trade = shown(await send(handleOrders, edge, carol, "POST", "/api/v3/order", ORDER));
    return [read, trade].map(({ status, body }) =>
      status === 200 ? 200 : `${status} ${(body as { code: number }).code}`,
    );
  };
  const no = "401 -2015";
  expect([
    await state({}),
    await state({ permissions: ["read"] }),
    await state({ permissions: ["trade"] }),
    await state({ ipAllowList: ["10.0.0.0/8"] }),
    await state({ ipAllowList: ["127.0.0.0/8"] }),
    await state({ expiresUs: FAKE_NOW_US - 1 }),
    await state({ expiresUs: FAKE_NOW_US }),
    await state({}, true),
  ]).toEqual([
    [200, 200],
    [200, no],
    [no, 200],
    [no, no],
    [200, 200],
    [no, no],
    [200, 200],
    [no, no],
  ]);
});
