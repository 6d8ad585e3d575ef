/** The ways in, on either database: passkeys, codes, links, guests, sessions; and what signs nobody in. */
import { describe, expect, test } from "vitest";
import { DAY_MS, devicePublicKey, MINUTE_MS, newKey, type PeopleGround, REFUSED, UNSIGNED } from "./people-ground.ts";
import type { Bent } from "./software-authenticator.ts";

export function signInSuite(ground: PeopleGround): void {
  describe("the ways in", () => {
    test.each(["ES256", "Ed25519"] as const)(
      "a passkey of %s signs in again, and the browser's old session ends",
      async (algorithm) => {
        const { challengeId, creation } = await ground.browser.challenge({ kind: "sign_up", name: "ada" });
        await ground.browser.post("sign-up", {
          challengeId,
          attestation: ground.browser.authenticator.create(creation, algorithm),
        });
        const { cookie: before } = ground.browser;
        ground.exchange.pass(MINUTE_MS);
        expect((await ground.browser.signIn()).body.person).toMatchObject({ name: "ada", account: 3 });
        expect(ground.browser.cookie).not.toBe(before);
        expect(await ground.browser.get("keys", { cookie: before })).toEqual(UNSIGNED);
        expect((await ground.browser.get("sessions")).body).toEqual([
          {
            id: expect.any(String),
            createdAt: ground.exchange.nowMs,
            usedAt: ground.exchange.nowMs,
            userAgent: "Test/1.0",
            isThis: true,
          },
        ]);
      },
    );

    test("of two who want one name at once, one has it; names that differ in case or script alone are one", async () => {
      const other = ground.exchange.browser();
      const [a, b] = await Promise.all(
        [ground.browser, other].map((each) => each.challenge({ kind: "sign_up", name: "Ada" })),
      );
      const answers = await Promise.all([
        ground.browser.post("sign-up", {
          challengeId: a?.challengeId,
          attestation: ground.browser.authenticator.create(a?.creation),
        }),
        other.post("sign-up", { challengeId: b?.challengeId, attestation: other.authenticator.create(b?.creation) }),
      ]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      const ask = (name: string): Promise<string> =>
        ground.refusal(ground.browser.post("challenges", { purpose: { kind: "sign_up", name } }));
      const taken = "409 -2010 Somebody has this name already, or one that looks like it.";
      // Small letters, full-width ones, all Cyrillic.
      expect(await Promise.all(["aDA", "А\u0501а".replace("\u0501", "d"), "ada."].map(ask))).toEqual([
        taken,
        "400 -1130 'name' is 1 to 64 letters, digits, spaces and . _ ' @ + - of one script.",
        taken,
      ]);
    });

    test.each(["", " ", "a".repeat(65), "a\0b", "a\u202eb", "a\ud800", "p\u0430ypal", "<b>", "a  b", "\u0301a", "👾"])(
      "%j is no name",
      async (name) => {
        expect(await ground.refusal(ground.browser.post("challenges", { purpose: { kind: "sign_up", name } }))).toBe(
          "400 -1130 'name' is 1 to 64 letters, digits, spaces and . _ ' @ + - of one script.",
        );
      },
    );

    test("a sign-up that is sent twice, from two tabs, makes one person", async () => {
      const { challengeId, creation } = await ground.browser.challenge({ kind: "sign_up", name: "Ada" });
      const body = { challengeId, attestation: ground.browser.authenticator.create(creation) };
      const answers = await Promise.all([1, 2].map(() => ground.exchange.browser().post("sign-up", body)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 403]);
      expect(await ground.database.query("select count(*)::int4 as n from people.people")).toEqual([{ n: 1 }]);
    });

    test("a sign-up cut off before the ledger answered is finished by the next sign-in, and funded once", async () => {
      const { challengeId, creation } = await ground.browser.challenge({ kind: "sign_up", name: "Ada" });
      const { deps } = ground.exchange.funding;
      const { engine } = deps;
      let answered = 0;
      const cutOff = {
        ...engine,
        submit: engine.submit.bind(engine),
        // What it does is done; nobody hears of it from the third on.
        submitOperator: async (...asked: Parameters<typeof engine.submitOperator>) => {
          const reply = await engine.submitOperator(...asked);
          answered += 1;
          if (answered > 2) throw new Error("cut off");
          return reply;
        },
      };
      ground.exchange.funding.deps = { ...deps, engine: cutOff };
      const attestation = ground.browser.authenticator.create(creation);
      expect((await ground.browser.post("sign-up", { challengeId, attestation })).status).toBe(500);
      ground.exchange.funding.deps = deps;
      expect((await ground.browser.signIn()).body.person).toMatchObject({ name: "Ada", account: 3 });
      expect(await ground.balance(3, 0)).toBe(1000n);
      expect((await deps.reads.account(4)).value).toBe(null);
    });

    test.each<[string, Bent]>([
      ["on another origin", { origin: "http://localhost:8081" }],
      ["on a page of another host that shares our name", { origin: "http://localhost.evil.example:8080" }],
      ["for another relying party", { relyingParty: "evil.example" }],
      ["without its owner verified", { isVerified: false }],
      ["to another challenge", { challenge: Buffer.from("another").toString("base64url") }],
      ["of another ceremony", { type: "webauthn.create" }],
      ["with a counter that stands", { counted: 0 }],
      ["with a counter that goes back", { counted: -1 }],
    ])("an assertion %s signs nobody in", async (_what, bent) => {
      await ground.browser.signUp("Ada");
      await ground.browser.signIn();
      await ground.browser.post("sign-out");
      const { challengeId, request } = await ground.browser.challenge({ kind: "sign_in" });
      const assertion = ground.browser.authenticator.get(request, bent);
      expect(await ground.refusal(ground.browser.post("sign-in", { challengeId, assertion }))).toBe(
        `403 -2015 ${REFUSED}`,
      );
      expect(ground.browser.cookie).toBe("");
    });

    test("of two copies of one authenticator, which count alike, one is let in", async () => {
      await ground.browser.signUp("Ada");
      const purposes = [{ kind: "sign_in" }, { kind: "sign_in" }] as const;
      const [one, other] = await Promise.all(purposes.map((purpose) => ground.browser.challenge(purpose)));
      const { authenticator } = ground.browser;
      const bodies = [
        { challengeId: one?.challengeId, assertion: authenticator.get(one?.request) },
        { challengeId: other?.challengeId, assertion: authenticator.get(other?.request, { counted: 0 }) },
      ];
      const answers = await Promise.all(bodies.map((body) => ground.exchange.browser().post("sign-in", body)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 403]);
    });

    test.each<[string, Bent]>([
      ["on another origin", { origin: "https://localhost:8080" }],
      ["for another relying party", { relyingParty: "evil.example" }],
      ["without its owner verified", { isVerified: false }],
    ])("a new passkey made %s signs nobody up", async (_what, bent) => {
      const { challengeId, creation } = await ground.browser.challenge({ kind: "sign_up", name: "Ada" });
      const attestation = ground.browser.authenticator.create(creation, "ES256", bent);
      expect(await ground.refusal(ground.browser.post("sign-up", { challengeId, attestation }))).toBe(
        `403 -2015 ${REFUSED}`,
      );
      expect(await ground.database.query("select count(*)::int4 as n from people.people")).toEqual([{ n: 0 }]);
    });

    test("a guest trades at once, becomes somebody by a first passkey, and needs it from then on", async () => {
      const { body } = await ground.browser.post("guests");
      expect(body.person).toMatchObject({ account: 3, isGuest: true, name: expect.stringMatching(/^Guest \w{1,8}$/) });
      expect((await ground.browser.post("devices", { publicKey: devicePublicKey(), label: "x" })).status).toBe(200);
      expect(
        await ground.refusal(ground.browser.post("challenges", { purpose: { kind: "add_key", key: newKey } })),
      ).toBe("403 -2015 This needs a passkey: add one first.");
      expect(await ground.refusal(ground.browser.post("keys", { key: newKey }))).toBe(
        "403 -2015 This needs a passkey: add one first.",
      );
      const { challengeId, creation, request } = await ground.browser.challenge({ kind: "add_passkey" });
      expect(request).toBe(undefined);
      const attestation = ground.browser.authenticator.create(creation);
      const added = (await ground.browser.post("passkeys", { challengeId, attestation, label: "phone" })).body;
      expect(added).toMatchObject({ label: "phone", usedAt: 0, recoveryCodes: expect.any(Array) });
      expect((await ground.browser.get("session")).body.person).toMatchObject({ account: 3, isGuest: false });
      ground.exchange.pass(6 * MINUTE_MS);
      expect(await ground.refusal(ground.browser.post("devices", { publicKey: devicePublicKey(), label: "x" }))).toBe(
        "403 -2015 This needs your passkey, now.",
      );
      expect((await ground.browser.signIn()).body.person).toMatchObject({ account: 3 });
    });

    test("another passkey needs one that is there, both to one challenge; the last one stays", async () => {
      await ground.browser.signUp("Ada");
      const [first] = (await ground.browser.get("passkeys")).body;
      expect(await ground.refusal(ground.browser.delete(`passkeys/${first.id}`))).toBe(
        "400 -1130 This is the last passkey: add another one first.",
      );
      const { challengeId, creation, request } = await ground.browser.challenge({ kind: "add_passkey" });
      const fresh = { challengeId, assertion: ground.browser.authenticator.get(request) };
      const attestation = ground.browser.authenticator.create(creation);
      const second = await ground.browser.challenge({ kind: "add_passkey" });
      const alone = {
        challengeId: second.challengeId,
        attestation: ground.browser.authenticator.create(second.creation),
        label: "x",
      };
      expect(await ground.refusal(ground.browser.post("passkeys", alone))).toBe(
        "403 -2015 This needs your passkey, now.",
      );
      expect((await ground.browser.post("passkeys", { challengeId, attestation, label: "key", fresh })).status).toBe(
        200,
      );
      const eve = ground.exchange.browser();
      await eve.signUp("Eve");
      expect(await ground.refusal(eve.delete(`passkeys/${first.id}`))).toBe("404 -1000 There is no such passkey.");
      expect((await ground.browser.delete(`passkeys/${first.id}`)).status).toBe(200);
      const left = (await ground.browser.get("passkeys")).body as { id: string; label: string }[];
      expect(left.map(({ label }) => label)).toEqual(["key"]);
      expect(await ground.refusal(ground.browser.delete(`passkeys/${left[0]?.id}`))).toBe(
        "400 -1130 This is the last passkey: add another one first.",
      );
    });

    test("a recovery code lets its owner in once, however it is typed, to add a passkey within ten minutes", async () => {
      const { recoveryCodes } = await ground.browser.signUp("Ada");
      const [code = ""] = recoveryCodes;
      const lost = ground.exchange.browser();
      const nobody = "401 -2015 This does not sign anybody in, or no longer does.";
      const tried = (name: string, typed: string): Promise<string> =>
        ground.refusal(lost.post("sign-in-by-code", { name, code: typed }));
      expect([await tried("Eve", code), await tried("Ada", "0000-0000-0000-0000"), await tried("Ada", "x")]).toEqual([
        nobody,
        nobody,
        nobody,
      ]);
      expect(await tried("aDA", code.toLowerCase().replaceAll("-", " "))).toMatch(/^200/);
      expect(await tried("Ada", code)).toBe(nobody);
      expect(await ground.refusal(lost.post("devices", { publicKey: devicePublicKey(), label: "x" }))).toBe(
        "403 -2015 This needs your passkey, now.",
      );
      const { challengeId, creation, request } = await lost.challenge({ kind: "add_passkey" });
      expect(request).toBe(undefined);
      const attestation = lost.authenticator.create(creation);
      expect((await lost.post("passkeys", { challengeId, attestation, label: "new" })).body).not.toHaveProperty(
        "recoveryCodes",
      );
      expect((await lost.post("devices", { publicKey: devicePublicKey(), label: "x" })).status).toBe(200);
      // Once: the next one needs an assertion.
      expect((await lost.challenge({ kind: "add_passkey" })).request).not.toBe(undefined);
    });

    test("after ten minutes a code's session may add no passkey; twenty codes an hour are tried for one name", async () => {
      const { recoveryCodes } = await ground.browser.signUp("Ada");
      const lost = ground.exchange.browser();
      await lost.post("sign-in-by-code", { name: "Ada", code: recoveryCodes[0] });
      const { challengeId, creation } = await lost.challenge({ kind: "add_passkey" });
      const attestation = lost.authenticator.create(creation);
      ground.exchange.pass(4 * MINUTE_MS);
      const again = await lost.challenge({ kind: "add_passkey" });
      ground.exchange.pass(6 * MINUTE_MS);
      expect((await lost.post("passkeys", { challengeId, attestation, label: "new" })).status).toBe(403);
      expect((await lost.post("passkeys", { ...again, attestation, label: "new" })).status).toBe(400);
      ground.exchange.pass(60 * MINUTE_MS);
      const tries = Array.from({ length: 20 }, () =>
        lost.post("sign-in-by-code", { name: "ADA", code: "0000-0000-0000-0000" }),
      );
      expect((await Promise.all(tries)).map(({ status }) => status)).toEqual(tries.map(() => 401));
      const next = { name: "Ada", code: recoveryCodes[1] };
      expect((await lost.post("sign-in-by-code", next)).status).toBe(429);
      // Whoever tries them from elsewhere does not keep their owner out.
      const elsewhere = ground.exchange.browser("2001:db8::1");
      expect((await elsewhere.post("sign-in-by-code", next)).status).toBe(200);
      const third = { name: "Ada", code: recoveryCodes[2] };
      expect((await lost.post("sign-in-by-code", third)).status).toBe(429);
      ground.exchange.pass(60 * MINUTE_MS);
      expect((await lost.post("sign-in-by-code", third)).status).toBe(200);
    });

    test("a table full of challenges forgets the oldest: nobody is kept out by those who only ask", async () => {
      const { challenges } = ground.exchange.funding.deps.people?.store ?? {};
      const id = (number: number): string => `challenge-${String(number).padStart(6, "0")}`;
      const rest = { nonce: "n", purposeHash: "p", session: null, name: null };
      for (let number = 0; number < 21; number++)
        await challenges?.add({ ...rest, challenge: id(number), endsMs: 1_000 + number }, 0, 20);
      const taken = await Promise.all([0, 1, 2, 20].map((number) => challenges?.take(id(number), 0)));
      expect(taken.map((one) => one?.challenge)).toEqual([undefined, undefined, id(2), id(20)]);
    });

    test("who has signed in is asked nothing less by those who only ask, and holds ten challenges at most", async () => {
      const { challenges } = ground.exchange.funding.deps.people?.store ?? {};
      const rest = { nonce: "n", purposeHash: "p", name: null, endsMs: 1_000 };
      const add = (challenge: string, session: string | null, endsMs: number): unknown =>
        challenges?.add({ ...rest, challenge, session, endsMs }, 0, 20);
      for (let number = 0; number < 12; number++) await add(`mine-${number}`, "ada", 1_000 + number);
      for (let number = 0; number < 40; number++) await add(`anybody-${number}`, null, 2_000 + number);
      const taken = await Promise.all([0, 1, 2, 11].map((number) => challenges?.take(`mine-${number}`, 0)));
      expect(taken.map((one) => one?.challenge)).toEqual([undefined, undefined, "mine-2", "mine-11"]);
    });

    test("new recovery codes end the old ones", async () => {
      const { recoveryCodes } = await ground.browser.signUp("Ada");
      expect((await ground.browser.post("recovery-codes", {})).status).toBe(403);
      const fresh = await ground.browser.fresh({ kind: "renew_recovery_codes" });
      const renewed = (await ground.browser.post("recovery-codes", { fresh })).body.recoveryCodes as string[];
      const lost = ground.exchange.browser();
      const statuses = [];
      for (const code of [recoveryCodes[0], renewed[0]])
        statuses.push((await lost.post("sign-in-by-code", { name: "Ada", code })).status);
      expect([renewed.length, ...statuses]).toEqual([10, 401, 200]);
    });

    test("an operator's link lets one person in, once, within 15 minutes; a newer one takes the older back", async () => {
      const { person } = await ground.browser.signUp("Ada");
      const link = async (asked: object): Promise<string> => {
        const { body } = await ground.exchange.operator("POST", "/ops/v1/links", asked);
        expect(body).toMatchObject({ url: expect.stringMatching(/^http:\/\/localhost:8080\/sign-in#[\w-]{43}$/) });
        return body.url.split("#")[1];
      };
      const open = (token: string): Promise<string> =>
        ground.refusal(ground.exchange.browser().post("sign-in-by-link", { token }));
      const nobody = "401 -2015 This does not sign anybody in, or no longer does.";
      const older = await link({ name: "ada" });
      const token = await link({ account: person.account });
      const twice = await Promise.all([open(token), open(token)]);
      expect([await open(older), ...twice.toSorted()]).toEqual([nobody, expect.stringMatching(/^200/), nobody]);
      const late = await link({ account: person.account });
      ground.exchange.pass(15 * MINUTE_MS);
      expect(await open(late)).toBe(nobody);
      // An account that the operator opened has nobody yet.
      const first = ground.exchange.browser();
      await first.post("sign-in-by-link", { token: await link({ account: 2 }) });
      expect((await first.get("session")).body.person).toMatchObject({ account: 2, isGuest: false, freshUntil: 0 });
      const asked = [{ account: 0 }, { account: 99 }, { name: "nobody" }, {}, { account: 1, name: "x" }];
      const answers = await Promise.all(asked.map((body) => ground.exchange.operator("POST", "/ops/v1/links", body)));
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 400, 400]);
    });

    test("a session ends by its person's word, with its thirty days, or with the cookie of no session", async () => {
      await ground.browser.signUp("Ada");
      const second = ground.exchange.browser();
      second.authenticator.passkeys.push(...ground.browser.authenticator.passkeys);
      ground.exchange.pass(1);
      await second.signIn();
      const [, oldest] = (await second.get("sessions")).body as { id: string; isThis: boolean }[];
      const eve = ground.exchange.browser();
      await eve.signUp("Eve");
      expect(await ground.refusal(eve.delete(`sessions/${oldest?.id}`))).toBe("404 -1000 There is no such session.");
      expect((await second.delete(`sessions/${oldest?.id}`)).status).toBe(200);
      expect(await ground.browser.get("keys")).toEqual(UNSIGNED);
      expect((await ground.browser.get("session")).body).toEqual({ person: null });
      const { cookie } = second;
      expect((await second.post("sign-out")).body).toEqual({});
      expect([second.cookie, await second.get("sessions", { cookie })]).toEqual(["", UNSIGNED]);
      const cookies = [`${eve.cookie}x`, `${eve.cookie}; ${eve.cookie}`, "tidebook=", "tidebook", "__Host-tidebook=x"];
      const answers = await Promise.all(cookies.map((each) => eve.get("keys", { cookie: each })));
      expect(answers).toEqual(cookies.map(() => UNSIGNED));
      const [phone, tablet] = [ground.exchange.browser(), ground.exchange.browser()];
      for (const each of [phone, tablet]) {
        each.authenticator.passkeys.push(...second.authenticator.passkeys);
        await each.signIn();
      }
      expect((await phone.delete("sessions/others")).body).toEqual({});
      expect([(await phone.get("sessions")).body.length, await tablet.get("keys")]).toEqual([1, UNSIGNED]);
      expect((await eve.get("keys", { cookie: `a=b; ${eve.cookie}` })).status).toBe(200);
      ground.exchange.pass(30 * DAY_MS);
      expect(await eve.get("keys")).toEqual(UNSIGNED);
    });
  });
}
