/**
 * The operator's page in a real browser, on a real exchange: signed in by its token, an operator halts, resumes, decides and
 * audits, and sees it when the exchange is away. Every state passes axe, and no script or policy complains.
 */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../_acceptance/target.ts";
import { Trader } from "../../_acceptance/trader.ts";
import { accessibilityFaults } from "./testing/accessibility.ts";
import { AWAY, hasBrowser, NO_BROWSER, type PageFaults } from "./testing/browser.ts";
import type { ExchangeUnderTest } from "./testing/exchange-under-test.ts";
import { ScreenStage } from "./testing/screen-stage.ts";

const SYMBOL = "BTCUSDT";
/** What this page draws; the header above it is in its own suite. */
const OURS = ["main", "[role=dialog]", "[role=alertdialog]"];
const PHONE = { width: 390, height: 844 };
/** What the browser itself says of answers that tests ask for. */
const UNAUTHORIZED = /status of 401/;

describe.skipIf(!hasBrowser)(`the operator's page${hasBrowser ? "" : ` (${NO_BROWSER})`}`, () => {
  let stage: ScreenStage;
  let exchange: ExchangeUnderTest;
  let page: Page;
  let faults: PageFaults;

  beforeAll(async () => {
    stage = await ScreenStage.open();
    exchange = stage.exchange;
    await tablesAreThere();
  });
  afterAll(() => stage?.close());
  afterEach(() => stage.leave());
  beforeEach(async () => {
    ({ page, faults } = await stage.visit());
    await page.goto(`${exchange.origin}/ops`);
  });

  /** They open a moment after the start. */
  async function tablesAreThere(): Promise<void> {
    const headers = { authorization: `Bearer ${exchange.folder.operatorToken()}` };
    await eventually(
      () => exchange.http.send("GET", "/ops/v1/dead-letters", headers),
      ({ status }) => status === 200,
    );
  }
  async function signIn(token = exchange.folder.operatorToken()): Promise<void> {
    await page.getByLabel("Operator's token").fill(token);
    await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  }
  async function signedIn(): Promise<void> {
    await signIn();
    await page.getByRole("heading", { name: "How it stands" }).waitFor();
  }
  const rowOf = (name: string) =>
    page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
  const cardOf = (name: string) => page.locator(".ops-card").filter({ hasText: name }).locator(".ops-card-value");

  async function act(name: string, button = name): Promise<string | null> {
    await page.getByRole("button", { name }).click();
    const dialog = page.getByRole("alertdialog");
    const asked = await dialog.getByRole("heading").textContent();
    expect(await axe()).toEqual([]);
    await dialog.getByRole("button", { name: button, exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    return asked;
  }
  const axe = () => accessibilityFaults(page, OURS);
  const result = async () => (await page.locator(".ops-result").textContent()) ?? "";

  test("a wrong token is told so and opens nothing; the right one is kept nowhere but in the tab", async () => {
    await signIn("wrong");
    const told = page.getByText("This is not the operator's token.");
    await told.waitFor();
    expect(await axe()).toEqual([]);
    await signedIn();
    const kept = await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])");
    expect(kept).not.toContain(exchange.folder.operatorToken());
    await page.reload();
    await page.getByLabel("Operator's token").waitFor();
    expect(faults.besides(UNAUTHORIZED)).toEqual([]);
  });

  test("an instrument is halted, set to cancel-only and resumed, each after a question that names it", async () => {
    await signedIn();
    const statuses: unknown[] = [];
    const step = async (name: string): Promise<void> => {
      statuses.push(await act(name), await result(), await rowOf(SYMBOL).getByRole("cell").first().textContent());
      const { instruments } = await exchange.operator.must("GET", "/status");
      statuses.push(instruments.find(({ symbol }: { symbol: string }) => symbol === SYMBOL).status);
    };
    await step(`Halt ${SYMBOL}`);
    await step(`Set ${SYMBOL} to cancel-only`);
    await step(`Resume ${SYMBOL}`);
    expect(statuses).toEqual([
      ...[`Halt ${SYMBOL}?`, `${SYMBOL} is halted.`, "Halted", "halt"],
      ...[`Set ${SYMBOL} to cancel-only?`, `${SYMBOL} takes cancels only.`, "Cancel only", "cancel_only"],
      ...[`Resume ${SYMBOL}?`, `${SYMBOL} trades again.`, "Trading", "trading"],
    ]);
    expect([await axe(), faults.besides()]).toEqual([[], []]);
  });

  test("by keyboard alone: a question is left by Escape without an effect, and the focus is where it was", async () => {
    await signedIn();
    const halt = page.getByRole("button", { name: `Halt ${SYMBOL}` });
    await halt.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").locator(":focus").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    const { instruments } = await exchange.operator.must("GET", "/status");
    const { status } = instruments.find(({ symbol }: { symbol: string }) => symbol === SYMBOL);
    expect(status).toBe("trading");
    await halt.and(page.locator(":focus")).waitFor();
  });

  test("sequence, lag, rate and sockets are those of the exchange, and move with it", async () => {
    await signedIn();
    await page.getByRole("img", { name: /^Lag of history in the last five minutes/ }).waitFor();
    const [alice] = exchange.demoTraders();
    const numberIn = async (name: string) => Number((await cardOf(name).textContent())?.replaceAll(",", ""));
    const before = await numberIn("Sequence");
    await alice?.limit(SYMBOL, "BUY", "0.001", "10000.00");
    await eventually(
      () => numberIn("Sequence"),
      (sequence) => sequence > before,
    );
    await eventually(
      () => numberIn("Lag of history, events"),
      (lag) => lag === 0,
    );
    await eventually(
      () => numberIn("Orders per second"),
      (rate) => rate >= 0,
    );
    expect(await numberIn("Sockets")).toBeGreaterThanOrEqual(0);
    expect(faults.besides()).toEqual([]);
  });

  test("the audit runs now, adds up, and says when it last held", async () => {
    await signedIn();
    // History opens a moment after the first start.
    await eventually(
      async () => {
        await page.getByRole("button", { name: "Run now" }).click();
        await page.getByRole("button", { name: "Run now" }).waitFor();
        return result();
      },
      (told) => told === "Audit: it adds up.",
    );
    const row = await rowOf("USDT").getByRole("cell").allTextContents();
    const held = (await page.locator(".ops-facts").filter({ hasText: "Last held" }).textContent()) ?? "";
    expect([row.slice(-2), /Last held.* ago, at event [0-9,]+/.test(held)]).toEqual([["0", "agree"], true]);
    expect([await axe(), faults.besides()]).toEqual([[], []]);
  });

  test("a withdrawal that waits is refused with a reason, another is approved and marked as paid", async () => {
    const { operator, http } = exchange;
    const { id: account } = await operator.must("POST", "/accounts", { name: "wendy" });
    await operator.must("POST", "/deposits", { account, asset: "USDT", amount: "100", reference: "wendy-1" });
    const key = await operator.must("POST", "/keys", { account, permissions: ["read", "trade", "withdraw"] });
    const wendy = new Trader(http, { account, apiKey: key.apiKey, apiSecret: key.apiSecret });
    for (const amount of ["10", "25"])
      await wendy.call("POST", "/sapi/v1/capital/withdraw/apply", { coin: "USDT", amount, address: `to-${amount}` });
    await signedIn();
    const named = (amount: string) => `${amount} USDT of account ${account}`;
    await page.getByRole("button", { name: `Refuse ${named("10")}` }).click();
    await page.getByLabel("Reason, shown to the account").fill("an address that nobody knows");
    await page.getByRole("alertdialog").getByRole("button", { name: "Refuse", exact: true }).click();
    await page.getByRole("button", { name: `Refuse ${named("10")}` }).waitFor({ state: "detached" });
    await act(`Approve ${named("25")}`, "Approve");
    await act(`Mark as paid: ${named("25")}`, "Mark as paid");
    await page.getByText("None waits.").waitFor();
    const { body } = await http.send("GET", "/ops/v1/withdrawals", {
      authorization: `Bearer ${exchange.folder.operatorToken()}`,
    });
    const seen = body.map(({ amount, state, reason }: Record<string, string>) => [amount, state, reason]);
    expect(seen.toSorted()).toEqual([
      ["10.00000000", "refused", "an address that nobody knows"],
      ["25.00000000", "paid", ""],
    ]);
    expect(faults.besides()).toEqual([]);
  });

  test("dead letters are shown with their contents, replayed and discarded (planted answers: npm start has none)", async () => {
    const letter = {
      ...{
        letter: 7,
        state: "waiting",
        type: "tidebook.journal.batch.v1",
        source: "/tidebook/engines/e1",
        id: "e1:1-2",
      },
      ...{ destination: "http://persistence/", errorCode: 400, error: "nobody took it", bytes: 11, arrivals: 2 },
      ...{ first: Date.now() - 60_000, last: Date.now() - 5_000, settled: null },
    };
    const asked: string[] = [];
    await page.route("**/ops/v1/dead-letters**", async (route) => {
      const { pathname } = new URL(route.request().url());
      const method = route.request().method();
      if (pathname.endsWith("/7") || method !== "GET") asked.push(`${method} ${pathname}`);
      const whole = { ...letter, headers: { "ce-id": "e1:1-2" }, body: '{"first":1}', sent: true };
      await route.fulfill({ json: pathname.endsWith("/7") ? whole : [letter] });
    });
    await signedIn();
    expect(await cardOf("Dead letters waiting").textContent()).toBe("1");
    await page.getByRole("button", { name: "Show letter 7" }).click();
    await page.getByText('{"first":1}').waitFor();
    expect(await axe()).toEqual([]);
    await page.keyboard.press("Escape");
    await act("Replay letter 7", "Replay");
    const replayed = await result();
    await act("Discard letter 7", "Discard");
    expect([replayed, await result(), asked]).toEqual([
      "Letter 7 was handed over.",
      "Letter 7 is discarded.",
      ["GET", "POST", "DELETE"].map((method) => `${method} /ops/v1/dead-letters/7`),
    ]);
    expect(faults.besides()).toEqual([]);
  });

  test("withdrawals that are frozen and an audit that does not add up are shown as such (planted answers)", async () => {
    await page.route("**/ops/v1/status", async (route) => {
      const status = await (await route.fetch()).json();
      await route.fulfill({ json: { ...status, stream: null, engine: { ...status.engine, frozen: true } } });
    });
    const side = { accounts: "100.00000001", deposited: "100.00000000", withdrawn: "0.00000000" };
    const mismatch = {
      ...{ outcome: "mismatch", reasons: ["A: the engine's accounts hold 10000000001 atoms, not 10000000000"] },
      ...{ frozen: true, time: Date.now(), lastHeld: null, asOfSeq: 5, tablesSeq: 5 },
      assets: [{ asset: "A", engine: side, tables: side }],
    };
    await page.route("**/ops/v1/audit", (route) => route.fulfill({ json: mismatch }));
    await signedIn();
    await page.getByText("It does not add up.").waitFor();
    expect([
      await cardOf("Withdrawals").textContent(),
      await cardOf("Sockets").textContent(),
      (await rowOf("A").getByRole("cell").allTextContents()).slice(-2),
      await page.getByRole("button", { name: "Lift the freeze" }).count(),
      await axe(),
      faults.besides(),
    ]).toEqual(["frozen", "no answer", ["0.00000001", "differ"], 1, [], []]);
  });

  test("on a phone, in the light, nothing is wider than the page, and it scrolls by itself alone", async () => {
    await page.setViewportSize(PHONE);
    await page.emulateMedia({ colorScheme: "light" });
    await page.evaluate('document.documentElement.setAttribute("data-theme", "light")');
    expect(await axe()).toEqual([]);
    await signedIn();
    const width = await page.evaluate('document.querySelector("main.ops").scrollWidth');
    const height = await page.evaluate("document.body.scrollHeight");
    expect([width, height, await axe(), faults.besides()]).toEqual([PHONE.width, PHONE.height, [], []]);
  });

  test("an exchange that is gone leaves what was known, marked with its age; one that is back is shown by itself", async () => {
    await signedIn();
    const epoch = async () => page.locator(".ops-card").filter({ hasText: "Sequence" }).textContent();
    const before = await epoch();
    await exchange.kill();
    await page.getByText(/What you see is [1-9][0-9]* s old/).waitFor();
    expect([await axe(), await epoch()]).toEqual([[], before]);
    await exchange.startAgain();
    await tablesAreThere();
    await page.getByText(/^Live · asked/).waitFor();
    expect(await epoch()).not.toBe(before);
    expect(faults.besides(AWAY)).toEqual([]);
  });

  test("a token that is not taken any more ends the session, and says so", async () => {
    await signedIn();
    await page.route("**/ops/v1/**", (route) =>
      route.fulfill({ status: 401, json: { code: -1002, msg: "You are not authorized to execute this request." } }),
    );
    await page.getByText("The exchange does not take the token any more").waitFor();
    expect([await axe(), faults.besides(UNAUTHORIZED)]).toEqual([[], []]);
  });
});
