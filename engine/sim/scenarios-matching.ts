/** Scenarios of matching: priority, prices, order kinds, fees, what is held and given back. */
import type { Scenario } from "./book-suite.ts";

export const MATCHING_SCENARIOS: readonly Scenario[] = [
  {
    name: "I4: two makers at one price trade in the order they arrived",
    input: `m1 sell 10 @ 101
            m2 sell 5 @ 101
            t1 buy 12 @ 101`,
    output: `m1 rested 10 @ 101
             m2 rested 5 @ 101
             t1 took 10 @ 101 from m1
             t1 took 2 @ 101 from m2`,
  },
  {
    name: "I4: a better price trades before an older order",
    input: `m1 buy 10 @ 99
            m2 buy 10 @ 100
            t1 sell 12 @ 98`,
    output: `m1 rested 10 @ 99
             m2 rested 10 @ 100
             t1 took 10 @ 100 from m2
             t1 took 2 @ 99 from m1`,
  },
  {
    name: "a taker pays the maker's price, and its remainder rests at its own",
    input: `m1 sell 4 @ 101
            t1 buy 10 @ 103
            t2 sell 6 @ 100`,
    output: `m1 rested 4 @ 101
             t1 took 4 @ 101 from m1
             t1 rested 6 @ 103
             t2 took 6 @ 103 from t1`,
  },
  {
    name: "a price improvement is free again at once, and the rest stays held at the limit",
    shown: ["balances"],
    input: `open t1 0 1000
            m1 sell 4 @ 90
            t1 buy 10 @ 100`,
    output: `m1 rested 4 @ 90
             m1 TIDE 999996 free 4 locked
             t1 took 4 @ 90 from m1
             t1 rested 6 @ 100
             t1 USD 40 free 600 locked
             t1 TIDE 4 free 0 locked
             m1 TIDE 999996 free 0 locked
             m1 USD 1000360 free 0 locked`,
  },
  {
    name: "each level is announced once, when the taker leaves it, and last the level where its rest stands",
    shown: ["levels"],
    input: `m1 sell 3 @ 101
            m2 sell 3 @ 101
            m3 sell 3 @ 102
            m4 sell 3 @ 103
            t1 buy 12 @ 103
            t2 buy 2 @ 103
            t3 sell 1 @ 103`,
    output: `m1 rested 3 @ 101
             level sell 101 is 3
             m2 rested 3 @ 101
             level sell 101 is 6
             m3 rested 3 @ 102
             level sell 102 is 3
             m4 rested 3 @ 103
             level sell 103 is 3
             t1 took 3 @ 101 from m1
             t1 took 3 @ 101 from m2
             level sell 101 is 0
             t1 took 3 @ 102 from m3
             level sell 102 is 0
             t1 took 3 @ 103 from m4
             level sell 103 is 0
             t2 rested 2 @ 103
             level buy 103 is 2
             t3 took 1 @ 103 from t2
             level buy 103 is 1`,
  },
  {
    name: "I3: both sides pay a fee in what they receive, rounded up to an atom, to the fee account",
    shown: ["balances"],
    input: `list makerFeeE8=100000 takerFeeE8=1000000
            m1 sell 150 @ 7
            t1 buy 150 @ 7`,
    output: `m1 rested 150 @ 7
             m1 TIDE 999850 free 150 locked
             t1 took 150 @ 7 from m1, fees 2 and 2
             t1 USD 998950 free 0 locked
             t1 TIDE 1000148 free 0 locked
             m1 TIDE 999850 free 0 locked
             m1 USD 1001048 free 0 locked
             fees TIDE 2 free 0 locked
             fees USD 2 free 0 locked`,
  },
  {
    name: "I3: a fee of less than an atom is an atom, and takes all that is received when that is one",
    shown: ["balances"],
    input: `list makerFeeE8=0 takerFeeE8=1
            m1 sell 1 @ 5
            t1 buy 1 @ 5`,
    output: `m1 rested 1 @ 5
             m1 TIDE 999999 free 1 locked
             t1 took 1 @ 5 from m1, fees 1 and 0
             t1 USD 999995 free 0 locked
             t1 TIDE 1000000 free 0 locked
             m1 TIDE 999999 free 0 locked
             m1 USD 1000005 free 0 locked
             fees TIDE 1 free 0 locked`,
  },
  {
    name: "an order rests under one fee and trades under another: the rate at the trade counts",
    input: `m1 sell 100 @ 10
            operator fees 1 2
            t1 buy 100 @ 10`,
    output: `m1 rested 100 @ 10
             TIDEUSD is trading, fees 1000000 and 2000000
             t1 took 100 @ 10 from m1, fees 2 and 10`,
  },
  {
    name: "what an ioc order does not find expires, and nothing was held for it",
    shown: ["balances"],
    input: `open t1 0 404
            m1 sell 4 @ 101
            t1 buy 10 @ 101 ioc`,
    output: `m1 rested 4 @ 101
             m1 TIDE 999996 free 4 locked
             t1 took 4 @ 101 from m1
             t1 expired 6 ioc_unfilled
             t1 USD 0 free 0 locked
             t1 TIDE 4 free 0 locked
             m1 TIDE 999996 free 0 locked
             m1 USD 1000404 free 0 locked`,
  },
  {
    name: "an ioc order that meets nobody expires whole, without a word of balances or levels",
    shown: ["balances", "levels"],
    input: `t1 buy 10 @ 101 ioc`,
    output: `t1 expired 10 ioc_unfilled`,
  },
  {
    name: "I10: a fok order is filled whole over several levels",
    input: `m1 sell 4 @ 101
            m2 sell 6 @ 102
            t1 buy 10 @ 102 fok`,
    output: `m1 rested 4 @ 101
             m2 rested 6 @ 102
             t1 took 4 @ 101 from m1
             t1 took 6 @ 102 from m2`,
  },
  {
    name: "I10: a fok order one lot too large expires unfilled, even with nothing in its purse",
    shown: ["balances"],
    input: `open t1 0 0
            m1 sell 4 @ 101
            t1 buy 5 @ 101 fok`,
    output: `m1 rested 4 @ 101
             m1 TIDE 999996 free 4 locked
             t1 expired 5 fok_unfilled`,
  },
  {
    name: "I10: a fok order passes over its own makers when it counts, and expires them when it is filled",
    input: `t1 sell 4 @ 100 as own
            m1 sell 5 @ 101
            t1 buy 6 @ 101 fok as six
            t1 buy 5 @ 101 fok as five`,
    output: `own rested 4 @ 100
             m1 rested 5 @ 101
             six expired 6 fok_unfilled
             own expired 4 self_trade against five
             five took 5 @ 101 from m1`,
  },
  {
    name: "I10: a fok order that its self-trade mode would stop is not filled at all",
    input: `m1 sell 4 @ 100
            t1 sell 4 @ 101 as own
            m2 sell 9 @ 102
            t1 buy 6 @ 102 fok expire_taker as taker
            t1 buy 6 @ 102 fok expire_both as both
            t1 buy 4 @ 102 fok expire_both as four`,
    output: `m1 rested 4 @ 100
             own rested 4 @ 101
             m2 rested 9 @ 102
             taker expired 6 fok_unfilled
             both expired 6 fok_unfilled
             four took 4 @ 100 from m1`,
  },
  {
    name: "a market order by quantity takes what there is, and its rest expires",
    input: `m1 sell 4 @ 101
            m2 sell 4 @ 900
            t1 buy 10 at market`,
    output: `m1 rested 4 @ 101
             m2 rested 4 @ 900
             t1 took 4 @ 101 from m1
             t1 took 4 @ 900 from m2
             t1 expired 2 insufficient_liquidity`,
  },
  {
    name: "a market sell by quantity must own the whole quantity, whatever the book takes",
    input: `open t1 9 0
            m1 buy 5 @ 100
            t1 sell 10 at market
            t1 sell 9 at market as nine`,
    output: `m1 rested 5 @ 100
             t1 refused balance_too_low
             nine took 5 @ 100 from m1
             nine expired 4 insufficient_liquidity`,
  },
  {
    name: "a market buy by quantity must afford what the book can give, no more",
    input: `open t1 0 503
            open t2 0 504
            m1 sell 3 @ 100
            m2 sell 2 @ 102
            t1 buy 10 at market
            t2 buy 10 at market`,
    output: `m1 rested 3 @ 100
             m2 rested 2 @ 102
             t1 refused balance_too_low
             t2 took 3 @ 100 from m1
             t2 took 2 @ 102 from m2
             t2 expired 5 insufficient_liquidity`,
  },
  {
    name: "a market buy for a quote amount gets whole lots price by price, and keeps what is left of the amount",
    shown: ["balances"],
    input: `m1 sell 3 @ 100
            m2 sell 9 @ 110
            t1 buy for 525 at market`,
    output: `m1 rested 3 @ 100
             m1 TIDE 999997 free 3 locked
             m2 rested 9 @ 110
             m2 TIDE 999991 free 9 locked
             t1 is for 5
             t1 took 3 @ 100 from m1
             t1 took 2 @ 110 from m2
             t1 USD 999480 free 0 locked
             t1 TIDE 1000005 free 0 locked
             m1 TIDE 999997 free 0 locked
             m1 USD 1000300 free 0 locked
             m2 TIDE 999991 free 7 locked
             m2 USD 1000220 free 0 locked`,
  },
  {
    name: "a market sell for a quote amount receives at most that, and stops at the first maker it does not take whole",
    input: `m1 buy 3 @ 100
            m2 buy 9 @ 40
            t1 sell for 290 at market
            t1 sell for 190 at market as more`,
    output: `m1 rested 3 @ 100
             m2 rested 9 @ 40
             t1 is for 2
             t1 took 2 @ 100 from m1
             more is for 3
             more took 1 @ 100 from m1
             more took 2 @ 40 from m2`,
  },
  {
    name: "a market sell for a quote amount must own what it will sell, to the lot",
    shown: ["balances"],
    input: `open t1 2 0
            m1 buy 9 @ 100
            t1 sell for 399 at market
            t1 sell for 299 at market as two`,
    output: `m1 rested 9 @ 100
             m1 USD 999100 free 900 locked
             t1 refused balance_too_low
             two is for 2
             two took 2 @ 100 from m1
             t1 TIDE 0 free 0 locked
             t1 USD 200 free 0 locked
             m1 USD 999100 free 700 locked
             m1 TIDE 1000002 free 0 locked`,
  },
  {
    name: "a market buy for a quote amount needs free what it will spend, not what it asked for",
    input: `open t1 0 200
            m1 sell 2 @ 100
            t1 buy for 900 at market
            m1 sell 9 @ 100 as more
            t2 buy for 1 at market`,
    output: `m1 rested 2 @ 100
             t1 is for 2
             t1 took 2 @ 100 from m1
             more rested 9 @ 100
             t2 refused liquidity_below_lot`,
  },
  {
    name: "a market order for a quote amount below one lot, or below the smallest order, is refused",
    input: `list quantityLotsMin=3
            m1 sell 10 @ 100
            t1 buy for 99 at market
            t1 buy for 299 at market
            t1 buy for 300 at market as enough`,
    output: `m1 rested 10 @ 100
             t1 refused liquidity_below_lot
             t1 refused liquidity_below_lot
             enough is for 3
             enough took 3 @ 100 from m1`,
  },
  {
    name: "I11: a post-only order rests beside the best opposite price and is refused at it, own orders included",
    input: `m1 sell 5 @ 101
            t1 buy 5 @ 101 post
            t1 buy 5 @ 100 post as beside
            t1 sell 5 @ 100 post as own`,
    output: `m1 rested 5 @ 101
             t1 refused post_only_would_take
             beside rested 5 @ 100
             t1 refused post_only_would_take`,
  },
];
