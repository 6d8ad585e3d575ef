/**
 * People at the screen, on a real exchange, with passkeys of a virtual device: every way in and out. Every state passes axe as a
 * whole page, and no script or policy complains.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../_acceptance/operating-suite.ts";
import { eventually } from "../../_acceptance/target.ts";
import { AWAY, hasBrowser, NO_BROWSER } from "./testing/browser.ts";
import { PeopleStage, REFUSED } from "./testing/people-stage.ts";
import { STEP_LIMIT_MS } from "./testing/visitor.ts";

const CODES = 10;
const AWAY_LIMIT_MS = 30_000;

describe.skipIf(!hasBrowser)(`people at the screen${hasBrowser ? "" : ` (${NO_BROWSER})`}`, () => {
  let stage: PeopleStage;
  beforeAll(async () => {
    stage = await PeopleStage.open();
  });
  afterAll(() => stage?.close());
  afterEach(() => stage.leave());

  test("somebody signs up by a passkey, keeps ten codes that nothing closes before, signs out, and in again to the same account", async () => {
    const person = await stage.newPerson();
    const { page, visitor } = person;
    const name = stage.freshName();
    await visitor.open();
    await visitor.askToSignIn();
    const found = [...(await person.axe())];
    await visitor.dialog().getByRole("button", { name: "Create an account" }).click();
    found.push(...(await person.axe()));
    await page.getByLabel("Name").fill(name);
    await visitor.dialog().getByRole("button", { name: "Create a passkey" }).click();
    const codes = visitor.dialog().getByRole("listitem");
    await codes.first().waitFor();
    found.push(...(await person.axe()));
    await page.keyboard.press("Escape");
    await page.mouse.click(10, 450);
    expect([
      new Set(await codes.allInnerTexts()).size,
      await visitor.dialog().getByRole("button", { name: "Done" }).isDisabled(),
      await visitor.dialog().getByRole("button", { name: "Close" }).count(),
    ]).toEqual([CODES, true, 0]);
    const [code] = await person.keepCodes();
    await visitor.tradesFromHere();
    const account = await visitor.account();
    expect(await page.content()).not.toContain(code);

    await person.signOut();
    const left = await page.locator(".activity").getAttribute("data-freshness");
    await visitor.askToSignIn();
    await visitor.dialog().getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("button", { name: `Account of ${name}` }).waitFor();
    await visitor.tradesFromHere();
    expect([left, await visitor.account(), found, person.faults.besides(REFUSED)]).toEqual(["none", account, [], []]);
  });

  test("a passkey dialog that is turned away says so, changes nothing, and the next try works", async () => {
    const person = await stage.newPerson();
    const { page, visitor, device } = person;
    await visitor.open();
    await device.answers(false);
    await visitor.askToSignIn();
    await visitor.dialog().getByRole("button", { name: "Create an account" }).click();
    await page.getByLabel("Name").fill(stage.freshName());
    const make = visitor.dialog().getByRole("button", { name: "Create a passkey" });
    await make.click();
    await person.told("The passkey dialog was closed, or took too long. Nothing was changed.");
    expect([await make.isEnabled(), await person.axe()]).toEqual([true, []]);
    await device.answers(true);
    await make.click();
    expect([(await person.keepCodes()).length, person.faults.besides(REFUSED)]).toEqual([CODES, []]);
  });

  test("a page at a number instead of the exchange's name says where passkeys work, and its link leads there", async () => {
    const person = await stage.newPerson();
    const { page, visitor } = person;
    await page.goto(stage.exchange.origin.replace("localhost", "127.0.0.1"));
    await visitor.askToSignIn();
    const way = visitor.dialog().getByRole("link");
    await way.waitFor();
    expect([
      await way.innerText(),
      await visitor.dialog().getByRole("button", { name: "Sign in with a passkey" }).count(),
      await person.axe(),
    ]).toEqual([`${stage.exchange.origin}/`, 0, []]);
    await way.click();
    await page.waitForURL(`${stage.exchange.origin}/`);
    expect((await person.signUp(stage.freshName())).length).toBe(CODES);
  });

  test("a dialog that is asked for while the exchange is away leaves the page as it is, and can be had once it is back", async () => {
    const { page, visitor, faults } = await stage.newPerson();
    await visitor.open();
    await stage.exchange.kill();
    await page.getByRole("banner").getByRole("button", { name: "Sign in" }).click();
    const failed = await eventually(
      async () => faults.besides(),
      (all) => all.some((fault) => fault.includes("/assets/")),
      STEP_LIMIT_MS,
    );
    const isThere = await page.getByRole("region", { name: "Order book" }).isVisible();
    const loaded = page.waitForEvent("load", { timeout: AWAY_LIMIT_MS });
    await stage.exchange.startAgain();
    await loaded;
    await visitor.askToSignIn();
    expect([failed.length > 0, isThere, faults.besides(AWAY, REFUSED)]).toEqual([true, true, []]);
  });

  test("a lost device: a code opens the door once, a second passkey is added, the lost session and passkey are ended, the last stays", async () => {
    const [lost, found] = [await stage.newPerson(), await stage.newPerson()];
    const name = stage.freshName();
    await lost.visitor.open();
    const [code = "", next = ""] = await lost.signUp(name);

    await found.visitor.open();
    await found.signInByCode(name, code);
    await found.page.getByText("Trading opens on this browser once you add a passkey").waitFor();
    const passkeys = found.card("Passkeys");
    await passkeys.getByRole("button", { name: "Add a passkey" }).click();
    await passkeys.getByRole("row").nth(2).waitFor();
    const accessible = await found.axe();

    const sessions = found.card("Sessions");
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

    await lost.signInByCode(name, code);
    await lost.told(/./);
    const [words] = await lost.page.getByRole("alert").allInnerTexts();
    await lost.page.keyboard.press("Escape");
    await lost.signInByCode(name, next);
    await lost.page.getByRole("button", { name: `Account of ${name}` }).waitFor();
    expect([words, lost.faults.besides(REFUSED), found.faults.besides(REFUSED)]).toEqual([
      "This does not sign anybody in, or no longer does.",
      [],
      [],
    ]);
  });

  test("a one-time link of the command line is opened as it is printed, signs in once, and no request names its token", async () => {
    const person = await stage.newPerson();
    const { page, visitor } = person;
    const name = stage.freshName();
    await visitor.open();
    await person.signUp(name);
    const account = await visitor.account();
    await person.signOut();

    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const environment = {
      TIDEBOOK_ORIGIN: stage.exchange.http.origin,
      TIDEBOOK_OPERATOR_TOKEN: stage.exchange.folder.operatorToken(),
    };
    const { stdout } = await run("engine/ops/main.ts", ["account", "link", name], environment);
    const url = /https?:\/\/\S+/.exec(stdout)?.[0] ?? "";
    expect(url).toMatch(new RegExp(`^${stage.exchange.origin}/sign-in#[A-Za-z0-9_-]{20,}$`));
    const token = url.slice(url.indexOf("#") + 1);
    const enter = page.getByRole("main").getByRole("button", { name: "Sign in" });
    await page.goto(url);
    await enter.waitFor();
    const accessible = await person.axe();
    await enter.click();
    await page.waitForURL(`${stage.exchange.origin}/account`);
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
    await person.told("This does not sign anybody in, or no longer does.");
    expect(person.faults.besides(REFUSED)).toEqual([]);
  });

  test("a visitor trades at once, is not let go by mistake, and keeps account and funds by adding a passkey", async () => {
    const person = await stage.newPerson();
    const { page, visitor } = person;
    await visitor.open();
    const account = await visitor.comeAsGuest();
    const trader = await visitor.trader();
    const funds = await trader.balance("USDT");

    await visitor.chooseOwn("Withdraw");
    await visitor.dialog().getByText("A withdrawal is confirmed by a passkey: add one").waitFor();
    const found = [...(await person.axe())];
    await page.keyboard.press("Escape");
    await visitor.chooseOwn("Sign out");
    await visitor.dialog().getByText("nobody can open this account again").waitFor();
    found.push(...(await person.axe()));
    await visitor.dialog().getByRole("button", { name: "Stay" }).click();
    await visitor.openAccount();
    found.push(...(await person.axe()));
    expect(await page.getByRole("button", { name: "New API key" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await person.keepCodes();
    await page.getByText("You trade as a visitor").waitFor({ state: "detached" });

    await person.signOut();
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
});
