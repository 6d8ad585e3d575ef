/** Days of what is allowed so often a day: UTC's. */
const DAY_MS = 86_400_000;

export function dayEndMs(nowMs: number): number {
  return (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
}
