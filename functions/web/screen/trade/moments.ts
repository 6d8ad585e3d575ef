/** Moments as tables show them, in this machine's own zone and in one form for every language. */

/** "2026-11-21 13:05". */
export function momentText(timeMs: number): string {
  const time = new Date(timeMs);
  return `${time.getFullYear()}-${monthDay(time)} ${hourMinute(time)}`;
}

/** Of what happened lately, to the second: "11-21 13:05:09". */
export function lateMomentText(timeMs: number): string {
  const time = new Date(timeMs);
  return `${monthDay(time)} ${hourMinute(time)}:${two(time.getSeconds())}`;
}

function monthDay(time: Date): string {
  return `${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

function hourMinute(time: Date): string {
  return `${two(time.getHours())}:${two(time.getMinutes())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
