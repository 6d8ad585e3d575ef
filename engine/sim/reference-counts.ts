/**
 * The reference's counts of orders: how many an account has had taken in within the present 10 s and the present UTC day,
 * less what their first fills give back.
 */
const TEN_SECONDS_US = 10_000_000;
const DAY_US = 86_400_000_000;
const GIVEN_BACK = { taker: 1, maker: 5 } as const;

export interface OrderCountWindows {
  tenSeconds: number;
  per10s: number;
  day: number;
  perDay: number;
}

export const NO_COUNTS: Readonly<OrderCountWindows> = { tenSeconds: 0, per10s: 0, day: 0, perDay: 0 };

/** Begins new windows where the old ones have passed. */
function turnTo(counts: OrderCountWindows, timeUs: number): OrderCountWindows {
  const tenSeconds = Math.floor(timeUs / TEN_SECONDS_US);
  const day = Math.floor(timeUs / DAY_US);
  if (counts.tenSeconds !== tenSeconds) Object.assign(counts, { tenSeconds, per10s: 0 });
  if (counts.day !== day) Object.assign(counts, { day, perDay: 0 });
  return counts;
}

export function orderCountsAt(counts: OrderCountWindows, timeUs: number): { per10s: number; perDay: number } {
  const { per10s, perDay } = turnTo(counts, timeUs);
  return { per10s, perDay };
}

export function countOrder(counts: OrderCountWindows, timeUs: number): void {
  const now = turnTo(counts, timeUs);
  now.per10s += 1;
  now.perDay += 1;
}

export function countFirstFill(counts: OrderCountWindows, role: "taker" | "maker", timeUs: number): void {
  const now = turnTo(counts, timeUs);
  now.per10s = Math.max(0, now.per10s - GIVEN_BACK[role]);
  now.perDay = Math.max(0, now.perDay - GIVEN_BACK[role]);
}
