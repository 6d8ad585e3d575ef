/**
 * What people own, at the screen of a real exchange: funds of the demo, withdrawals and keys that a passkey confirms. Every
 * state passes axe as a whole page, and no script or policy complains.
 */
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../_acceptance/target.ts";
import { Trader } from "../../_acceptance/trader.ts";
import { hasBrowser, NO_BROWSER } from "./testing/browser.ts";
import { PeopleStage, REFUSED } from "./testing/people-stage.ts";
import { STEP_LIMIT_MS } from "./testing/visitor.ts";

describe.skipIf(!hasBrowser)(`funds and keys at the screen${hasBrowser ? "" : ` (${NO_BROWSER})`}`, () => {
  let stage: PeopleStage;
  beforeAll(async () => {
    stage = await PeopleStage.open();
  });
  afterAll(() => stage?.close());
  afterEach(() => stage.leave());

  test("funds of the demo are credited in the asset that the dialog shows, told by a toast, within what a day allows", async () => {
    const person = await stage.newPerson();
    const { page, visitor } = person;
    await visitor.open();
    await visitor.comeAsGuest();
    const trader = await visitor.trader();
    const before = await trader.balance("SOL");
    await visitor.look("Balances");
    await page.getByRole("button", { name: "Deposit SOL" }).click();
    const amount = visitor.dialog().getByLabel("Amount");
    await visitor
      .dialog()
      .getByText(/^Up to [\d,]+ SOL today$/)
      .waitFor();
    const asset = visitor.dialog().getByLabel("Asset");
    const shown = await asset.evaluate((select) => (select as unknown as { value: string }).value);
    const found = [...(await person.axe())];
    await amount.fill("1e3");
    await visitor.dialog().getByRole("button", { name: "Deposit" }).click();
    await person.told("An amount is a number above zero");
    found.push(...(await person.axe()));
    await amount.fill("1000000000");
    await visitor.dialog().getByRole("button", { name: "Deposit" }).click();
    await eventually(
      () => page.getByRole("alert").allInnerTexts(),
      (all) => all.some((text) => text !== "" && !text.startsWith("An amount")),
      STEP_LIMIT_MS,
    );
    await amount.fill("1.5");
    await visitor.dialog().getByRole("button", { name: "Deposit" }).click();
    await visitor.toast("Funds came in");
    expect(await page.locator(".toast-detail").first().innerText()).toBe("+1.5 SOL");
    expect([
      shown,
      Number((await trader.balance("SOL"))[0]) - Number(before[0]),
      found,
      person.faults.besides(REFUSED),
    ]).toEqual(["SOL", 1.5, [], []]);
  });

  test("a withdrawal is confirmed by the passkey, held at once, and seen until somebody decides", async () => {
    const person = await stage.newPerson();
    const { visitor, device } = person;
    await visitor.open();
    await person.signUp(stage.freshName());
    await visitor.tradesFromHere();
    const trader = await visitor.trader();
    await visitor.chooseOwn("Deposit");
    await visitor.dialog().getByLabel("Asset").selectOption("USDT");
    await visitor.dialog().getByLabel("Amount").fill("100");
    await visitor.dialog().getByRole("button", { name: "Deposit" }).click();
    await visitor.toast("Funds came in");
    const [before] = await trader.balance("USDT");

    await visitor.chooseOwn("Withdraw");
    await visitor.dialog().getByLabel("Asset").selectOption("USDT");
    await visitor.dialog().getByLabel("Amount").fill("40.5");
    await visitor.dialog().getByLabel("Address").fill("TXYZ1234567890");
    const found = [...(await person.axe())];
    const send = visitor.dialog().getByRole("button", { name: "Withdraw", exact: true });
    await device.answers(false);
    await send.click();
    await person.told("The passkey dialog was closed");
    await device.answers(true);
    await send.click();
    await visitor.toast("Withdrawal asked for");
    await visitor.openAccount();
    const row = person.card("Deposits and withdrawals").getByRole("row").filter({ hasText: "Withdrawal" });
    await row.filter({ hasText: "Waiting for approval" }).waitFor();
    found.push(...(await person.axe()));
    const { body } = await trader.call("GET", "/api/v3/account");
    const free = body.balances.find(({ asset }: { asset: string }) => asset === "USDT").free;
    expect([
      (await row.getByRole("cell").allInnerTexts()).slice(1, 5),
      Number(before) - Number(free),
      found,
      person.faults.besides(REFUSED),
    ]).toEqual([["Withdrawal", "40.5 USDT", "Waiting for approval", "TXYZ1234567890"], 40.5, [], []]);
  });

  test("keys made on the page with a passkey trade from elsewhere, HMAC and Ed25519, and are refused once revoked", async () => {
    const person = await stage.newPerson();
    const { page, visitor } = person;
    await visitor.open();
    await person.signUp(stage.freshName());
    const account = await visitor.account();
    await visitor.openAccount();
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const found: string[] = [];

    const make = async (label: string, pem?: string): Promise<readonly string[]> => {
      await page.getByRole("button", { name: "New API key" }).click();
      await visitor.dialog().getByLabel("Label").fill(label);
      if (pem !== undefined) {
        await visitor.dialog().getByLabel("Kind").selectOption("ed25519");
        await visitor.dialog().getByRole("textbox", { name: "Public key" }).fill(pem);
      }
      found.push(...(await person.axe()));
      await visitor.dialog().getByRole("button", { name: "Make the key" }).click();
      await page.getByRole("heading", { name: "The key is made" }).waitFor();
      await page.keyboard.press("Escape");
      found.push(...(await person.axe()));
      const shown = await visitor.dialog().locator("code").allInnerTexts();
      await visitor.dialog().getByRole("button", { name: "Done" }).click();
      await visitor.dialog().waitFor({ state: "detached" });
      return shown;
    };
    const [apiKey = "", apiSecret = ""] = await make("by secret");
    const [signingKey = "", noSecret] = await make(
      "by signature",
      publicKey.export({ type: "spki", format: "pem" }).toString(),
    );
    const trader = new Trader(stage.exchange.http, { account, apiKey, apiSecret });
    const byEd25519 = async () => {
      const payload = `timestamp=${Date.now()}`;
      const key = createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }));
      const signature = encodeURIComponent(sign(null, Buffer.from(payload), key).toString("base64"));
      return await stage.exchange.http.send("GET", `/api/v3/account?${payload}&signature=${signature}`, {
        "x-mbx-apikey": signingKey,
      });
    };
    const bySecret = () => trader.call("GET", "/api/v3/account");
    expect([(await bySecret()).body.uid, (await byEd25519()).body.uid, noSecret]).toEqual([
      account,
      account,
      undefined,
    ]);

    for (const label of ["by secret", "by signature"]) {
      await page.getByRole("button", { name: `Revoke ${label}` }).click();
      await page.getByRole("row").filter({ hasText: label }).filter({ hasText: "Revoked" }).waitFor();
    }
    expect([(await bySecret()).body.code, (await byEd25519()).body.code]).toEqual([-2015, -2015]);
    // This browser's own, too: the person is told, keeps the account, and connects again.
    const own = page.getByRole("row").filter({ hasText: "This browser" }).filter({ hasText: "Revoke" });
    await own.getByRole("button").click();
    await visitor.chooseOwn("Trade from this browser");
    found.push(...(await person.axe()));
    await visitor.dialog().getByRole("button", { name: "Trade from this browser" }).click();
    await visitor.dialog().waitFor({ state: "detached" });
    await visitor.open();
    await page.locator(".activity[data-freshness=live]").waitFor();
    expect([await visitor.account(), found, person.faults.besides(REFUSED)]).toEqual([account, [], []]);
  });
});
