/** The catalog of streams against what is really sent: names, fields, their order and their types. */
import { afterEach, describe, expect, test } from "vitest";
import { type Field, SERVER_SHUTDOWN, STREAMS, STREAMS_OF_ALL, type StreamEntry } from "./stream-catalog.ts";
import { type Harness, START_MS, startHarness } from "./stream-harness.ts";
import { parseStreamName } from "./stream-names.ts";

let harness: Harness | null = null;
afterEach(async () => {
  await harness?.stop();
  harness = null;
});

const ENTRIES = [
  ...Object.entries(STREAMS).map(([kind, entry]) => ({ scope: "instrument", kind, entry })),
  ...Object.entries(STREAMS_OF_ALL).map(([kind, entry]) => ({ scope: "all", kind, entry })),
];
const EXAMPLES = ENTRIES.flatMap(({ entry }) => entry.examples);

test.each(ENTRIES)("the names of $scope $kind mean that", ({ scope, kind, entry }) => {
  for (const name of entry.examples) expect(parseStreamName(name)).toMatchObject({ scope, stream: { kind } });
  expect(entry.speeds).toHaveLength(entry.patterns.length);
});

/** Times of this test: in ms they have 13 digits, in µs 16. */
const TIME = { ms: /^[0-9]{13}$/, us: /^[0-9]{16}$/ };
const PLACES_8 = /^-?[0-9]+\.[0-9]{8}$/;

/** What of a value does not fit its field, as a path and what stands there. */
function misfits(value: unknown, fields: readonly Field[], unit: "ms" | "us", path = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${path}: ${JSON.stringify(value)}`];
  const names = Object.keys(value).join();
  const wanted = fields.map(({ name }) => name).join();
  if (names !== wanted) return [`${path}: ${names} instead of ${wanted}`];
  return fields.flatMap((field) => {
    const at = `${path}.${field.name}`;
    const given = (value as Record<string, unknown>)[field.name];
    if (field.type === "object") return misfits(given, field.fields, unit, at);
    return fits(given, field, unit) ? [] : [`${at} (${field.type}): ${JSON.stringify(given)}`];
  });
}

function fits(value: unknown, field: Exclude<Field, { readonly type: "object" }>, unit: "ms" | "us"): boolean {
  switch (field.type) {
    case "constant":
      return value === field.value;
    case "one_of":
      return field.values.some((known) => known === value);
    case "symbol":
      return value === "BTCUSDT";
    case "interval":
      return ["1s", "1m", "1d"].some((known) => known === value);
    case "boolean":
      return typeof value === "boolean";
    case "price":
    case "quantity":
    case "amount":
      return typeof value === "string" && PLACES_8.test(value);
    case "percent":
      return typeof value === "string" && /^-?[0-9]+\.[0-9]{3}$/.test(value);
    case "id":
    case "count":
      return Number.isSafeInteger(value);
    case "time":
      return typeof value === "number" && TIME[unit].test(String(value));
    case "levels":
      return (
        Array.isArray(value) &&
        value.every((level) => Array.isArray(level) && level.length === 2 && level.every((each) => PLACES_8.test(each)))
      );
  }
}

describe.each([
  ["ms", ""],
  ["us", "&timeUnit=microsecond"],
] as const)("in %s", (unit, query) => {
  test("every event of every stream has exactly the catalog's fields, in its order", async () => {
    harness = await startHarness();
    const { engine, clock, connect } = harness;
    const client = await connect(`/stream?streams=${EXAMPLES.map(encodeURIComponent).join("/")}${query}`);
    const told = new Map<string, unknown[]>();
    const collect = async (): Promise<void> => {
      for (const { stream, data } of (await client.untilAnswer()) as { stream: string; data: unknown }[]) {
        told.set(stream, [...(told.get(stream) ?? []), data]);
      }
    };
    for (let second = 0; second < 3; second++) {
      engine.happen(clock.nowMs(), [
        { level: ["buy", 90 + second, 6] },
        { level: ["sell", 110, second] },
        { trade: ["buy", 100 + second, 1], taker: 7 },
        { trade: ["sell", 100, 2], taker: 8 },
      ]);
      clock.advance(1_000);
      await collect();
    }
    expect([...told.keys()].toSorted()).toEqual(EXAMPLES.toSorted());
    const entryOf = (name: string): StreamEntry => ENTRIES.find(({ entry }) => entry.examples.includes(name))!.entry;
    const wrong = [...told].flatMap(([name, events]) => {
      const { shape, fields } = entryOf(name);
      return events
        .flatMap((event) => (shape === "array" ? (event as unknown[]) : [event]))
        .flatMap((event) => misfits(event, fields, unit, name));
    });
    expect(wrong).toEqual([]);

    const stopped = harness.stream.close();
    const last = (await client.json()) as { stream: string; data: unknown };
    await stopped;
    expect([last.stream, misfits(last.data, SERVER_SHUTDOWN, unit)]).toEqual(["!serverShutdown", []]);
  });
});

test("times in µs are those of the events, not ms with zeros; ends of candles are the last µs", async () => {
  harness = await startHarness();
  const { engine, clock, connect } = harness;
  const both = await Promise.all(
    ["", "?timeUnit=MICROSECOND"].map((query) =>
      connect(`/ws/btcusdt@trade/btcusdt@kline_1m/btcusdt@ticker_1h${query}`),
    ),
  );
  engine.happen(START_MS + 5, [{ trade: ["buy", 100, 1] }]);
  clock.advance(2_000);
  const times = (event: unknown): unknown => {
    const { e, E, T, O, C, k } = event as Record<string, unknown> & { readonly k?: Record<string, unknown> };
    return k === undefined ? [e, E, T ?? O, C] : [e, E, k.t, k.T];
  };
  const [ms, us] = await Promise.all(both.map(async (client) => (await client.untilAnswer()).map(times)));
  const hourAgoMs = START_MS - 3_600_000;
  expect(ms).toEqual([
    ["trade", START_MS, START_MS + 5, undefined],
    ["1hTicker", START_MS + 1_000, hourAgoMs, START_MS + 1_000],
    ["kline", START_MS + 2_000, START_MS, START_MS + 59_999],
  ]);
  expect(us).toEqual([
    ["trade", START_MS * 1_000 + 789, (START_MS + 5) * 1_000, undefined],
    ["1hTicker", (START_MS + 1_000) * 1_000 + 789, hourAgoMs * 1_000, (START_MS + 1_000) * 1_000 + 999],
    ["kline", (START_MS + 2_000) * 1_000 + 789, START_MS * 1_000, (START_MS + 60_000) * 1_000 - 1],
  ]);
});
