/** The order table against plain maps: orders come, are renamed and go, the table grows, and is restored in between. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CLIENT_ORDER_ID_WORDS, packClientOrderId, unpackClientOrderId } from "../domain/client-order-id.ts";
import { flagsOf, OrderTable } from "./order-table.ts";

const ACCOUNTS = 20;
const ACTIONS = ["take", "take", "take", "take", "take", "release", "release", "release", "rename", "restart"] as const;
const FLAGS = flagsOf(1, 2, 1, 3);

interface Known {
  readonly orderId: number;
  readonly account: number;
  readonly quantity: number;
  clientOrderId: string;
}

const steps = fc.array(
  fc.record({
    action: fc.constantFrom(...ACTIONS),
    account: fc.integer({ min: 1, max: ACCOUNTS }),
    drawn: fc.nat(),
    // Ids that share their first words, and long ones that differ in the last character.
    name: fc.oneof(
      fc.nat({ max: 99 }).map(String),
      fc.nat({ max: 99 }).map((number) => String(number).padStart(36, "z")),
    ),
    gap: fc.oneof({ weight: 50, arbitrary: fc.nat({ max: 3 }) }, { weight: 1, arbitrary: fc.nat({ max: 5_000 }) }),
  }),
  { minLength: 50, maxLength: 400, size: "max" },
);

function words(text: string): Uint32Array {
  const packed = new Uint32Array(CLIENT_ORDER_ID_WORDS);
  packClientOrderId(text, packed, 0);
  return packed;
}

function restarted(table: OrderTable): OrderTable {
  const arrays = structuredClone(table.arrays());
  const again = new OrderTable(1);
  again.restore(arrays);
  return again;
}

function seen(table: OrderTable, slot: number): Known {
  return {
    orderId: table.orderId(slot),
    account: table.account(slot),
    quantity: table.quantity(slot),
    clientOrderId: unpackClientOrderId(table.clientIds, slot * CLIENT_ORDER_ID_WORDS),
  };
}

/** All that the table says of what should be open, beside what it should say. */
function compare(table: OrderTable, open: readonly Known[]): void {
  const said: unknown[] = [table.live];
  const due: unknown[] = [open.length];
  for (const known of open) {
    const slot = table.slotOf(known.orderId);
    said.push(seen(table, slot), table.flags(slot));
    due.push(known, FLAGS);
    for (let account = known.account; account <= known.account + 1; account += 1) {
      said.push(table.slotOfClientId(account, words(known.clientOrderId), 0));
      const isIts = (each: Known) => each.account === account && each.clientOrderId === known.clientOrderId;
      due.push(table.slotOf(open.find(isIts)?.orderId ?? 0));
    }
  }
  for (let account = 1; account <= ACCOUNTS; account += 1) {
    const own = open.filter((each) => each.account === account);
    said.push(
      table.slotsOf(account).map((slot) => seen(table, slot)),
      table.openOrdersOf(account),
    );
    due.push(own, own.length);
  }
  expect(said).toEqual(due);
}

function property(firstId: number) {
  return fc.property(steps, (session) => {
    let table = new OrderTable(1);
    const open: Known[] = [];
    let lastId = firstId;
    for (const { action, account, drawn, name, gap } of session) {
      const isOpen = (owner: number) => open.some((each) => each.account === owner && each.clientOrderId === name);
      const chosen = open[drawn % Math.max(1, open.length)];
      if (action === "take" && !isOpen(account)) {
        lastId += 1 + gap;
        table.take(lastId, account, FLAGS, drawn, drawn, words(name), 0);
        open.push({ orderId: lastId, account, quantity: drawn, clientOrderId: name });
      } else if (action === "release" && chosen !== undefined) {
        table.release(table.slotOf(chosen.orderId));
        open.splice(open.indexOf(chosen), 1);
        expect(table.slotOf(chosen.orderId)).toBe(0);
      } else if (action === "rename" && chosen !== undefined && !isOpen(chosen.account)) {
        table.renameClientId(table.slotOf(chosen.orderId), words(name), 0);
        chosen.clientOrderId = name;
      } else if (action === "restart" && firstId === 0) table = restarted(table);
    }
    // The index of ids begins at 0: far up, a restart for each of the session's would take its time.
    if (firstId > 0) table = restarted(table);
    compare(table, open);
    expect(table.slotOf(lastId + 1)).toBe(0);
  });
}

test("an order is found by its id, by its client id, and among its account's, from its coming to its going", () => {
  fc.assert(property(0), { numRuns: 100 });
});

test("the same beyond order id 2^32", () => {
  fc.assert(property(2 ** 32 - 100), { numRuns: 2 });
});
