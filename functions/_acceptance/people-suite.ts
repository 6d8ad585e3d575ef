/**
 * A person at any origin: signs up by a passkey, trades by a key that the browser made, withdraws, loses the passkey and comes
 * back by an operator's link. The authenticator is the tests' own (functions/_shared/people/testing).
 */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Challenge, Purpose } from "../_shared/people/people-api.ts";
import { SoftwareAuthenticator } from "../_shared/people/testing/software-authenticator.ts";
import { ApiSocket } from "./api-socket.ts";
import type { Target } from "./target.ts";
import { type Answer, freshMarket, freshName, sortedOf } from "./trader.ts";

/** A browser on a page of the exchange's public origin. */
export class Page {
  cookie = "";
  readonly #origin: string;
  readonly #publicOrigin: string;

  constructor(origin: string, publicOrigin: string) {
    this.#origin = origin;
    this.#publicOrigin = publicOrigin;
  }

  async ask(method: string, path: string, body?: object, origin = this.#publicOrigin): Promise<Answer> {
    const response = await fetch(`${this.#origin}/people/v1/${path}`, {
      method,
      headers: { origin, cookie: this.cookie, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const set = response.headers.get("set-cookie");
    if (set !== null) this.cookie = set.split(";")[0] ?? "";
    return { status: response.status, body: await response.json() };
  }

  /** @throws Error where it is refused. */
  async must(method: string, path: string, body?: object): Promise<Answer["body"]> {
    const answer = await this.ask(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  challenge(purpose: Purpose): Promise<Challenge> {
    return this.must("POST", "challenges", { purpose });
  }
}

async function loggedOn(origin: string, apiKey: string, key: KeyObject): Promise<ApiSocket> {
  const socket = await ApiSocket.open(origin);
  const params = { apiKey, timestamp: Date.now() };
  const signature = sign(null, Buffer.from(sortedOf(params)), key).toString("base64");
  await socket.must("session.logon", { ...params, signature });
  return socket;
}

/**
 * Declares the suite's tests. @param open the exchange under test; closed at the end.
 * @param betweenSteps what the world does meanwhile. Not given: nothing.
 */
export function peopleSuite(open: () => Promise<Target>, betweenSteps = async (): Promise<void> => {}): void {
  let target: Target;
  beforeAll(async () => {
    target = await open();
  });
  afterAll(() => target?.close());

  test("a person signs up, trades by the browser's own key, withdraws exactly what the passkey was asked for, and comes back by a link", async () => {
    const { http, operator } = target;
    const { origin } = http;
    const { publicOrigin } = (await http.get("/people/v1/venue")).body;
    const { symbol, base, quote, alice } = await freshMarket(operator);
    await alice.limit(symbol, "SELL", "1.000", "100.00");

    const page = new Page(origin, publicOrigin);
    const authenticator = new SoftwareAuthenticator(publicOrigin);
    const name = freshName("Ada ");
    const signingUp = await page.challenge({ kind: "sign_up", name });
    await betweenSteps();
    const signUp = { challengeId: signingUp.challengeId, attestation: authenticator.create(signingUp.creation) };
    expect((await page.ask("POST", "sign-up", signUp, "https://evil.example")).status).toBe(403);
    const { person, recoveryCodes } = await page.must("POST", "sign-up", signUp);
    expect([person.name, person.isGuest, recoveryCodes.length]).toEqual([name, false, 10]);
    const deposit = { account: person.account, asset: quote, amount: "1000", reference: freshName("D") };
    await operator.must("POST", "/deposits", deposit);

    await betweenSteps();
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const spki = publicKey.export({ type: "spki", format: "der" }).toString("base64");
    const { apiKey } = await page.must("POST", "devices", { publicKey: spki, label: "Firefox" });
    const socket = await loggedOn(origin, apiKey, privateKey);
    const order = { symbol, side: "BUY", type: "MARKET", quantity: "0.500", timestamp: Date.now() };
    expect(await socket.must("order.place", order)).toMatchObject({ status: "FILLED", executedQty: "0.50000000" });

    const withdrawal = { coin: base, amount: "0.25", address: "bc1q", withdrawOrderId: freshName("W") };
    const withdraw = async (asked: string): Promise<number> => {
      const { challengeId, request } = await page.challenge({
        kind: "withdraw",
        withdrawal: { ...withdrawal, amount: asked },
      });
      await betweenSteps();
      const body = { withdrawal, fresh: { challengeId, assertion: authenticator.get(request) } };
      // The same answer twice, at once: it is good for one.
      const answers = await Promise.all([1, 2].map(() => page.ask("POST", "withdrawals", body)));
      return answers.filter(({ status }) => status === 200).length;
    };
    expect([await withdraw("0.2"), await withdraw("0.25")]).toEqual([0, 1]);
    const { balances } = await socket.must("account.status", { timestamp: Date.now() });
    expect(balances.find(({ asset }: { asset: string }) => asset === base)).toMatchObject({ free: "0.24950000" });

    const { url } = await operator.must("POST", "/links", { name });
    await betweenSteps();
    const back = new Page(origin, publicOrigin);
    const token = new URL(url).hash.slice(1);
    const entered = await Promise.all(
      [1, 2].map(() => new Page(origin, publicOrigin).ask("POST", "sign-in-by-link", { token })),
    );
    expect(entered.map(({ status }) => status).toSorted()).toEqual([200, 401]);
    const again = await operator.must("POST", "/links", { account: person.account });
    const come = await back.must("POST", "sign-in-by-link", { token: new URL(again.url).hash.slice(1) });
    expect(come.person).toEqual({ ...person, freshUntil: 0 });
    const { challengeId, creation } = await back.challenge({ kind: "add_passkey" });
    const attestation = new SoftwareAuthenticator(publicOrigin).create(creation);
    await back.must("POST", "passkeys", { challengeId, attestation, label: "new" });
    expect((await back.must("GET", "passkeys")).length).toBe(2);

    await back.must("DELETE", `keys/${apiKey}`);
    socket.close();
    await expect(loggedOn(origin, apiKey, privateKey)).rejects.toThrow("-2015");
    await page.must("POST", "sign-out", {});
    expect((await page.ask("GET", "keys")).status).toBe(401);
  });
}
