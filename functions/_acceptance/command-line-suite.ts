/** The operator's command line, word by word, on any origin: a venue is made, run and closed down by it alone. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "./operating-suite.ts";
import type { Target } from "./target.ts";
import { freshName, Trader } from "./trader.ts";

/** Declares the suite's test. @param open the exchange under test; closed at the end. */
export function commandLineSuite(open: () => Promise<Target>): void {
  let target: Target;
  beforeAll(async () => {
    target = await open();
  });
  afterAll(() => target?.close());

  /** What `npm run ops -- …` answers. */
  // biome-ignore lint/suspicious/noExplicitAny: each command has an answer of its own.
  async function ops(...words: readonly string[]): Promise<any> {
    const environment = { TIDEBOOK_ORIGIN: target.http.origin, TIDEBOOK_OPERATOR_TOKEN: target.operatorToken };
    const { code, stdout, stderr } = await run("engine/ops/main.ts", [...words, "--json"], environment);
    if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  test("by the command line alone an instrument, an account, a key and money are made; trading is halted, resumed and ended", async () => {
    const [symbol, base, quote] = [freshName("M"), freshName("B"), freshName("Q")];
    await ops("instrument", "add", symbol, "--base", base, "--quote", quote, "--tick", "0.01", "--lot", "0.001");
    const { id: account } = await ops("account", "create", freshName("dora"));
    const id = String(account);
    await ops("deposit", id, base, "10", "--reference", freshName("d"));
    const key = await ops("key", "create", id, "--permissions", "read,trade");
    const dora = new Trader(target.http, { account, apiKey: key.apiKey, apiSecret: key.apiSecret });
    const place = async (): Promise<unknown> => {
      const { status, body } = await dora.limit(symbol, "SELL", "1.000", "100.00");
      return status === 200 ? body.status : body.code;
    };
    const placed = [await place()];
    for (const words of [
      ["cancel-only", symbol],
      ["resume", symbol],
      ["halt", symbol],
      ["resume", symbol],
    ]) {
      await ops(...words);
      placed.push(await place());
    }
    expect(placed).toEqual(["NEW", -2010, "NEW", -2010, "NEW"]);

    await ops("fees", symbol, "--maker", "0.002", "--taker", "0.003");
    const { body: fees } = await dora.call("GET", "/api/v3/account/commission", { symbol });
    expect(fees.standardCommission).toMatchObject({ maker: "0.00200000", taker: "0.00300000" });

    const { canceled } = await ops("cancel-all", id, symbol);
    expect([canceled.length, await dora.balance(base)]).toEqual([3, ["10.00000000", "0.00000000"]]);

    await ops("account", "disable", id);
    const disabled = await place();
    await ops("account", "enable", id);
    const enabled = await place();
    await ops("key", "disable", key.apiKey);
    const keyDisabled = await place();
    await ops("key", "enable", key.apiKey);
    const keyEnabled = await place();
    await ops("key", "revoke", key.apiKey);
    expect([disabled, enabled, keyDisabled, keyEnabled, await place()]).toEqual([-2010, "NEW", -2015, "NEW", -2015]);
  });
}
