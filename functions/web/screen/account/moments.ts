/** Moments of accounts, keys and sessions, as people read them. */

/** "2026-11-21 13:05" in this machine's own zone. */
export function momentText(ms: number): string {
  const time = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
