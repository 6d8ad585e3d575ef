/** What a person may do, on either database: what an assertion is good for, the demo's funds, hostile requests. */
import { describe, expect, test } from "vitest";
import { fundingExchange } from "../../../funding/testing/funding-exchange.ts";
import { ORIGIN } from "./people-exchange.ts";
import { DAY_MS, devicePublicKey, MINUTE_MS, newKey, type PeopleGround, REFUSED } from "./people-ground.ts";

export function personCallsSuite(ground: PeopleGround): void {
  describe("what a person may do", () => {
    test("I39: whoever signs up has a session, ten codes, an account and the demo's funds; no table has the cookie or a code", async () => {
      const { person, recoveryCodes } = await ground.browser.signUp("Ada Lovelace");
      expect(person).toEqual({
        id: expect.stringMatching(/^[\w-]{16}$/),
        ...{ name: "Ada Lovelace", account: 3, isGuest: false, freshUntil: ground.exchange.nowMs + 5 * MINUTE_MS },
      });
      expect(new Set(recoveryCodes.filter((code) => /^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/.test(code))).size).toBe(10);
      expect(ground.browser.setCookie).toMatch(
        /^tidebook=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
      );
      expect((await ground.browser.get("session")).body).toEqual({ person });
      expect((await ground.browser.get("passkeys")).body).toEqual([
        {
          id: expect.any(String),
          label: "First passkey",
          createdAt: ground.exchange.nowMs,
          usedAt: ground.exchange.nowMs,
        },
      ]);
      const { value } = await ground.exchange.funding.deps.reads.account(3);
      expect(value?.name).toBe(`Ada Lovelace (${person.id})`);
      expect([await ground.balance(3, 0), await ground.balance(3, 1)]).toEqual([1000n, 2n]);
      const rows = await ground.database.query(
        "select * from people.sessions join people.recovery_codes using (person)",
      );
      const kept = JSON.stringify(rows);
      for (const secret of [ground.browser.cookie.split("=")[1] ?? "", ...recoveryCodes])
        expect(kept).not.toContain(secret);
    });

    test("I40: a withdrawal needs an assertion for exactly it, once", async () => {
      await ground.browser.signUp("Ada");
      const withdrawal = { coin: "A0", amount: "3", address: "bc1q", withdrawOrderId: "w-1" };
      const purpose = { kind: "withdraw", withdrawal } as const;
      const sent = (body: object): Promise<string> => ground.refusal(ground.browser.post("withdrawals", body));
      expect(await sent({ withdrawal })).toBe("403 -2015 This needs your passkey, now.");
      const fresh = await ground.browser.fresh(purpose);
      expect(await sent({ withdrawal: { ...withdrawal, amount: "4" }, fresh })).toBe(`403 -2015 ${REFUSED}`);
      // The try has used it up.
      expect(await sent({ withdrawal, fresh })).toBe(`403 -2015 ${REFUSED}`);
      expect(await sent({ withdrawal, fresh: await ground.browser.fresh({ kind: "renew_recovery_codes" }) })).toBe(
        `403 -2015 ${REFUSED}`,
      );
      expect(
        await sent({
          withdrawal,
          fresh: await ground.browser.fresh({ ...purpose, withdrawal: { ...withdrawal, addressTag: "" } }),
        }),
      ).toBe(`403 -2015 ${REFUSED}`);
      // The order of fields means nothing.
      const turned = Object.fromEntries(Object.entries(withdrawal).toReversed()) as typeof withdrawal;
      const good = await ground.browser.fresh({ withdrawal: turned, kind: "withdraw" });
      const { status, body } = await ground.browser.post("withdrawals", { withdrawal, fresh: good });
      expect([status, body]).toEqual([200, { id: expect.stringMatching(/^[0-9a-f]{32}$/) }]);
      expect(await sent({ withdrawal, fresh: good })).toBe(`403 -2015 ${REFUSED}`);
      // The same withdrawal, asked for anew, is the same one.
      expect(
        (await ground.browser.post("withdrawals", { withdrawal, fresh: await ground.browser.fresh(purpose) })).body,
      ).toEqual(body);
      expect(await ground.balance(3, 0)).toBe(997n);
    });

    test("an account that the operator has disabled withdraws nothing", async () => {
      await ground.browser.signUp("Ada");
      await ground.exchange.operator("POST", "/ops/v1/accounts/3", { canTrade: false, canWithdraw: false });
      const withdrawal = { coin: "A0", amount: "3", address: "bc1q", withdrawOrderId: "w-1" };
      const fresh = await ground.browser.fresh({ kind: "withdraw", withdrawal });
      expect(await ground.refusal(ground.browser.post("withdrawals", { withdrawal, fresh }))).toBe(
        "400 -4015 Withdraw is limited.",
      );
    });

    test("I40: a challenge is of the session that asked, and for five minutes", async () => {
      await ground.browser.signUp("Ada");
      const eve = ground.exchange.browser();
      await eve.signUp("Eve");
      const purpose = { kind: "add_key", key: newKey } as const;
      const fresh = await ground.browser.fresh(purpose);
      expect(await ground.refusal(eve.post("keys", { key: newKey, fresh }))).toBe(`403 -2015 ${REFUSED}`);
      // Ada's passkey answers a challenge of Eve's session.
      const { challengeId, request } = await eve.challenge(purpose);
      const { allowCredentials: _, ...anybodys } = request ?? { challenge: "" };
      const adas = ground.browser.authenticator.get(anybodys);
      expect(await ground.refusal(eve.post("keys", { key: newKey, fresh: { challengeId, assertion: adas } }))).toBe(
        `403 -2015 ${REFUSED}`,
      );
      // Nor does Ada's own, asked for in one browser, serve another.
      const phone = ground.exchange.browser();
      phone.authenticator.passkeys.push(...ground.browser.authenticator.passkeys);
      await phone.signIn();
      const elsewhere = await phone.fresh(purpose);
      expect(await ground.refusal(ground.browser.post("keys", { key: newKey, fresh: elsewhere }))).toBe(
        `403 -2015 ${REFUSED}`,
      );
      const late = await ground.browser.fresh(purpose);
      ground.exchange.pass(5 * MINUTE_MS);
      expect(await ground.refusal(ground.browser.post("keys", { key: newKey, fresh: late }))).toBe(
        `403 -2015 ${REFUSED}`,
      );
      expect((await ground.browser.get("keys")).body).toEqual([]);
    });

    test("a key is added by an assertion for exactly it, listed, used up to its state, and taken back by its owner alone", async () => {
      await ground.browser.signUp("Ada");
      const { body: added } = await ground.browser.post("keys", {
        key: newKey,
        fresh: await ground.browser.fresh({ kind: "add_key", key: newKey }),
      });
      const view = { apiKey: added.apiKey, ...newKey, isDevice: false, state: "live" };
      expect(added).toEqual({ ...view, apiSecret: expect.stringMatching(/^.{64}$/) });
      const more = { ...newKey, permissions: ["read", "trade", "withdraw"] as const };
      expect(
        await ground.refusal(
          ground.browser.post("keys", {
            key: more,
            fresh: await ground.browser.fresh({ kind: "add_key", key: newKey }),
          }),
        ),
      ).toBe(`403 -2015 ${REFUSED}`);
      const ed25519 = {
        ...newKey,
        kind: "ed25519",
        publicKey: devicePublicKey(),
        expiresAt: ground.exchange.nowMs + DAY_MS,
      } as const;
      const fresh = await ground.browser.fresh({ kind: "add_key", key: ed25519 });
      const { publicKey: _, ...ed25519View } = ed25519;
      const second = (await ground.browser.post("keys", { key: ed25519, fresh })).body;
      expect(second).toEqual({ apiKey: second.apiKey, ...ed25519View, isDevice: false, state: "live" });
      const eve = ground.exchange.browser();
      await eve.signUp("Eve");
      expect(await ground.refusal(eve.delete(`keys/${added.apiKey}`))).toBe("404 -1000 There is no such key.");
      expect((await ground.browser.delete(`keys/${added.apiKey}`)).body).toEqual({});
      expect((await ground.browser.delete(`keys/${added.apiKey}`)).body).toEqual({});
      ground.exchange.pass(2 * DAY_MS);
      expect((await ground.browser.get("keys")).body).toEqual([
        { ...view, state: "revoked" },
        { apiKey: second.apiKey, ...ed25519View, isDevice: false, state: "expired" },
      ]);
    });

    test("I41: a device may read and trade; it needs no assertion while the last one is fresh, then one that names its key", async () => {
      await ground.browser.signUp("Ada");
      const publicKey = devicePublicKey();
      const device = { publicKey, label: "Firefox" };
      const { body: first } = await ground.browser.post("devices", device);
      expect(first).toEqual({
        apiKey: expect.stringMatching(/^device-[0-9a-f]{64}$/),
        expiresAt: ground.exchange.nowMs + 30 * DAY_MS,
      });
      expect((await ground.browser.post("devices", device)).body).toEqual(first);
      const { expiresAt } = first;
      expect((await ground.browser.get("keys")).body).toEqual([
        {
          ...{
            apiKey: first.apiKey,
            label: "Firefox",
            kind: "ed25519",
            permissions: ["read", "trade"],
            ipAllowList: [],
          },
          ...{ expiresAt, isDevice: true, state: "live" },
        },
      ]);
      ground.exchange.pass(5 * MINUTE_MS);
      const another = { publicKey: devicePublicKey(), label: "Safari" };
      expect(await ground.refusal(ground.browser.post("devices", another))).toBe(
        "403 -2015 This needs your passkey, now.",
      );
      const wrong = await ground.browser.fresh({ kind: "add_device", publicKey });
      expect(await ground.refusal(ground.browser.post("devices", { ...another, fresh: wrong }))).toBe(
        `403 -2015 ${REFUSED}`,
      );
      const fresh = await ground.browser.fresh({ kind: "add_device", publicKey: another.publicKey });
      expect((await ground.browser.post("devices", { ...another, fresh })).status).toBe(200);
      // An assertion just given is fresh for the next one too; a key that was taken back stays so; a good one lasts on.
      await ground.browser.delete(`keys/${first.apiKey}`);
      expect(await ground.refusal(ground.browser.post("devices", device))).toBe(
        "400 -1130 'publicKey' is of a key that was taken back: make another.",
      );
    });

    test("an account has twenty devices at a time; those that are over make room", async () => {
      await ground.browser.post("guests");
      const add = (): Promise<string> =>
        ground.refusal(ground.browser.post("devices", { publicKey: devicePublicKey(), label: "x" }));
      for (let device = 0; device < 20; device++) await add();
      expect(await add()).toBe("400 -1130 There are too many devices: remove one first.");
      ground.exchange.pass(30 * DAY_MS - 1);
      expect(await add()).toBe("400 -1130 There are too many devices: remove one first.");
      // The session ends with the last millisecond of the day; the keys of its first moment are over then too.
      ground.exchange.pass(2);
      await ground.browser.post("guests");
      expect(await add()).toMatch(/^200/);
    });

    test("I45: nothing changes for a request of another origin, of none, or without JSON", async () => {
      const asked = [
        { origin: undefined },
        { origin: "http://localhost:8081" },
        { origin: "null" },
        { origin: `${ORIGIN}/` },
        { origin: "http://127.0.0.1:8080" },
        { contentType: "text/plain" },
        { contentType: "application/x-www-form-urlencoded" },
        { contentType: "application/jsonx" },
      ];
      const answers = await Promise.all(
        asked.map((each) => ground.browser.ask("POST", "guests", { body: {}, ...each })),
      );
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 400, 400, 400]);
      expect(await ground.browser.ask("DELETE", "sessions/x", { origin: undefined })).toMatchObject({ status: 403 });
      expect(await ground.database.query("select count(*)::int4 as n from people.people")).toEqual([{ n: 0 }]);
    });

    test("bodies that are too deep, too large, misspelt or no JSON are refused, and no fault of ours", async () => {
      const bodies = [
        "[".repeat(8_000),
        "null",
        "[]",
        '"x"',
        '{"__proto__":{}}',
        "{",
        "\ud800",
        '{"purpose":{"kind":"x"}}',
      ];
      const answers = await Promise.all(bodies.map((body) => ground.browser.post("challenges", body)));
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual(bodies.map(() => [400, -1130]));
      expect((await ground.browser.post("challenges", "x".repeat(20_000))).status).toBe(413);
      expect(ground.exchange.funding.faults).toEqual([]);
    });

    test("the demo's funds are for the asking, so much a day", async () => {
      await ground.browser.post("guests");
      const ask = (coin: string, amount: string): Promise<string> =>
        ground.refusal(ground.browser.post("deposits", { coin, amount }));
      expect((await ground.browser.get("deposits")).body).toEqual({
        coins: [{ coin: "A0", available: "10.00000000" }],
      });
      const twice = await Promise.all([ask("A0", "6"), ask("A0", "6")]);
      expect(twice.toSorted()).toEqual([
        '200  {"coin":"A0","amount":"6.00000000"}',
        "429 -1003 That is more than what is left of today's 10.00000000 A0.",
      ]);
      expect([await ask("A0", "11"), await ask("A0", "0"), await ask("A1", "1"), await ask("A0", "0.1")]).toEqual([
        "429 -1003 That is more than what is left of today's 10.00000000 A0.",
        "400 -1130 'amount' is above zero.",
        "400 -1130 There is no A1 for the asking.",
        "400 -1130 'amount' has more than the asset's 0 decimals.",
      ]);
      expect((await ground.browser.get("deposits")).body).toEqual({ coins: [{ coin: "A0", available: "4.00000000" }] });
      expect(await ground.balance(3, 0)).toBe(1006n);
      ground.exchange.pass(DAY_MS);
      expect(await ask("A0", "10")).toMatch(/^200/);
    });

    test("guests and funds are the demo's, people are where they are kept: elsewhere 404", async () => {
      const { deps } = ground.exchange.funding;
      await ground.browser.signUp("Ada");
      const { demo: _, ...real } = deps;
      ground.exchange.funding.deps = real;
      const asked = [
        ground.browser.post("guests"),
        ground.browser.get("deposits"),
        ground.browser.post("deposits", { coin: "A0", amount: "1" }),
      ];
      expect(await Promise.all(asked.map(ground.refusal))).toEqual(
        asked.map(() => "404 -1000 This is for demo exchanges alone."),
      );
      expect((await ground.browser.get("venue")).body).toEqual({ isDemo: false, publicOrigin: ORIGIN });
      const { people: __, ...nobody } = real;
      ground.exchange.funding.deps = nobody;
      const none = [ground.browser.get("venue"), ground.browser.get("session"), ground.browser.post("withdrawals")];
      expect(await Promise.all(none.map(ground.refusal))).toEqual(
        none.map(() => "404 -1000 This exchange keeps no people."),
      );
      expect((await ground.browser.get("nothing")).status).toBe(404);
    });

    test("guests are counted by the day", async () => {
      const guests = Array.from({ length: 51 }, () => ground.exchange.browser().post("guests"));
      const statuses = (await Promise.all(guests)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 429).length).toBe(1);
      ground.exchange.pass(DAY_MS);
      expect((await ground.browser.post("guests")).status).toBe(200);
    });

    test("one address, or one network, uses up its own guests and sign-ups of a day, and nobody else's", async () => {
      const guests = Array.from({ length: 6 }, (_, index) =>
        ground.exchange.browser(`2001:db8::${index}`).post("guests"),
      );
      expect((await Promise.all(guests)).filter(({ status }) => status === 429).map(({ body }) => body.msg)).toEqual([
        "Too many guests came from your network today: sign up with a passkey, or come again tomorrow.",
      ]);
      expect((await ground.exchange.browser("2001:db8:0:1::1").post("guests")).status).toBe(200);

      const { allowances } = ground.exchange.funding.deps.people?.store ?? {};
      const endsMs = (Math.floor(ground.exchange.nowMs / DAY_MS) + 1) * DAY_MS;
      await allowances?.spend(`sign-ups-of:${endsMs}:203.0.113.9`, 99n, 100n, endsMs, ground.exchange.nowMs);
      await ground.exchange.browser("203.0.113.9").signUp("Ada");
      await expect(ground.exchange.browser("203.0.113.9").signUp("Bob")).rejects.toThrow(
        "Too many people signed up from your network today: come again tomorrow.",
      );
      await ground.exchange.browser("203.0.113.10").signUp("Bob");
    });

    test("nobody gets the account that has their number in another journal, and the operator hears of it", async () => {
      await ground.browser.signUp("Ada");
      const { funding } = ground.exchange;
      const anew = await fundingExchange(ground.database, "anew");
      await anew.exchange.operate({ type: "open_account", name: "somebody else" });
      funding.deps = { ...funding.deps, engine: anew.deps.engine, reads: anew.deps.reads };
      const elsewhere = "409 -2010 The ledger does not know this account as yours: ask the operator.";
      const asked = [ground.browser.get("keys"), ground.browser.get("session"), ground.browser.signIn()];
      expect(await Promise.all(asked.map(ground.refusal))).toEqual(asked.map(() => elsewhere));
      expect(String(funding.faults[0])).toMatch(/the ledger's account 3 is not that of person/);
    });
  });
}
