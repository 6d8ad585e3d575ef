/**
 * People at the screen, on a real exchange, with passkeys of a virtual device: every way in and out, keys and withdrawals that
 * a passkey confirms, funds of the demo. Every state passes axe as a whole page, and no script or policy complains.
 */
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../_acceptance/operating-suite.ts";
import { eventually } from "../../_acceptance/target.ts";
import { Trader } from "../../_acceptance/trader.ts";
import { accessibilityFaults } from "./testing/accessibility.ts";
import { addPasskeyDevice, hasBrowser, launchBrowser, NO_BROWSER, PageFaults } from "./testing/browser.ts";
import { ExchangeUnderTest } from "./testing/exchange-under-test.ts";
import { STEP_LIMIT_MS, Visitor } from "./testing/visitor.ts";

/** What a browser says of answers that tests ask for, and of history that opens a moment after trading. */
const REFUSED = /status of (400|401|403|429|503)/;
const CODES = 10;

interface Person {
  readonly context: BrowserContext;
  readonly visitor: Visitor;
  readonly page: Page;
  readonly faults: PageFaults;
  readonly device: Awaited<ReturnType<typeof addPasskeyDevice>>;
}

describe.skipIf(!hasBrowser)(`people at the screen${hasBrowser ? "" : ` (${NO_BROWSER})`}`, () => {
  let exchange: ExchangeUnderTest;
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  let names = 0;

  beforeAll(async () => {
    [exchange, browser] = await Promise.all([ExchangeUnderTest.start(), launchBrowser()]);
    await exchange.screenIsThere();
  });
  afterAll(async () => {
    await browser?.close();
    await exchange?.close();
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });

  /** A browser of its own, with a device for passkeys. */
  async function newPerson(): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    contexts.push(context);
    const page = await context.newPage();
    const faults = new PageFaults(page);
    return { context, page, faults, visitor: new Visitor(page, exchange), device: await addPasskeyDevice(page) };
  }
  const axe = ({ page }: Person) => accessibilityFaults(page);
  function freshName(): string {
    names += 1;
    return `Ada ${names}`;
  }

  /** @returns the codes that were shown. */
  async function signUp(person: Person, name: string): Promise<readonly string[]> {
    const { page, visitor } = person;
    await visitor.askToSignIn();
    await visitor.dialog().getByRole("button", { name: "Create an account" }).click();
    await page.getByLabel("Name").fill(name);
    await visitor.dialog().getByRole("button", { name: "Create a passkey" }).click();
    return await keepCodes(person);
  }
  async function keepCodes({ page, visitor }: Person): Promise<readonly string[]> {
    const codes = visitor.dialog().getByRole("listitem");
    await codes.first().waitFor();
    const shown = await codes.allInnerTexts();
    await page.getByLabel("I have kept them somewhere safe").check();
    await visitor.dialog().getByRole("button", { name: "Done" }).click();
    await visitor.dialog().waitFor({ state: "detached" });
    return shown;
  }
  async function signOut({ page, visitor }: Person): Promise<void> {
    await visitor.chooseOwn("Sign out");
    await page.getByRole("banner").getByRole("button", { name: "Sign in" }).waitFor();
  }
  async function signInByCode({ page, visitor }: Person, name: string, code: string): Promise<void> {
    await visitor.askToSignIn();
    await visitor.dialog().getByRole("button", { name: "Use a recovery code" }).click();
    await page.getByLabel("Name").fill(name);
    await page.getByRole("textbox", { name: "Recovery code" }).fill(code);
    await visitor.dialog().getByRole("button", { name: "Sign in" }).click();
  }
  const card = ({ page }: Person, heading: string) =>
    page.locator("section").filter({ has: page.getByRole("heading", { name: heading, exact: true }) });
  const told = (person: Person, text: string | RegExp) =>
    person.page.getByRole("alert").filter({ hasText: text }).waitFor();

  test("somebody signs up by a passkey, keeps ten codes that nothing closes before, signs out, and in again to the same account", async () => {
    const person = await newPerson();
    const { page, visitor } = person;
    const name = freshName();
    await visitor.open();
    await visitor.askToSignIn();
    const found = [...(await axe(person))];
    await visitor.dialog().getByRole("button", { name: "Create an account" }).click();
    found.push(...(await axe(person)));
    await page.getByLabel("Name").fill(name);
    await visitor.dialog().getByRole("button", { name: "Create a passkey" }).click();
    const codes = visitor.dialog().getByRole("listitem");
    await codes.first().waitFor();
    found.push(...(await axe(person)));
    await page.keyboard.press("Escape");
    await page.mouse.click(10, 450);
    expect([
      new Set(await codes.allInnerTexts()).size,
      await visitor.dialog().getByRole("button", { name: "Done" }).isDisabled(),
      await visitor.dialog().getByRole("button", { name: "Close" }).count(),
    ]).toEqual([CODES, true, 0]);
    const [code] = await keepCodes(person);
    await visitor.tradesFromHere();
    const account = await visitor.account();
    expect(await page.content()).not.toContain(code);

    await signOut(person);
    const left = await page.locator(".activity").getAttribute("data-freshness");
    await visitor.askToSignIn();
    await visitor.dialog().getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("button", { name: `Account of ${name}` }).waitFor();
    await visitor.tradesFromHere();
    expect([left, await visitor.account(), found, person.faults.besides(REFUSED)]).toEqual(["none", account, [], []]);
  });

  test("a passkey dialog that is turned away says so, changes nothing, and the next try works", async () => {
    const person = await newPerson();
    const { page, visitor, device } = person;
    await visitor.open();
    await device.answers(false);
    await visitor.askToSignIn();
    await visitor.dialog().getByRole("button", { name: "Create an account" }).click();
    await page.getByLabel("Name").fill(freshName());
    const make = visitor.dialog().getByRole("button", { name: "Create a passkey" });
    await make.click();
    await told(person, "The passkey dialog was closed, or took too long. Nothing was changed.");
    expect([await make.isEnabled(), await axe(person)]).toEqual([true, []]);
    await device.answers(true);
    await make.click();
    expect([(await keepCodes(person)).length, person.faults.besides(REFUSED)]).toEqual([CODES, []]);
  });

  test("a page at a number instead of the exchange's name says where passkeys work, and its link leads there", async () => {
    const person = await newPerson();
    const { page, visitor } = person;
    await page.goto(exchange.origin.replace("localhost", "127.0.0.1"));
    await visitor.askToSignIn();
    const way = visitor.dialog().getByRole("link");
    await way.waitFor();
    expect([
      await way.innerText(),
      await visitor.dialog().getByRole("button", { name: "Sign in with a passkey" }).count(),
      await axe(person),
    ]).toEqual([`${exchange.origin}/`, 0, []]);
    await way.click();
    await page.waitForURL(`${exchange.origin}/`);
    expect((await signUp(person, freshName())).length).toBe(CODES);
  });

  test("a lost device: a code opens the door once, a second passkey is added, the lost session and passkey are ended, the last stays", async () => {
    const [lost, found] = [await newPerson(), await newPerson()];
    const name = freshName();
    await lost.visitor.open();
    const [code = "", next = ""] = await signUp(lost, name);

    await found.visitor.open();
    await signInByCode(found, name, code);
    await found.page.getByText("Trading opens on this browser once you add a passkey").waitFor();
    const passkeys = card(found, "Passkeys");
    await passkeys.getByRole("button", { name: "Add a passkey" }).click();
    await passkeys.getByRole("row").nth(2).waitFor();
    const accessible = await axe(found);

    const sessions = card(found, "Sessions");
    expect(await sessions.getByRole("row").count()).toBe(3);
    await sessions.getByRole("button", { name: "End" }).click();
    await sessions.getByRole("button", { name: "End" }).waitFor({ state: "detached" });
    await lost.page.reload();
    await lost.page.getByRole("banner").getByRole("button", { name: "Sign in" }).waitFor();

    const remove = passkeys.getByRole("button", { name: /^Remove / });
    await remove.first().click();
    await eventually(
      () => remove.count(),
      (count) => count === 1,
      STEP_LIMIT_MS,
    );
    expect([await remove.isDisabled(), accessible]).toEqual([true, []]);

    await signInByCode(lost, name, code);
    await told(lost, /./);
    const [words] = await lost.page.getByRole("alert").allInnerTexts();
    await lost.page.keyboard.press("Escape");
    await signInByCode(lost, name, next);
    await lost.page.getByRole("button", { name: `Account of ${name}` }).waitFor();
    expect([words, lost.faults.besides(REFUSED), found.faults.besides(REFUSED)]).toEqual([
      "This does not sign anybody in, or no longer does.",
      [],
      [],
    ]);
  });

  test("a one-time link of the command line is opened as it is printed, signs in once, and no request names its token", async () => {
    const person = await newPerson();
    const { page, visitor } = person;
    const name = freshName();
    await visitor.open();
    await signUp(person, name);
    const account = await visitor.account();
    await signOut(person);

    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const environment = {
      TIDEBOOK_ORIGIN: exchange.http.origin,
      TIDEBOOK_OPERATOR_TOKEN: exchange.folder.operatorToken(),
    };
    const { stdout } = await run("engine/ops/main.ts", ["account", "link", name], environment);
    const url = /https?:\/\/\S+/.exec(stdout)?.[0] ?? "";
    expect(url).toMatch(new RegExp(`^${exchange.origin}/sign-in#[A-Za-z0-9_-]{20,}$`));
    const token = url.slice(url.indexOf("#") + 1);
    const enter = page.getByRole("main").getByRole("button", { name: "Sign in" });
    await page.goto(url);
    await enter.waitFor();
    const accessible = await axe(person);
    await enter.click();
    await page.waitForURL(`${exchange.origin}/account`);
    expect([await visitor.account(), accessible, asked.filter((each) => each.split("#")[0]?.includes(token))]).toEqual([
      account,
      [],
      [],
    ]);

    await page.goBack();
    expect(page.url()).not.toContain(token);
    await page.goto("about:blank");
    await page.goto(url);
    await enter.click();
    await told(person, "This does not sign anybody in, or no longer does.");
    expect(person.faults.besides(REFUSED)).toEqual([]);
  });

  test("a visitor trades at once, is not let go by mistake, and keeps account and funds by adding a passkey", async () => {
    const person = await newPerson();
    const { page, visitor } = person;
    await visitor.open();
    const account = await visitor.comeAsGuest();
    const trader = await visitor.trader();
    const funds = await trader.balance("USDT");

    await visitor.chooseOwn("Withdraw");
    await visitor.dialog().getByText("A withdrawal is confirmed by a passkey: add one").waitFor();
    const found = [...(await axe(person))];
    await page.keyboard.press("Escape");
    await visitor.chooseOwn("Sign out");
    await visitor.dialog().getByText("nobody can open this account again").waitFor();
    found.push(...(await axe(person)));
    await visitor.dialog().getByRole("button", { name: "Stay" }).click();
    await visitor.openAccount();
    found.push(...(await axe(person)));
    expect(await page.getByRole("button", { name: "New API key" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await keepCodes(person);
    await page.getByText("You trade as a visitor").waitFor({ state: "detached" });

    await signOut(person);
    await visitor.askToSignIn();
    await visitor.dialog().getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("button", { name: "Account of Guest" }).waitFor();
    expect([await visitor.account(), await trader.balance("USDT"), found, person.faults.besides(REFUSED)]).toEqual([
      account,
      funds,
      [],
      [],
    ]);
  });

  test("funds of the demo are credited in the asset that the dialog shows, told by a toast, within what a day allows", async () => {
    const person = await newPerson();
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
    const found = [...(await axe(person))];
    await amount.fill("1e3");
    await visitor.dialog().getByRole("button", { name: "Deposit" }).click();
    await told(person, "An amount is a number above zero");
    found.push(...(await axe(person)));
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
    const person = await newPerson();
    const { visitor, device } = person;
    await visitor.open();
    await signUp(person, freshName());
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
    const found = [...(await axe(person))];
    const send = visitor.dialog().getByRole("button", { name: "Withdraw", exact: true });
    await device.answers(false);
    await send.click();
    await told(person, "The passkey dialog was closed");
    await device.answers(true);
    await send.click();
    await visitor.toast("Withdrawal asked for");
    await visitor.openAccount();
    const row = card(person, "Deposits and withdrawals").getByRole("row").filter({ hasText: "Withdrawal" });
    await row.filter({ hasText: "Waiting for approval" }).waitFor();
    found.push(...(await axe(person)));
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
    const person = await newPerson();
    const { page, visitor } = person;
    await visitor.open();
    await signUp(person, freshName());
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
      found.push(...(await axe(person)));
      await visitor.dialog().getByRole("button", { name: "Make the key" }).click();
      await page.getByRole("heading", { name: "The key is made" }).waitFor();
      await page.keyboard.press("Escape");
      found.push(...(await axe(person)));
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
    const trader = new Trader(exchange.http, { account, apiKey, apiSecret });
    const byEd25519 = async () => {
      const payload = `timestamp=${Date.now()}`;
      const key = createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }));
      const signature = encodeURIComponent(sign(null, Buffer.from(payload), key).toString("base64"));
      return await exchange.http.send("GET", `/api/v3/account?${payload}&signature=${signature}`, {
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
    found.push(...(await axe(person)));
    await visitor.dialog().getByRole("button", { name: "Trade from this browser" }).click();
    await visitor.dialog().waitFor({ state: "detached" });
    await visitor.open();
    await page.locator(".activity[data-freshness=live]").waitFor();
    expect([await visitor.account(), found, person.faults.besides(REFUSED)]).toEqual([account, [], []]);
  });
});
