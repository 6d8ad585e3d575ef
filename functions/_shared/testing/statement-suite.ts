/**
 * Statements by SQL against a ledger that is written here line by line from the same events: every page, from whichever end,
 * opens with what came before it and closes with what is left.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { History, StatementEntry } from "../../../engine/bus/history-client.ts";
import type { PublishedEvent } from "../../../engine/protocol/event-json.ts";
import { seededRandom } from "../../../engine/sim/prng.ts";
import { applyBatch } from "../../persistence/apply-batch.ts";
import { eventStream } from "../../persistence/testing/event-stream.ts";
import type { Database } from "../database.ts";
import { historyOnSql } from "../history-sql.ts";

const SEED = 21;
const ACCOUNTS = [0, 1, 2, 3];
const ASSETS = [0, 1, 2];
const events = eventStream({ seed: SEED, eventsMin: 3_000, accounts: 3 }).filter(
  (event): event is PublishedEvent => event.type !== "level_changed",
);
const headSeq = events.at(-1)?.seq ?? 0;

type Line = Omit<StatementEntry, "entryId">;

/** What account and asset see of one event, in order: received, its fee, paid; taker before maker; then what fees earned. */
function linesOf(event: PublishedEvent, account: number, asset: number): Line[] {
  const { seq, timeUs } = event;
  if (event.type === "funds_moved") {
    if (event.account !== account || event.asset !== asset) return [];
    const changes = { deposited: event.atoms, withdrawal_settled: -event.atoms } as Record<string, bigint>;
    const { kind, atoms, reference } = event;
    return [{ seq, timeUs, kind, atoms, changeAtoms: changes[kind] ?? 0n, reference }];
  }
  if (event.type !== "trade_executed") return [];
  const { instrument, tradeId } = event;
  const [base, atomsPerLot, scale] = instrument === 0 ? [0, 1_000n, 10n] : [2, 10_000n, 100n];
  const baseAtoms = BigInt(event.quantityLots) * atomsPerLot;
  const quoteAtoms = BigInt(event.quantityLots) * BigInt(event.priceTicks) * scale;
  const lines: Line[] = [];
  const sides = [
    { who: event.takerAccount, buys: event.takerSide === "buy", fee: event.takerFeeAtoms, orderId: event.takerOrderId },
    { who: event.makerAccount, buys: event.takerSide !== "buy", fee: event.makerFeeAtoms, orderId: event.makerOrderId },
  ];
  const trade = { seq, timeUs, instrument, tradeId };
  for (const { who, buys, fee, orderId } of sides) {
    const [receives, received, paid] = buys ? [base, baseAtoms, quoteAtoms] : [1, quoteAtoms, baseAtoms];
    if (who !== account) continue;
    if (receives === asset) {
      lines.push({ ...trade, kind: "trade_received", atoms: received, changeAtoms: received, orderId });
      if (fee > 0n) lines.push({ ...trade, kind: "trade_fee", atoms: fee, changeAtoms: -fee, orderId });
    } else if (asset === (buys ? 1 : base)) {
      lines.push({ ...trade, kind: "trade_paid", atoms: paid, changeAtoms: -paid, orderId });
    }
  }
  for (const { buys, fee } of sides) {
    if (account !== 0 || fee === 0n || asset !== (buys ? base : 1)) continue;
    lines.push({ ...trade, kind: "fee_earned", atoms: fee, changeAtoms: fee });
  }
  return lines;
}

const ledger = (account: number, asset: number): Line[] => events.flatMap((event) => linesOf(event, account, asset));
const sum = (lines: readonly Pick<Line, "changeAtoms">[]): bigint =>
  lines.reduce((total, { changeAtoms }) => total + changeAtoms, 0n);
const withoutId = ({ entryId: _, ...line }: StatementEntry): Line => line;

