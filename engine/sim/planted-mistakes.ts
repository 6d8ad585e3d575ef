/**
 * Mistakes planted in the rules themselves: an exchange whose source differs in one place, built from a changed copy of
 * the reference. Whoever compares it with the core must notice, on streams no longer than those of every day.
 *
 * Each names the file, what stands there, and what a careless hand would have put there.
 */

export interface Mistake {
  /** What is wrong with the exchange. */
  readonly name: string;
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
  /** Where such orders are common. */
  readonly profile: string;
}

export const MISTAKES: readonly Mistake[] = [
  {
    name: "of what one price fires the newest is triggered first",
    file: "reference-tasks",
    right: "for (const order of [...market.open])",
    wrong: "for (const order of [...market.open].reverse())",
    profile: "special: cascades",
  },
  {
    name: "only the first price of a task is seen",
    file: "reference-tasks",
    right: "return first === last ? [first] : [first, last];",
    wrong: "return [first];",
    profile: "special: cascades",
  },
  {
    name: "prices are seen before lists have decided",
    file: "reference-tasks",
    right:
      "for (const list of listsIn(turn.state, events)) decideList(turn, market, list, queue);\n    for (const priceTicks of pricesIn(events)) seePrice(turn, market, priceTicks, queue);",
    wrong:
      "for (const priceTicks of pricesIn(events)) seePrice(turn, market, priceTicks, queue);\n    for (const list of listsIn(turn.state, events)) decideList(turn, market, list, queue);",
    profile: "special: lists",
  },
  {
    name: "what follows runs last in, first out",
    file: "reference-tasks",
    right: "queue.shift()",
    wrong: "queue.pop()",
    profile: "special: cascades",
  },
  {
    name: "a stop of an order fires one tick too late",
    file: "reference-tasks",
    right: "priceTicks >= order.conditions.stopTicks",
    wrong: "priceTicks > order.conditions.stopTicks",
    profile: "special: thin",
  },
  {
    name: "a trailing order's watermark stays where it began",
    file: "reference-tasks",
    right: "isSell ? Math.max(seen, priceTicks) : Math.min(seen, priceTicks)",
    wrong: "seen",
    profile: "special: trailing",
  },
  {
    name: "a triggered order's hold is not released",
    file: "reference-tasks",
    right: "lock(turn, market, order, -order.waitingHoldAtoms);",
    wrong: "",
    profile: "special: thin",
  },
  {
    name: "a pair is decided again by the leg that lives on",
    file: "reference-tasks",
    right: "list.isDecided = true;",
    wrong: "",
    profile: "special: lists",
  },
  {
    name: "both legs of a pair hold in full",
    file: "reference-tasks",
    right: "return need > heldByOther ? need - heldByOther : 0n;",
    wrong: "return need;",
    profile: "special: lists",
  },
  {
    name: "an iceberg keeps its place when a part is used up",
    file: "reference-trading",
    right: "market.book.splice(market.book.indexOf(maker), 1);\n  market.book.push(maker);",
    wrong: "",
    profile: "special: icebergs",
  },
  {
    name: "a walk does not find what icebergs hide",
    file: "reference-book",
    right: "if (lots === rest) continue;",
    wrong: "continue;",
    profile: "special: icebergs",
  },
  {
    name: "under decrement the maker loses nothing",
    file: "reference-trading",
    right: "for (const order of [maker, taker])",
    wrong: "for (const order of [taker])",
    profile: "special: decrement",
  },
  {
    name: "a first fill of a maker gives back one, as a taker's",
    file: "reference-counts",
    right: "maker: 5",
    wrong: "maker: 1",
    profile: "special: limits that bind",
  },
  {
    name: "an order taken in is not counted",
    file: "reference-counts",
    right: "now.per10s += 1;",
    wrong: "",
    profile: "special: limits that bind",
  },
  {
    name: "a triggered stop goes on counting as one",
    file: "reference-state-checks",
    right: 'isStopType(open) && open.phase !== "working"',
    wrong: "isStopType(open)",
    profile: "special: limits that bind",
  },
  {
    name: "the average price reaches a minute too far back",
    file: "reference-book",
    right: "minute.minute <= present - averageMinutes",
    wrong: "minute.minute < present - averageMinutes",
    profile: "special: averages",
  },
];
