/** Scenarios of the operator: assets, instruments, accounts, keys, deposits, withdrawals. */
import type { Scenario } from "./book-suite.ts";

const TERMS = {
  symbol: "NEW",
  base: "TIDE",
  quote: "USD",
  tickE8: 100_000_000,
  lotE8: 100_000_000,
  priceTicksMin: 1,
  priceTicksMax: 1_000,
  quantityLotsMin: 1,
  quantityLotsMax: 1_000,
  marketLotsMin: 1,
  marketLotsMax: 1_000,
  notionalMinE8: "0",
  notionalMaxE8: "0",
  notionalMinAppliesToMarket: false,
  notionalMaxAppliesToMarket: false,
  ordersMax: 10,
  makerFeeE8: 0,
  takerFeeE8: 0,
  selfTradeDefault: "expire_maker",
  selfTradeAllowed: ["expire_maker"],
};

const list = (changes: Partial<typeof TERMS>): string =>
  `raw ${JSON.stringify({ type: "add_instrument", terms: { ...TERMS, ...changes } })}`;
const raw = (command: object): string => `raw ${JSON.stringify(command)}`;

export const OPERATOR_SCENARIOS: readonly Scenario[] = [
  {
    name: "a deposit is credited once per reference, and withdrawals have references of their own",
    shown: ["balances"],
    input: `open a1 0 100
            operator deposit a1 50 USD r1
            operator deposit a1 50 USD r1
            operator hold a1 30 USD r1`,
    output: `a1 deposited 50 USD r1
             a1 USD 150 free 0 locked
             operator refused reference_used
             a1 withdrawal_held 30 USD r1
             a1 USD 120 free 30 locked`,
  },
  {
    name: "a deposit is refused for an unknown account, an unknown asset, no atoms, or a total above 2^63-1",
    input: `open a1 0 100
            operator deposit nobody 5 USD r1
            operator deposit a1 5 NONE r1
            operator deposit a1 0 USD r1
            operator deposit a1 -1 USD r1
            operator deposit a1 1 TIDE r
            operator deposit a1 9223372036854775708 USD r1
            operator deposit a1 9223372036854775707 USD r1
            operator deposit fees 1 USD r2`,
    output: `operator refused account_not_found
             operator refused asset_not_found
             operator refused amount_too_large
             operator refused amount_too_large
             a1 deposited 1 TIDE r
             operator refused amount_too_large
             a1 deposited 9223372036854775707 USD r1
             operator refused amount_too_large`,
  },
  {
    name: "a withdrawal is held, then settled or released, once",
    shown: ["balances"],
    input: `open a1 0 100
            operator hold a1 101 USD w1
            operator hold a1 60 USD w1
            operator hold a1 10 USD w1
            operator hold a1 40 USD w2
            operator settle w1
            operator settle w1
            operator release w1
            operator release w2
            operator settle w2
            operator settle w3
            operator release w3`,
    output: `operator refused balance_too_low
             a1 withdrawal_held 60 USD w1
             a1 USD 40 free 60 locked
             operator refused reference_used
             a1 withdrawal_held 40 USD w2
             a1 USD 0 free 100 locked
             a1 withdrawal_settled 60 USD w1
             a1 USD 0 free 40 locked
             operator refused withdrawal_not_held
             operator refused withdrawal_not_held
             a1 withdrawal_released 40 USD w2
             a1 USD 40 free 0 locked
             operator refused withdrawal_not_held
             operator refused reference_unknown
             operator refused reference_unknown`,
  },
  {
    name: "what a withdrawal or an order holds cannot be used by the other",
    input: `open a1 0 100
            operator hold a1 60 USD w1
            a1 buy 5 @ 10
            a1 buy 4 @ 10 as fits
            operator hold a1 1 USD w2
            operator release w1
            a1 buy 6 @ 10 as rest`,
    output: `a1 withdrawal_held 60 USD w1
             a1 refused balance_too_low
             fits rested 4 @ 10
             operator refused balance_too_low
             a1 withdrawal_released 60 USD w1
             rest rested 6 @ 10`,
  },
  {
    name: "a withdrawal is refused in this order: account, permission, asset, amount, balance, reference",
    input: `open a1 0 100
            operator hold nobody 0 NONE w1
            operator set a1 no_withdraw
            operator hold a1 0 NONE w1
            operator set a1
            operator hold a1 0 NONE w1
            operator hold a1 0 USD w1
            operator hold a1 5 TIDE w1
            operator hold a1 5 USD w1
            operator hold a1 500 USD w1
            operator hold a1 5 USD w1`,
    output: `operator refused account_not_found
             account a1 trades true withdraws false
             operator refused account_disabled
             account a1 trades true withdraws true
             operator refused asset_not_found
             operator refused amount_too_large
             operator refused balance_too_low
             a1 withdrawal_held 5 USD w1
             operator refused balance_too_low
             operator refused reference_used`,
  },
  {
    name: "a reference has 1 to 128 characters",
    input: `open a1 0 100
            ${raw({ type: "deposit", account: 1, asset: "USD", atoms: "5n", reference: "" })}
            operator deposit a1 5 USD ${"r".repeat(129)}
            operator deposit a1 5 USD ${"r".repeat(128)}
            ${raw({ type: "hold_withdrawal", account: 1, asset: "USD", atoms: "5n", reference: "" })}
            operator hold a1 5 USD ${"w".repeat(129)}
            operator hold a1 5 USD ${"w".repeat(128)}`,
    output: `operator refused reference_unknown
             operator refused reference_unknown
             a1 deposited 5 USD ${"r".repeat(128)}
             operator refused reference_unknown
             operator refused reference_unknown
             a1 withdrawal_held 5 USD ${"w".repeat(128)}`,
  },
  {
    name: "an account has a name of its own, of 1 to 64 characters; the fee account is there first",
    input: `operator open ann
            operator open ann
            operator open fees
            ${raw({ type: "open_account", name: "" })}
            ${raw({ type: "open_account", name: "n".repeat(65) })}
            ${raw({ type: "open_account", name: "n".repeat(64) })}
            operator set nobody`,
    output: `account ann trades true withdraws true
             operator refused account_exists
             operator refused account_exists
             operator refused account_invalid
             operator refused account_invalid
             account ${"n".repeat(64)} trades true withdraws true
             operator refused account_not_found`,
  },
  {
    name: "the fee account does not trade",
    input: `operator deposit fees 100 USD r1
            fees buy 1 @ 10`,
    output: `fees deposited 100 USD r1
             fees refused account_disabled`,
  },
  {
    name: "a key is registered once under its name, and revoked by it",
    input: `operator key k1 for a1
            operator key k1 for a1
            operator key k2 for nobody
            ${raw({ type: "register_key", account: 1, apiKey: "", kind: "ed25519", material: "m", permissions: [], ipAllowList: [], expiresUs: 0, label: "" })}
            operator revoke k2
            operator revoke k1
            operator revoke k1`,
    output: `key k1 of a1 registered
             operator refused key_exists
             operator refused account_not_found
             operator refused key_invalid
             operator refused key_not_found
             key k1 of a1 revoked
             key k1 of a1 revoked`,
  },
  {
    name: "an asset has a name of its own and 0 to 8 decimals",
    input: `${raw({ type: "add_asset", name: "SEA", decimals: 8 })}
            ${raw({ type: "add_asset", name: "SEA", decimals: 2 })}
            ${raw({ type: "add_asset", name: "BAY", decimals: 9 })}
            ${raw({ type: "add_asset", name: "BAY", decimals: -1 })}
            ${raw({ type: "add_asset", name: "bay", decimals: 1 })}`,
    output: `asset SEA added
             operator refused asset_exists
             operator refused asset_invalid
             operator refused asset_invalid
             operator refused asset_invalid`,
  },
  {
    name: "an instrument needs both assets and a symbol of its own",
    input: `${list({ base: "NONE" })}
            ${list({ quote: "NONE" })}
            ${list({ symbol: "TIDEUSD" })}
            ${list({})}
            ${list({})}`,
    output: `operator refused asset_not_found
             operator refused asset_not_found
             operator refused instrument_exists
             NEW is trading, fees 0 and 0
             operator refused instrument_exists`,
  },
  {
    name: "an instrument is refused unless tick times lot, and a lot, are whole atoms",
    input: `${list({ tickE8: 50_000_000 })}
            ${list({ lotE8: 50_000_000 })}
            ${list({ tickE8: 50_000_000, lotE8: 200_000_000 })}`,
    output: `operator refused instrument_invalid
             operator refused instrument_invalid
             NEW is trading, fees 0 and 0`,
  },
  {
    name: "an instrument is refused for filters without room, products beyond the limits, rates above one half, or words that mean nothing",
    input: `${list({ priceTicksMin: 0 })}
            ${list({ priceTicksMin: 11, priceTicksMax: 10 })}
            ${list({ quantityLotsMin: 0 })}
            ${list({ quantityLotsMin: 11, quantityLotsMax: 10 })}
            ${list({ marketLotsMin: 11, marketLotsMax: 10 })}
            ${list({ notionalMinE8: "11", notionalMaxE8: "10" })}
            ${list({ notionalMinE8: "-1" })}
            ${list({ notionalMaxE8: "99999999" })}
            ${list({ notionalMaxE8: "1.5" })}
            ${list({ notionalMaxE8: "9223372036854775808" })}
            ${list({ selfTradeDefault: "none" })}
            ${list({ ordersMax: 0 })}
            ${list({ quote: "TIDE" })}
            ${list({ symbol: "new" })}
            ${list({ priceTicksMax: 2 ** 31 })}
            ${list({ tickE8: 500_000_000_000_000, priceTicksMax: 2 ** 31 - 1 })}
            ${list({ lotE8: 200_000_000_000, quantityLotsMax: 9_007_199_254_740_991 })}
            ${list({ makerFeeE8: 50_000_001 })}
            ${list({ takerFeeE8: -1 })}
            ${list({ takerFeeE8: 50_000_000, notionalMinE8: "11" })}`,
    output: `${"operator refused instrument_invalid\n".repeat(19)}
             NEW is trading, fees 0 and 50000000`,
  },
  {
    name: "a filter may leave exactly one value, up to the ends of what an amount can be",
    input: `${list({ priceTicksMax: 1, quantityLotsMax: 1, marketLotsMax: 1, notionalMinE8: "100000000", notionalMaxE8: "100000000" })}
            ${list({ symbol: "FAR", priceTicksMin: 2 ** 31 - 1, priceTicksMax: 2 ** 31 - 1, quantityLotsMax: 9_007_199_254_740_991, marketLotsMax: 9_007_199_254_740_991 })}
            ${list({ symbol: "MAX", priceTicksMax: 900_719_925, tickE8: 1_000_000_000_000_000, notionalMaxE8: "9223372036854775807" })}`,
    output: `NEW is trading, fees 0 and 0
             FAR is trading, fees 0 and 0
             MAX is trading, fees 0 and 0`,
  },
  {
    name: "an instrument's status changes only to another, its fees to any rate up to one half",
    input: `operator status trading
            operator status halt
            operator status halt
            operator fees 0 50
            operator fees 0 50
            operator fees 0 51
            ${raw({ type: "set_instrument_status", symbol: "NONE", status: "halt" })}
            ${raw({ type: "set_instrument_fees", symbol: "NONE", makerFeeE8: 0, takerFeeE8: 99_000_000 })}`,
    output: `operator refused status_unchanged
             TIDEUSD is halt, fees 0 and 0
             operator refused status_unchanged
             TIDEUSD is halt, fees 0 and 50000000
             TIDEUSD is halt, fees 0 and 50000000
             operator refused instrument_invalid
             operator refused instrument_not_found
             operator refused instrument_not_found`,
  },
];