/** @param open a migrated database, which the suite closes. */
export function statementSuite(title: string, open: () => Promise<Database>): void {
  describe(title, () => {
    let database: Database;
    let history: History;
    beforeAll(async () => {
      database = await open();
      await applyBatch(database, { engine: "e1", epoch: 1, firstSeq: 1, lastSeq: headSeq, headSeq, events });
      history = historyOnSql(database, "e1");
    });
    afterAll(() => database.close());

    test(`read page by page from the first entry, a statement is the ledger, and each page opens where the one before closed, SEED=${SEED}`, async () => {
      for (const account of ACCOUNTS) {
        for (const asset of ASSETS) {
          const expected = ledger(account, asset);
          expect(expected.length).toBeGreaterThan(10);
          const read: StatementEntry[] = [];
          let balance = 0n;
          for (let fromEntryId = 0; ; ) {
            const page = await history.statement(account, asset, { limit: 97, fromEntryId });
            expect(page.openingAtoms).toBe(balance);
            expect(page.closingAtoms).toBe(balance + sum(page.entries));
            expect(page.asOfSeq).toBe(headSeq);
            balance = page.closingAtoms;
            read.push(...page.entries);
            const last = page.entries.at(-1);
            if (last === undefined) break;
            fromEntryId = last.entryId + 1;
          }
          expect(read.map(withoutId)).toEqual(expected);
          expect(new Set(read.map(({ entryId }) => entryId)).size).toBe(read.length);
        }
      }
    });

    test(`any window and any end: the entries are those of the list rules, the opening is the sum of all before, SEED=${SEED}`, async () => {
      const chance = seededRandom(SEED);
      for (let query = 0; query < 60; query += 1) {
        const [account, asset] = [ACCOUNTS[query % 4] ?? 0, ASSETS[query % 3] ?? 0];
        const all = ledger(account, asset);
        const someMs = (): number => Math.floor((all[Math.floor(chance() * all.length)]?.timeUs ?? 0) / 1_000);
        const limit = 1 + Math.floor(chance() * 30);
        const form = Math.floor(chance() * 4);
        const window = { ...(form & 1 && { startMs: someMs() }), ...(form & 2 && { endMs: someMs() }) };
        const inside = (line: Line): boolean =>
          line.timeUs >= (window.startMs ?? 0) * 1_000 && line.timeUs < ((window.endMs ?? 1e13) + 1) * 1_000;
        const within = all.filter(inside);
        const wanted = form & 1 ? within.slice(0, limit) : within.slice(-limit);
        const page = await history.statement(account, asset, { limit, ...window });
        const message = JSON.stringify({ account, asset, limit, window });
        expect(page.entries.map(withoutId), message).toEqual(wanted);
        const first = wanted[0];
        if (first === undefined) expect(page.closingAtoms, message).toBe(page.openingAtoms);
        else expect(page.openingAtoms, message).toBe(sum(all.slice(0, all.indexOf(first))));
      }
    });

    test("a statement tells nothing that lies behind a hole, and says how far it goes", async () => {
      const cut = 1_500;
      const between = (from: number, to: number) => events.filter(({ seq }) => seq >= from && seq <= to);
      const run = { engine: "holes", epoch: 1, headSeq };
      await applyBatch(database, { ...run, firstSeq: 1, lastSeq: cut, events: between(1, cut) });
      await applyBatch(database, {
        ...run,
        firstSeq: cut + 200,
        lastSeq: headSeq,
        events: between(cut + 200, headSeq),
      });
      const page = await historyOnSql(database, "holes").statement(1, 1, { limit: 1_000, fromEntryId: 0 });
      const expected = ledger(1, 1).filter(({ seq }) => seq <= cut);
      expect(page.asOfSeq).toBe(cut);
      expect(page.entries.map(withoutId)).toEqual(expected);
      expect(page.closingAtoms).toBe(sum(expected));
    });

    test("deposits and withdrawals are listed by kind, asset, reference and time; of one account or of all", async () => {
      const moved = events.flatMap((event) => {
        if (event.type !== "funds_moved") return [];
        const { type: _, ...view } = event;
        return [view];
      });
      const deposits = moved.filter(({ kind }) => kind === "deposited");
      const ofOne = deposits.filter(({ account, asset }) => account === 2 && asset === 1);
      expect(ofOne.length).toBeGreaterThan(2);
      expect(await history.fundsMoved(null, { kinds: ["deposited"], limit: 1_000 })).toEqual(deposits);
      expect(await history.fundsMoved(2, { kinds: ["deposited"], asset: 1, limit: 2 })).toEqual(ofOne.slice(-2));
      const { reference = "", timeUs = 0 } = deposits[3] ?? {};
      expect(await history.fundsMoved(null, { kinds: ["deposited"], reference, limit: 9 })).toEqual([deposits[3]]);
      const startMs = Math.floor(timeUs / 1_000);
      expect(await history.fundsMoved(null, { kinds: ["deposited"], startMs, limit: 2 })).toEqual(deposits.slice(3, 5));
    });

    test("the ledger's sums are those of all balances and all movements, and of the movements up to a sequence", async () => {
      const balances = new Map<string, bigint>();
      for (const event of events) {
        if (event.type === "balance_changed")
          balances.set(`${event.asset}/${event.account}`, event.freeAtoms + event.lockedAtoms);
      }
      const atSeq = 1_000;
      const total = (asset: number, kind: string, untilSeq: number): bigint =>
        events.reduce(
          (atoms, event) =>
            event.type === "funds_moved" && event.asset === asset && event.kind === kind && event.seq <= untilSeq
              ? atoms + event.atoms
              : atoms,
          0n,
        );
      const assets = ASSETS.map((asset) => ({
        asset,
        accountsAtoms: [...balances].reduce(
          (atoms, [key, held]) => (key.startsWith(`${asset}/`) ? atoms + held : atoms),
          0n,
        ),
        depositedAtoms: total(asset, "deposited", headSeq),
        withdrawnAtoms: total(asset, "withdrawal_settled", headSeq),
        depositedUntilAtoms: total(asset, "deposited", atSeq),
        withdrawnUntilAtoms: total(asset, "withdrawal_settled", atSeq),
      }));
      expect(await history.ledgerSums(atSeq)).toEqual({ completeSeq: headSeq, newestSeq: headSeq, assets });
    });
  });
}
