/**
 * Laws of the wire's JSON: what goes in comes out, whatever its texts look like; and the list of its bigint fields is the
 * list of the types.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { BIGINT_FIELDS, fromWire, toWire } from "./wire-json.ts";

const ROOM = import.meta.dirname;
const FILES = [
  "views.ts",
  "events.ts",
  "bus-messages.ts",
  "../bus/engine-client.ts",
  "../bus/stream-client.ts",
  "../domain/operator.ts",
  "../domain/instrument.ts",
];
/** `readonly name?: type;` of every interface. */
const FIELD = /^\s+(?:readonly )?(\w+)\??: (.+);$/gm;

const declared = FILES.flatMap((file) =>
  [...readFileSync(join(ROOM, file), "utf8").matchAll(FIELD)].map(([, name = "", type = ""]) => ({ name, type })),
);
const bigints = declared.filter(({ type }) => type === "bigint").map(({ name }) => name);
const others = declared.filter(({ type }) => !type.includes("bigint")).map(({ name }) => name);

test("the wire's bigint fields are those of the types, and no field of that name has another type", () => {
  expect([...BIGINT_FIELDS].sort()).toEqual([...new Set(bigints)].sort());
  expect(declared.filter(({ name, type }) => BIGINT_FIELDS.has(name) && type !== "bigint")).toEqual([]);
  expect(declared.filter(({ type }) => type.includes("bigint") && type !== "bigint")).toEqual([]);
});

const hostileText = fc.oneof(
  fc.constantFrom("123", "-1", "123n", '"', '\\"', "null", "[]", "\u2028", "\ud83d\ude00", "\0", "__proto__", "atoms"),
  fc.string({ unit: "grapheme" }),
  fc.bigInt().map(String),
);
const amount = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const plain = fc.oneof(hostileText, fc.maxSafeInteger(), fc.boolean(), fc.constant(null));

/** Any nesting of the names that are declared, amounts under the names of amounts and anything else under the others. */
const { value } = fc.letrec<{ value: unknown; record: object }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, plain, tie("record"), fc.array(tie("value"), { maxLength: 4 })),
  record: fc
    .tuple(
      fc.dictionary(fc.constantFrom(...bigints), amount, { maxKeys: 4, noNullPrototype: true }),
      fc.dictionary(fc.constantFrom(...others), tie("value"), { maxKeys: 6, noNullPrototype: true }),
    )
    .map(([amounts, rest]) => ({ ...amounts, ...rest })),
}));

test("every nesting of declared fields comes out as it went in, hostile texts included", () => {
  fc.assert(
    fc.property(value, (sent) => {
      expect(fromWire(toWire(sent))).toEqual(sent);
    }),
    { numRuns: 2_000 },
  );
});

test("a text that is not JSON throws, and a text where an amount should be throws", () => {
  expect(() => fromWire("{")).toThrow(SyntaxError);
  expect(() => fromWire('{"atoms":"12x"}')).toThrow(SyntaxError);
});
