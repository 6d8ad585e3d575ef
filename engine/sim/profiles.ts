/**
 * Profiles of random sessions: which corner of the rules a stream of commands dwells in.
 *
 * A profile is numbers only; commands.ts turns it and a seed into commands. Weights are relative, shares are percents.
 */
import type { InstrumentTerms } from "../domain/instrument.ts";
import type { SpecialShares } from "./profiles-special.ts";

export const ACTIONS = [
  "place",
  "cancel",
  "cancel_all",
  "replace",
  "amend",
  "status",
  "fees",
  "deposit",
  "hold",
  "end_withdrawal",
  "set_account",
  "register_key",
  "revoke_key",
  "operator_cancel_all",
  "set_up_again",
  "list",
  "cancel_list",
  "rules",
  "limits",
  "freeze",
  "set_key",
] as const;
export type Action = (typeof ACTIONS)[number];

export interface Profile {
  readonly name: string;
  readonly accounts: number;
  /** Decimals of the assets "A0", "A1", … */
  readonly assetDecimals: readonly number[];
  readonly instruments: readonly InstrumentTerms[];
  /** What each account is given of each asset at the start. */
  readonly startAtoms: bigint;
  readonly priceCenterTicks: number;
  readonly priceSpreadTicks: number;
  /** How often a price is drawn from anywhere around the center, so that it may cross; else on its own side of it. */
  readonly crossShare: number;
  readonly lotsMax: number;
  /** Draw lots by order of magnitude instead of evenly. */
  readonly isLotsByMagnitude: boolean;
  /** limit gtc, limit ioc, limit fok, limit_maker, market by quantity, market by quote, unsupported. */
  readonly orderKinds: readonly [number, number, number, number, number, number, number];
  readonly actions: Readonly<Record<Action, number>>;
  /** Targets and names that do not exist. */
  readonly bogusShare: number;
  /** A command already delivered is delivered again, up to two more times. */
  readonly duplicateShare: number;
  readonly lateShare: number;
  /** Commands that show a key. */
  readonly keyShare: number;
  /** Distinct client order ids per account: few make collisions. */
  readonly clientIds: number;
  /** Not given: plain orders alone, and time goes steadily. */
  readonly special?: SpecialShares;
}

const SELF_TRADE_ALL = ["none", "expire_taker", "expire_maker", "expire_both"] as const;

/** One tick and one lot are one atom: sums that can be checked in the head. */
export const PLAIN_TERMS: InstrumentTerms = {
  symbol: "A0A1",
  base: "A0",
  quote: "A1",
  tickE8: 100_000_000,
  lotE8: 100_000_000,
  priceTicksMin: 1,
  priceTicksMax: 1_000_000,
  quantityLotsMin: 1,
  quantityLotsMax: 1_000_000_000,
  marketLotsMin: 1,
  marketLotsMax: 1_000_000,
  notionalMinE8: "0",
  notionalMaxE8: "0",
  notionalMinAppliesToMarket: false,
  notionalMaxAppliesToMarket: false,
  ordersMax: 200,
  makerFeeE8: 100_000,
  takerFeeE8: 100_000,
  selfTradeDefault: "expire_maker",
  selfTradeAllowed: SELF_TRADE_ALL,
};

/** As BTCUSDT is listed: tick 0.01, lot 0.00001, both assets of 8 decimals; 10 quote atoms per tick and lot. */
const FINE_TERMS: InstrumentTerms = {
  ...PLAIN_TERMS,
  symbol: "A2A1",
  base: "A2",
  quote: "A1",
  tickE8: 1_000_000,
  lotE8: 1_000,
  quantityLotsMin: 2,
  marketLotsMin: 3,
  marketLotsMax: 400,
  notionalMinE8: "2000",
  notionalMaxE8: "900000000",
  notionalMinAppliesToMarket: true,
  notionalMaxAppliesToMarket: true,
  ordersMax: 25,
  makerFeeE8: 75_001,
  takerFeeE8: 12_345_678,
};

/** Products reach 2^63: 100 quote atoms per tick and lot, prices to 2^31−1, 1,000 base atoms per lot. */
const TALL_TERMS: InstrumentTerms = {
  ...PLAIN_TERMS,
  symbol: "A2A1",
  base: "A2",
  quote: "A1",
  tickE8: 10_000_000,
  lotE8: 1_000,
  priceTicksMax: 2 ** 31 - 1,
  quantityLotsMax: Number.MAX_SAFE_INTEGER,
  marketLotsMax: Number.MAX_SAFE_INTEGER,
};

/** Level totals reach 2^53: one atom per lot and per tick and lot. */
const WIDE_TERMS: InstrumentTerms = {
  ...PLAIN_TERMS,
  quantityLotsMax: Number.MAX_SAFE_INTEGER,
  marketLotsMax: Number.MAX_SAFE_INTEGER,
  makerFeeE8: 0,
  takerFeeE8: 33_333_333,
};

