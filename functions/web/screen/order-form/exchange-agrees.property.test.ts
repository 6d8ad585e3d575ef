/**
 * The form and the exchange are of one opinion: what the form finds nothing wrong with is taken, what it faults is refused, and
 * for the reason that it gave. Drafts are sent to a real engine through the real handlers.
 */
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { decimalOf, unitsOf } from "../trade/amounts.ts";
import { type Draft, EMPTY_DRAFT, FIELDS, type Field, NO_TEXTS, type OrderType } from "./draft.ts";
import type { Fault } from "./fault.ts";
import { faultsOf } from "./faults.ts";
import { requestOf } from "./order-parameters.ts";
import { termsOf } from "./terms.ts";
import { type DraftExchange, openDraftExchange, TEST_RULES, TEST_TERMS } from "./testing/draft-exchange.ts";

const SEED = Number(process.env.SEED ?? 20_261_121);
const RUNS = Number(process.env.RUNS ?? 3_000);

/** Every sentence of the exchange that a fault foretells. */
const SAYS: Readonly<Record<Fault["kind"], readonly string[]>> = {
  missing: [],
  malformed: [],
  ambiguous: [],
  not_whole_basis_points: [],
  off_step: ["Filter failure: PRICE_FILTER", "Filter failure: LOT_SIZE", "too much precision"],
  below_least: ["PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "TRAILING_DELTA", "zero or less", "too much precision"],
  above_most: ["PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "TRAILING_DELTA", "Unsupported order combination"],
  amount_below_least: ["NOTIONAL"],
  amount_above_most: ["NOTIONAL"],
  iceberg_above_quantity: ["IcebergQty exceeds QTY."],
  iceberg_parts: ["ICEBERG_PARTS"],
  percent_price: ["PERCENT_PRICE_BY_SIDE"],
  would_trigger: ["Order would trigger immediately."],
  would_take: ["Order would immediately match and take."],
  pair_crossed: ["The relationship of the prices"],
  pair_beside_last: ["The relationship of the prices"],
  nothing_on_book: ["No orders on book"],
  below_lot: ["liquidity is less than"],
  balance_low: ["insufficient balance"],
  position: ["MAX_POSITION"],
};

/** Prices that are said by their distance from the last one. */
function beside(draft: Draft, last: string | null): Draft {
  const texts = Object.entries(draft.texts).map(([field, text]) => {
    const [, ticks] = /^last (-?\d+)$/.exec(text) ?? [];
    return [field, ticks === undefined ? text : decimalOf((unitsOf(last ?? "", 2) ?? 0n) + BigInt(ticks), 2)];
  });
  return { ...draft, texts: Object.fromEntries(texts) as Draft["texts"] };
}

const exchanges: DraftExchange[] = [];
afterAll(() => Promise.all(exchanges.map((exchange) => exchange.close())));

async function opened(...[terms, last]: Parameters<typeof openDraftExchange>): Promise<DraftExchange> {
  const exchange = await openDraftExchange(terms, last);
  exchanges.push(exchange);
  return exchange;
}

/** Around the last price of 100.00: mostly on the grid, sometimes off it, sometimes far away. */
const price = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 8_000, max: 12_000 }).map((ticks) => (ticks / 100).toFixed(2)) },
  // So many ticks from the last price, wherever it has come to: see `beside`.
  { weight: 4, arbitrary: fc.integer({ min: -25, max: 25 }).map((ticks) => `last ${ticks}`) },
  { weight: 2, arbitrary: fc.constant("last 0") },
  { weight: 1, arbitrary: fc.constantFrom("0", "0.5", "1", "99.999", "100.001", "400", "1000000.01", "0.000000001") },
);
const quantity = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 40, max: 4_000 }).map((lots) => (lots / 1_000).toFixed(3)) },
  { weight: 2, arbitrary: fc.constantFrom("0", "0.001", "0.002", "0.003", "0.0505", "30", "45", "51", "20.001") },
);
const total = fc.oneof(
  fc.integer({ min: 4_000, max: 500_000 }).map((cents) => (cents / 1_000).toFixed(3)),
  fc.constantFrom("4.99999999", "5", "8999.99", "9000.5", "0.000000001", "4000", "3999.9"),
);
const trailing = fc.constantFrom("0.14", "0.15", "0.25", "1", "9", "9.01", "15", "15.01", "0.155", "0", "100");
const texts = fc.record(
  Object.fromEntries(
    FIELDS.map((field: Field) => {
      if (field === "quantity" || field === "pendingQuantity") return [field, quantity];
      if (field === "total") return [field, total];
      if (field === "iceberg") return [field, fc.oneof({ weight: 4, arbitrary: fc.constant("") }, quantity)];
      return [field, field.toLowerCase().includes("trailing") ? trailing : price];
    }),
  ) as Record<Field, fc.Arbitrary<string>>,
  { noNullPrototype: true },
);
const side = fc.constantFrom("BUY" as const, "SELL" as const);
const trigger = fc.constantFrom("price" as const, "trailing" as const, "both" as const);
const types: readonly OrderType[] = [
  ...(["LIMIT", "MARKET", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"] as const),
];
const drafts: fc.Arbitrary<Draft> = fc.record(
  {
    side,
    family: fc.constantFrom("limit" as const, "market" as const, "stop" as const, "list" as const),
    list: fc.constantFrom("oco" as const, "oto" as const, "otoco" as const),
    purpose: fc.constantFrom("loss" as const, "profit" as const),
    execution: fc.constantFrom("market" as const, "limit" as const),
    trigger,
    timeInForce: fc.constantFrom("GTC" as const, "GTC" as const, "IOC" as const, "FOK" as const),
    isPostOnly: fc.boolean(),
    selfTradeMode: fc.constantFrom("", "NONE", "EXPIRE_BOTH"),
    profitType: fc.constantFrom("LIMIT_MAKER" as const, "TAKE_PROFIT" as const, "TAKE_PROFIT_LIMIT" as const),
    profitTrigger: trigger,
    lossType: fc.constantFrom("STOP_LOSS" as const, "STOP_LOSS_LIMIT" as const),
    lossTrigger: trigger,
    pendingSide: side,
    pendingType: fc.constantFrom(...types),
    pendingTrigger: trigger,
    lead: fc.constantFrom("quantity" as const, "total" as const),
    texts,
  },
  { noNullPrototype: true },
);

test(`what the form passes the exchange takes, and what it faults the exchange refuses for that reason SEED=${SEED}`, async () => {
  const exchange = await opened({ ...TEST_TERMS, rules: TEST_RULES }, 10_000);
  const seen = new Map<string, number>();
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(drafts, async (drawn) => {
      const surroundings = await exchange.surroundings();
      const terms = termsOf(beside(drawn, surroundings.last), surroundings);
      const faults = faultsOf(terms);
      const order = requestOf(terms, `o${++sent}`);
      // A number is missing or cannot be read: the form has nothing to send.
      if (order === null) {
        expect(faults.length).toBeGreaterThan(0);
        return;
      }
      const answer = await exchange.send(order);
      seen.set(answer, (seen.get(answer) ?? 0) + 1);
      if (faults.length === 0) expect([answer, order]).toEqual(["ok", order]);
      else {
        expect([answer, faults.map(({ kind }) => kind)]).not.toEqual(["ok", faults.map(({ kind }) => kind)]);
        const foretold = faults.flatMap(({ kind }) => SAYS[kind]);
        expect([answer, foretold.some((words) => answer.includes(words))]).toEqual([answer, true]);
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // Neither a form that faults everything nor one that knows only the grid would come here.
  expect(seen.get("ok")).toBeGreaterThan(RUNS / 20);
  expect(seen.size).toBeGreaterThan(10);
});

test("an offer that is taken leaves the fault behind", async () => {
  const exchange = await opened({ ...TEST_TERMS, rules: TEST_RULES }, 10_000);
  const surroundings = await exchange.surroundings();
  await fc.assert(
    fc.asyncProperty(drafts, async (drawn) => {
      const draft = beside(drawn, surroundings.last);
      for (const each of faultsOf(termsOf(draft, surroundings))) {
        for (const offer of each.offers) {
          const { field, value } = offer;
          const lead = field === "quantity" || field === "total" ? field : draft.lead;
          const taken = { ...draft, lead, texts: { ...draft.texts, [field]: value } };
          const left = faultsOf(termsOf(taken, surroundings));
          expect(left.find((other) => other.kind === each.kind && other.field === field)?.kind).toBeUndefined();
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test("a field that is not of the draft is never asked for", () => {
  const market = { market: { filters: {} } } as unknown as Parameters<typeof termsOf>[1];
  const faults = faultsOf(
    termsOf({ ...EMPTY_DRAFT, texts: NO_TEXTS }, { ...market, book: null, last: null, funds: null, rates: null }),
  );
  expect(faults.map(({ field, kind }) => [field, kind])).toEqual([
    ["price", "missing"],
    ["quantity", "missing"],
  ]);
});
