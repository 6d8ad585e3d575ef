/** Parameters: how query and body become values, and which are refused. */
import { expect, test } from "vitest";
import { isKnownParameter, PARAMETERS_MAX, Parameters, receiveParameters } from "./parameters.ts";
import { Refusal } from "./refusal.ts";
import { ROUTES } from "./routes.ts";

function valuesOf(query: string, body = "", counts = true): Record<string, string> {
  return Object.fromEntries(receiveParameters(query, body, counts).values);
}

function refusalOf(run: () => unknown): string {
  try {
    run();
    return "taken";
  } catch (error) {
    if (error instanceof Refusal) return `${error.code} ${error.message}`;
    throw error;
  }
}

test("query and body are one set of parameters; the query wins where both have a name", () => {
  expect(valuesOf("a=1&b=2&signature=s", "b=3&c=4")).toEqual({ a: "1", b: "2", c: "4" });
});

test("a body that does not count gives no parameters", () => {
  expect(valuesOf("a=1", "b=3", false)).toEqual({ a: "1" });
});

test("percent-encoding, plus and raw bytes all become UTF-8 text", () => {
  const rawBytes = Buffer.from("é", "utf8").toString("latin1");
  expect(valuesOf(`a=%5B%22X%22%5D&b=x+y&c=%C3%A9&d=${rawBytes}&e&f=&g=1=2`)).toEqual({
    a: '["X"]',
    b: "x y",
    c: "é",
    d: "é",
    e: "",
    f: "",
    g: "1=2",
  });
});

test.each([
  ["a=1&a=1", "-1101 Duplicate values for a parameter detected."],
  ["a=1&b=2&signature=x&signature=x", "-1101 Duplicate values for a parameter detected."],
  ["%61=1&a=2", "-1101 Duplicate values for a parameter detected."],
  ["price=%zz", "-1100 Illegal characters found in parameter 'price'; legal range is 'percent-encoded UTF-8'."],
  ["price=%ff", "-1100 Illegal characters found in parameter 'price'; legal range is 'percent-encoded UTF-8'."],
  ["a=\u00ff", "-1100 Illegal characters found in parameter 'a'; legal range is 'percent-encoded UTF-8'."],
  [
    Array.from({ length: PARAMETERS_MAX + 1 }, (_, i) => `p${i}=1`).join("&"),
    "-1100 Illegal characters found in parameter 'parameters'; legal range is '^at most 64 pairs$'.",
  ],
])("%s is refused: %s", (query, refusal) => {
  expect(refusalOf(() => receiveParameters(query, "", true))).toBe(refusal);
});

test("illegal characters come before a missing parameter, and unknown parameters are ignored", () => {
  const read = (query: string): string =>
    refusalOf(() => new Parameters(receiveParameters(query, "", true).values, ["symbol", "side"], ["quantity"], []));
  expect([
    read("quantity=-1"),
    read("quantity=1e3"),
    read("symbol=btcusdt"),
    read("symbol=BTCUSDT"),
    read("symbol=BTCUSDT&side="),
    read("symbol=BTCUSDT&side=BUY&price=nonsense&madeUp=%20"),
  ]).toEqual([
    "-1100 Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.",
    "-1100 Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.",
    "-1100 Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
    "-1102 Mandatory parameter 'side' was not sent, was empty/null, or malformed.",
    "-1102 Mandatory parameter 'side' was not sent, was empty/null, or malformed.",
    "taken",
  ]);
});

test("every parameter of the route table has a legal range", () => {
  const unknown = ROUTES.flatMap((route) => [...route.mandatory, ...route.optional]).filter(
    (name) => !isKnownParameter(name),
  );
  expect(unknown).toEqual([]);
});
