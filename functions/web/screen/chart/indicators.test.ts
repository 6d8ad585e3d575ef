/** Which lines each indicator draws, and what kept settings are taken. */
import { expect, test } from "vitest";
import { DEFAULT_INDICATORS, isIndicatorSettings, periodFrom, studiesOf } from "./indicators.ts";

test("what is shown is drawn: one line per average, three for the bands, one for the strength, each with its own name", () => {
  const all = Object.fromEntries(
    Object.entries(DEFAULT_INDICATORS).map(([kind, { numbers }]) => [kind, { isShown: true, numbers }]),
  ) as unknown as typeof DEFAULT_INDICATORS;
  expect(studiesOf(all).map(({ id, lines }) => `${id} ${lines}`)).toEqual([
    ...["ma:7:0 1", "ma:25:1 1", "ma:99:2 1", "ema:12:3 1", "ema:26:4 1", "bollinger:20:2 3", "rsi:14 1"],
  ]);
  expect(
    studiesOf({ ...all, ma: { isShown: true, numbers: [7, 7, 7] } })
      .slice(0, 3)
      .map(({ id }) => id),
  ).toEqual([...["ma:7:0", "ma:7:1", "ma:7:2"]]);
});

test("what was kept by hand or by an older version is taken only where it is whole", () => {
  const { ma, ...others } = DEFAULT_INDICATORS;
  expect(
    [
      DEFAULT_INDICATORS,
      others,
      { ...others, ma: { ...ma, numbers: [7, 25] } },
      { ...others, ma: { ...ma, numbers: [7, 25, 0] } },
      { ...others, ma: { ...ma, numbers: [7, 25, 1.5] } },
      { ...others, ma: { numbers: [7, 25, 99] } },
      null,
      [],
    ].map(isIndicatorSettings),
  ).toEqual([true, false, false, false, false, false, false, false]);
});

test("a period is a whole number from one to its limit", () => {
  expect(["1", " 500 ", "0", "501", "2.5", "-3", "", "1e2"].map((text) => periodFrom(text, 500))).toEqual([
    ...[1, 500, null, null, null, null, null, null],
  ]);
});
