/** Keys of every kind, as an operator and an account manage them, at any origin. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Target } from "./target.ts";
import { type Answer, freshMarket, type HttpClient } from "./trader.ts";

/** Signs as the kind of key wants it: hex for a secret, base64 for a private key. */
type Signer = (payload: string) => string;

const bySecret =
  (secret: string): Signer =>
  (payload) =>
    createHmac("sha256", secret).update(payload).digest("hex");

const byPrivateKey =
  (key: KeyObject): Signer =>
  (payload) =>
    sign(key.asymmetricKeyType === "rsa" ? "sha256" : null, Buffer.from(payload), key).toString("base64");

function call(
  http: HttpClient,
  method: string,
  path: string,
  apiKey: string,
  signer: Signer,
  query = "",
): Promise<Answer> {
  const payload = `${query}${query === "" ? "" : "&"}timestamp=${Date.now()}`;
  const signature = encodeURIComponent(signer(payload));
  return http.send(method, `${path}?${payload}&signature=${signature}`, { "x-mbx-apikey": apiKey });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

const NOT_VALID = [401, { code: -2015, msg: "Invalid API-key, IP, or permissions for action." }];

/** Declares the suite's tests. @param open the exchange under test; closed at the end. */
export function keysSuite(open: () => Promise<Target>): void {
  let target: Target;
  beforeAll(async () => {
    target = await open();
  });
  afterAll(() => target?.close());

  const statusOf = async (apiKey: string, signer: Signer): Promise<unknown> => {
    const { status, body } = await call(target.http, "GET", "/api/v3/openOrders", apiKey, signer);
    return [status, body];
  };

  test.each(["ed25519", "rsa_sha256"] as const)(
    "a key of kind %s trades by its private half, of which we never have more than the public one",
    async (kind) => {
      const { operator, http } = target;
      const { alice, symbol } = await freshMarket(operator);
      const { publicKey, privateKey } =
        kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("rsa", { modulusLength: 2_048 });
      const made = await operator.must("POST", "/keys", {
        account: alice.account,
        kind,
        publicKey: pemOf(publicKey).replaceAll("\n", " "),
        permissions: ["read", "trade"],
      });
      expect(made).toEqual({
        account: alice.account,
        apiKey: expect.any(String),
        kind,
        permissions: ["read", "trade"],
      });
      const order = `symbol=${symbol}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=100`;
      const placed = await call(http, "POST", "/api/v3/order", made.apiKey, byPrivateKey(privateKey), order);
      expect([placed.status, placed.body.status]).toEqual([200, "NEW"]);
      const stranger = generateKeyPairSync("ed25519").privateKey;
      expect(await statusOf(made.apiKey, byPrivateKey(stranger))).toEqual([
        400,
        { code: -1022, msg: "Signature for this request is not valid." },
      ]);
    },
  );

  test("what is no public key, a private one, or too short an RSA key makes no key", async () => {
    const { operator } = target;
    const { alice } = await freshMarket(operator);
    const short = generateKeyPairSync("rsa", { modulusLength: 1_024 });
    const secret = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const asked: readonly (readonly [string, string | undefined])[] = [
      ["ed25519", "nonsense"],
      ["ed25519", secret],
      ["rsa_sha256", pemOf(short.publicKey)],
      ["ed25519", pemOf(short.publicKey)],
      ["rsa_sha256", undefined],
      ["hmac_sha256", pemOf(short.publicKey)],
    ];
    const answers = await Promise.all(
      asked.map(([kind, publicKey]) =>
        operator.call("POST", "/keys", { account: alice.account, kind, publicKey, permissions: ["read"] }),
      ),
    );
    expect(answers.map(({ status, body }) => [status, body.msg])).toEqual([
      [400, "'publicKey' is no ed25519 public key in PEM."],
      [400, "'publicKey' is no ed25519 public key in PEM."],
      [400, "'publicKey' has 1024 bits, not 2048 to 4096."],
      [400, "'publicKey' is no ed25519 public key in PEM."],
      [400, "'publicKey' is missing: a key of kind rsa_sha256 is made from its public half."],
      [400, "'publicKey' goes with ed25519 and rsa_sha256 alone."],
    ]);
  });

  test("a key is disabled and enabled, narrowed to addresses, and its permissions changed, at once", async () => {
    const { operator } = target;
    const { alice } = await freshMarket(operator);
    const { apiKey, apiSecret } = await operator.must("POST", "/keys", {
      account: alice.account,
      permissions: ["read"],
    });
    const signer = bySecret(apiSecret);
    const set = (change: object): Promise<unknown> => operator.must("POST", `/keys/${apiKey}`, change);
    expect(await statusOf(apiKey, signer)).toEqual([200, []]);
    expect(await set({ disabled: true })).toMatchObject({ disabled: true, permissions: ["read"], revoked: false });
    expect(await statusOf(apiKey, signer)).toEqual(NOT_VALID);
    await set({ disabled: false, ipAllowList: ["192.0.2.0/24"] });
    expect(await statusOf(apiKey, signer)).toEqual(NOT_VALID);
    await set({ ipAllowList: [] });
    expect(await statusOf(apiKey, signer)).toEqual([200, []]);
    await set({ expires: Date.now() - 1_000 });
    expect(await statusOf(apiKey, signer)).toEqual(NOT_VALID);
    await set({ expires: null, permissions: ["trade"] });
    expect(await statusOf(apiKey, signer)).toEqual(NOT_VALID);
    await operator.must("DELETE", `/keys/${apiKey}`);
    expect((await operator.call("POST", `/keys/${apiKey}`, { disabled: false })).status).toBe(404);
  });

  test("an account makes and ends its keys itself by one that may withdraw; one that only trades ends itself alone", async () => {
    const { operator, http } = target;
    const { alice, bob } = await freshMarket(operator);
    const owner = await operator.must("POST", "/keys", {
      account: alice.account,
      permissions: ["read", "trade", "withdraw"],
    });
    const own = (method: string, query = ""): Promise<Answer> =>
      call(http, method, "/api/v3/apiKey", owner.apiKey, bySecret(owner.apiSecret), query);
    const { body: made } = await own("POST", `keyPermissions=${encodeURIComponent('["read","trade"]')}&label=bot`);
    expect(made).toEqual({
      account: alice.account,
      apiKey: expect.any(String),
      apiSecret: expect.any(String),
      kind: "hmac_sha256",
      permissions: ["read", "trade"],
    });
    const bot = bySecret(made.apiSecret);
    expect(await statusOf(made.apiKey, bot)).toEqual([200, []]);
    const { body: listed } = await own("GET");
    expect(listed.map((key: { apiKey: string }) => key.apiKey)).toEqual([alice.apiKey, owner.apiKey, made.apiKey]);
    expect(JSON.stringify(listed)).not.toContain(made.apiSecret);
    const byBot = (method: string, query: string): Promise<Answer> =>
      call(http, method, "/api/v3/apiKey", made.apiKey, bot, query);
    const { status, body } = await byBot("POST", "keyPermissions=read");
    expect([status, body]).toEqual(NOT_VALID);
    expect((await byBot("DELETE", `apiKey=${owner.apiKey}`)).status).toBe(401);
    expect((await own("DELETE", `apiKey=${bob.apiKey}`)).status).toBe(404);
    expect((await byBot("DELETE", `apiKey=${made.apiKey}`)).body).toMatchObject({ revoked: true });
    expect(await statusOf(made.apiKey, bot)).toEqual(NOT_VALID);
  });

  test("an account has thirty keys and no more, until it revokes one", async () => {
    const { operator, http } = target;
    const { alice } = await freshMarket(operator);
    const permissions = ["read", "withdraw"];
    const owner = await operator.must("POST", "/keys", { account: alice.account, permissions });
    const own = (method: string, query: string): Promise<Answer> =>
      call(http, method, "/api/v3/apiKey", owner.apiKey, bySecret(owner.apiSecret), query);
    const made: string[] = [];
    for (let count = 2; count < 30; count++) made.push((await own("POST", "keyPermissions=read")).body.apiKey);
    expect(await own("POST", "keyPermissions=read")).toMatchObject({
      status: 400,
      body: { code: -1130, msg: "The account has 30 keys: revoke one." },
    });
    expect((await own("DELETE", `apiKey=${made[0]}`)).status).toBe(200);
    expect((await own("POST", "keyPermissions=read")).status).toBe(200);
  });

  test("an account's new key never reaches further than the one that made it", async () => {
    const { operator, http } = target;
    const { alice } = await freshMarket(operator);
    const expires = Date.now() + 3_600_000;
    const ipAllowList = ["127.0.0.1", "::1"];
    const limits = { permissions: ["read", "withdraw"], ipAllowList, expires };
    const owner = await operator.must("POST", "/keys", { account: alice.account, ...limits });
    const ask = async (query: string): Promise<unknown> => {
      const path = "/api/v3/apiKey";
      const { status, body } = await call(http, "POST", path, owner.apiKey, bySecret(owner.apiSecret), query);
      return status === 200 ? body.permissions : [status, body.msg];
    };
    expect([
      await ask("keyPermissions=trade"),
      await ask(`keyPermissions=read&expires=${expires + 1}`),
      await ask(`keyPermissions=read&ipAllowList=${encodeURIComponent('["0.0.0.0/0"]')}`),
      await ask("keyPermissions=read"),
    ]).toEqual([
      [400, "'keyPermissions' holds what this key does not have: trade."],
      [400, "'expires' lies behind the end of this key."],
      [400, "'ipAllowList' holds addresses that this key may not use."],
      ["read"],
    ]);
    const keys = await operator.must("GET", "/keys");
    expect(keys.at(-1)).toMatchObject({ account: alice.account, ipAllowList, expires });
  });
}