export const FEW: Readonly<Record<Action, number>> = {
  place: 600,
  cancel: 110,
  cancel_all: 5,
  replace: 60,
  amend: 60,
  status: 3,
  fees: 2,
  deposit: 12,
  hold: 12,
  end_withdrawal: 10,
  set_account: 3,
  register_key: 2,
  revoke_key: 1,
  set_key: 0,
  operator_cancel_all: 3,
  set_up_again: 2,
  list: 0,
  cancel_list: 0,
  rules: 0,
  limits: 0,
  freeze: 0,
};

export const CALM: Profile = {
  name: "calm",
  accounts: 8,
  assetDecimals: [0, 8, 8],
  instruments: [{ ...PLAIN_TERMS, tickE8: 100, lotE8: 100_000_000 }, FINE_TERMS],
  startAtoms: 100_000_000_000n,
  priceCenterTicks: 1_000,
  priceSpreadTicks: 30,
  crossShare: 20,
  lotsMax: 500,
  isLotsByMagnitude: false,
  orderKinds: [60, 8, 6, 10, 8, 7, 1],
  actions: FEW,
  bogusShare: 4,
  duplicateShare: 3,
  lateShare: 1,
  keyShare: 25,
  clientIds: 300,
};

export const PLAIN_ONLY = { assetDecimals: [0, 0], instruments: [PLAIN_TERMS] } as const;

/** Plain orders alone. */
export const PROFILES: readonly Profile[] = [
  CALM,
  { ...CALM, name: "crossing", crossShare: 90, lotsMax: 60 },
  { ...CALM, ...PLAIN_ONLY, name: "self-trading", accounts: 2, crossShare: 80, lotsMax: 40, priceSpreadTicks: 5 },
  {
    ...CALM,
    ...PLAIN_ONLY,
    name: "tiny balances",
    startAtoms: 3_000n,
    priceCenterTicks: 20,
    lotsMax: 90,
    crossShare: 50,
  },
  {
    ...CALM,
    name: "huge numbers",
    accounts: 4,
    assetDecimals: [0, 8, 8],
    instruments: [{ ...WIDE_TERMS, tickE8: 1 }, TALL_TERMS],
    startAtoms: 2_200_000_000_000_000_000n,
    priceCenterTicks: 4,
    priceSpreadTicks: 3,
    crossShare: 35,
    lotsMax: Number.MAX_SAFE_INTEGER,
    isLotsByMagnitude: true,
  },
  { ...CALM, name: "many accounts", accounts: 60, crossShare: 40 },
  {
    ...CALM,
    name: "deep",
    accounts: 30,
    crossShare: 3,
    priceSpreadTicks: 200,
    actions: { ...FEW, cancel: 30, status: 1 },
  },
  {
    ...CALM,
    name: "sparse prices",
    assetDecimals: [0, 0],
    instruments: [{ ...PLAIN_TERMS, priceTicksMax: 2 ** 31 - 1 }],
    accounts: 12,
    startAtoms: 100_000_000_000_000n,
    priceCenterTicks: 2 ** 30,
    priceSpreadTicks: 2 ** 30 - 2,
    crossShare: 4,
    lotsMax: 30,
    actions: { ...FEW, cancel: 40, cancel_all: 1 },
  },
  { ...CALM, ...PLAIN_ONLY, name: "few prices", priceSpreadTicks: 1, crossShare: 50, accounts: 5 },
  { ...CALM, name: "halts", crossShare: 40, actions: { ...FEW, status: 60, set_account: 30, fees: 20 } },
  { ...CALM, name: "funding", actions: { ...FEW, deposit: 200, hold: 200, end_withdrawal: 180 }, startAtoms: 200_000n },
  { ...CALM, name: "duplicates", duplicateShare: 40, lateShare: 10, crossShare: 40 },
  { ...CALM, name: "keys", keyShare: 70, actions: { ...FEW, register_key: 25, revoke_key: 5, set_key: 10 } },
  {
    ...CALM,
    name: "amends",
    crossShare: 35,
    clientIds: 12,
    actions: { ...FEW, amend: 400, replace: 400, cancel_all: 30 },
  },
  {
    ...CALM,
    name: "immediate",
    accounts: 3,
    crossShare: 60,
    priceSpreadTicks: 6,
    orderKinds: [40, 12, 15, 4, 14, 14, 1],
  },
  {
    ...CALM,
    ...PLAIN_ONLY,
    name: "poor takers",
    accounts: 12,
    startAtoms: 1_200n,
    crossShare: 30,
    priceCenterTicks: 12,
    priceSpreadTicks: 5,
    lotsMax: 40,
    orderKinds: [50, 12, 8, 4, 12, 14, 0],
    actions: { ...FEW, deposit: 1, hold: 1 },
  },
];
