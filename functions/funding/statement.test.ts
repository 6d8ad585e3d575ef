/** A statement explains every atom: after random trading of every kind its pages add up to what the engine holds. */
import { expect, test } from "vitest";
import { seededRandom } from "../../engine/sim/prng.ts";
import { cancelAll, place } from "../../engine/sim/small-exchange.ts";
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { type FundingExchange, fundingExchange } from "./testing/funding-exchange.ts";

const SEED = Number(process.env.SEED ?? 31);
const COMMANDS = 600;

async function trade({ exchange }: FundingExchange): Promise<void> {
  const chance = seededRandom(SEED);
  const below = (bound: number): number => Math.floor(chance() * bound);
  const ways = [
    ["limit", "gtc"],
    ["limit", "gtc"],
    ["limit", "ioc"],
    ["market", "gtc"],
    ["limit_maker", "gtc"],
  ] as const;
  for (let number = 0; number < COMMANDS; number += 1) {
    exchange.clock.nowUs += below(5_000);
    const account = 1 + below(2);
    const dice = chance();
    if (dice < 0.85) {
      const [orderType, timeInForce] = ways[below(ways.length)] ?? ways[0];
      const priceTicks = orderType === "market" ? 0 : 1_000 + below(20);
      const selfTradeMode = chance() < 0.3 ? "none" : "expire_maker";
      const side = chance() < 0.5 ? "buy" : "sell";
      const terms = { side, orderType, timeInForce, priceTicks, selfTradeMode, quantityLots: 1 + below(90) } as const;
      await exchange.send(place(account, { ...terms, clientOrderId: `o${number}` }));
    } else if (dice < 0.9) {
      await exchange.send(cancelAll(account));
    } else if (dice < 0.95) {
      const reference = `deposit ${number}`;
      await exchange.operate({ type: "deposit", account, asset: "A1", atoms: BigInt(1 + below(1e5)), reference });
    } else {
      const reference = `withdrawal ${number}`;
      const atoms = BigInt(1 + below(5_000));
      await exchange.operate({ type: "hold_withdrawal", account, asset: "A0", atoms, reference });
      const end = (["settle_withdrawal", "release_withdrawal"] as const)[below(3)];
      if (end !== undefined) await exchange.operate({ type: end, reference });
    }
  }
}

test(`pages of a statement add up to the engine's balance to the atom, for traders and for the fee account, SEED=${SEED}`, async () => {
  const database = await openMemoryDatabase();
  try {
    const funding = await fundingExchange(database, "statements");
    const { engine } = funding.exchange;
    await trade(funding);
    await funding.persist();
    const kinds = new Set<string>();
    for (const account of [1, 2]) {
      for (const [id, asset] of ["A0", "A1"].entries()) {
        let fromId = 0;
        let closing = "0.00000000";
        for (;;) {
          const query = `asset=${asset}&limit=50&fromId=${fromId}`;
          const { status, body } = await funding.signed(account, "GET", "/api/v3/statement", query);
          expect([status, body.asset, body.opening]).toEqual([200, asset, closing]);
          const changed = body.entries.reduce((sum: number, { change }: { change: string }) => sum + Number(change), 0);
          expect(Number(body.closing)).toBe(Number(body.opening) + changed);
          closing = body.closing;
          for (const { type } of body.entries) kinds.add(type);
          if (body.entries.length === 0) break;
          fromId = body.entries.at(-1).id + 1;
        }
        const held = (await engine.account(account)).value?.balances[id];
        expect(closing).toBe(`${(held?.freeAtoms ?? 0n) + (held?.lockedAtoms ?? 0n)}.00000000`);
      }
    }
    expect([...kinds].sort()).toEqual([
      "DEPOSITED",
      "TRADE_FEE",
      "TRADE_PAID",
      "TRADE_RECEIVED",
      "WITHDRAWAL_HELD",
      "WITHDRAWAL_RELEASED",
      "WITHDRAWAL_SETTLED",
    ]);
    for (const asset of [0, 1]) {
      const page = await funding.deps.history.statement(0, asset, { limit: 1 });
      const held = (await engine.account(0)).value?.balances[asset];
      expect(page.closingAtoms).toBe(held?.freeAtoms);
      expect(page.closingAtoms).toBeGreaterThan(0n);
    }
  } finally {
    await database.close();
  }
});
