/** The time of day of this device, to the second, 24 hours in every language: 13:04:09. */

const FORMAT = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** The tape's trades come in bursts of one second: one text serves them all. */
let last = { second: Number.NaN, text: "" };

export function clockTime(timeMs: number): string {
  const second = Math.floor(timeMs / 1_000);
  if (second !== last.second) last = { second, text: FORMAT.format(timeMs) };
  return last.text;
}
