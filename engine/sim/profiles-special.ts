/**
 * Profiles of random sessions with special orders: thin books where a stop's own trades reach the next stop, trailing
 * orders, lists of all kinds, icebergs that are contested, orders of few accounts that meet under decrement, limits that
 * bind. As in profiles.ts: numbers only.
 */
import { DEFAULT_RULES } from "../domain/instrument.ts";
import { type Action, CALM, FEW, PLAIN_ONLY, PLAIN_TERMS, PROFILES, type Profile } from "./profiles.ts";

/** All in percent of new orders, but for trailing: of the stops. */
export interface SpecialShares {
  readonly stop: number;
  readonly trailing: number;
  readonly iceberg: number;
  readonly decrement: number;
  readonly strategy: number;
  /** Orders with numbers that no order can have, and lists that are none. */
  readonly hostile: number;
  /** Percent of commands before which time leaps: by seconds, minutes, rarely hours. */
  readonly leaps: number;
}

const SHARES: SpecialShares = {
  stop: 30,
  trailing: 25,
  iceberg: 8,
  decrement: 10,
  strategy: 3,
  hostile: 2,
  leaps: 1,
};

const SPECIAL: Readonly<Record<Action, number>> = {
  ...FEW,
  list: 110,
  cancel_list: 15,
  rules: 2,
  limits: 1,
  freeze: 1,
};
const NO_BINDING = { rules: 0, limits: 0, freeze: 0 } as const;
const ALL_MODES = ["none", "expire_taker", "expire_maker", "expire_both", "decrement", "transfer"] as const;
const TERMS = { ...PLAIN_TERMS, selfTradeAllowed: ALL_MODES };
const HUGE = PROFILES.find(({ name }) => name === "huge numbers")!;
/** So near to the average that every other price is too far from it. */
const NEAR = { bidUpE4: 10_060, bidDownE4: 9_900, askUpE4: 10_100, askDownE4: 9_940 };
const ONE = { ...CALM, ...PLAIN_ONLY, instruments: [TERMS], startAtoms: 10_000_000n } as const;

/** Many traders, short queues: every few trades the price moves, and what waited at the next prices is fired. */
const THIN: Profile = {
  ...ONE,
  name: "special: thin",
  accounts: 10,
  crossShare: 30,
  priceSpreadTicks: 12,
  lotsMax: 40,
  actions: SPECIAL,
  special: SHARES,
};

export const SPECIAL_PROFILES: readonly Profile[] = [
  THIN,
  {
    ...CALM,
    name: "special: two instruments",
    instruments: CALM.instruments.map((terms) => ({ ...terms, selfTradeAllowed: ALL_MODES })),
    crossShare: 35,
    actions: SPECIAL,
    special: SHARES,
  },
  {
    ...THIN,
    name: "special: cascades",
    priceSpreadTicks: 20,
    lotsMax: 15,
    crossShare: 10,
    orderKinds: [70, 4, 2, 8, 12, 3, 0],
    actions: { ...SPECIAL, ...NO_BINDING, list: 40 },
    special: { ...SHARES, stop: 55, trailing: 8, iceberg: 2, decrement: 0, hostile: 0 },
  },
  {
    ...THIN,
    name: "special: trailing",
    priceSpreadTicks: 40,
    actions: { ...SPECIAL, ...NO_BINDING },
    special: { ...SHARES, stop: 50, trailing: 85 },
  },
  {
    ...THIN,
    name: "special: lists",
    priceSpreadTicks: 8,
    actions: { ...SPECIAL, ...NO_BINDING, list: 600, cancel_list: 60, amend: 20 },
    special: { ...SHARES, stop: 5 },
  },
  {
    ...THIN,
    name: "special: poor lists",
    startAtoms: 1_500n,
    priceCenterTicks: 20,
    priceSpreadTicks: 4,
    lotsMax: 30,
    actions: { ...SPECIAL, ...NO_BINDING, list: 500, cancel_list: 30, deposit: 3, hold: 2 },
    special: SHARES,
  },
  {
    ...THIN,
    name: "special: icebergs",
    accounts: 5,
    priceSpreadTicks: 2,
    crossShare: 50,
    lotsMax: 60,
    actions: { ...SPECIAL, ...NO_BINDING, list: 30 },
    special: { ...SHARES, stop: 5, iceberg: 70 },
  },
  {
    ...THIN,
    name: "special: decrement",
    accounts: 2,
    priceSpreadTicks: 4,
    crossShare: 70,
    actions: { ...SPECIAL, ...NO_BINDING },
    special: { ...SHARES, stop: 15, iceberg: 30, decrement: 75 },
  },
  {
    ...THIN,
    name: "special: limits that bind",
    accounts: 4,
    actions: { ...SPECIAL, rules: 25, limits: 25, freeze: 15, hold: 30, end_withdrawal: 25, amend: 120, replace: 150 },
    special: { ...SHARES, iceberg: 20, leaps: 6 },
  },
  {
    ...THIN,
    name: "special: averages",
    instruments: [{ ...TERMS, rules: { ...DEFAULT_RULES, averageMinutes: 2, percentPrice: NEAR } }],
    priceSpreadTicks: 30,
    crossShare: 60,
    actions: { ...SPECIAL, ...NO_BINDING },
    special: { ...SHARES, leaps: 10 },
  },
  {
    ...HUGE,
    name: "special: huge numbers",
    instruments: HUGE.instruments.map((terms) => ({ ...terms, selfTradeAllowed: ALL_MODES })),
    actions: { ...SPECIAL, ...NO_BINDING },
    special: { ...SHARES, iceberg: 30, decrement: 20 },
  },
  {
    ...THIN,
    name: "special: hostile",
    bogusShare: 15,
    actions: { ...SPECIAL, list: 300 },
    special: { ...SHARES, hostile: 40, iceberg: 20 },
  },
];
