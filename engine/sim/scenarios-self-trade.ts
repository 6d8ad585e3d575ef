/** Scenarios of orders of one account that meet: every self-trade mode with every kind of taker. */
import type { Scenario } from "./book-suite.ts";

export const SELF_TRADE_SCENARIOS: readonly Scenario[] = [
  {
    name: "I12 none: an account trades with itself, and pays both fees",
    shown: ["balances"],
    input: `list makerFeeE8=1000000 takerFeeE8=2000000
            a1 sell 100 @ 10
            a1 buy 100 @ 10 none as taker`,
    output: `a1 rested 100 @ 10
             a1 TIDE 999900 free 100 locked
             taker took 100 @ 10 from a1, fees 2 and 10
             a1 USD 999990 free 0 locked
             a1 TIDE 999998 free 0 locked
             fees TIDE 2 free 0 locked
             fees USD 10 free 0 locked`,
  },
  {
    name: "I12 expire_maker: own makers expire where they are met, and the taker goes on",
    shown: ["levels"],
    input: `m1 sell 2 @ 100
            a1 sell 3 @ 100 as own
            m2 sell 4 @ 101
            a1 sell 5 @ 102 as beyond
            a1 buy 6 @ 102 expire_maker as taker`,
    output: `m1 rested 2 @ 100
             level sell 100 is 2
             own rested 3 @ 100
             level sell 100 is 5
             m2 rested 4 @ 101
             level sell 101 is 4
             beyond rested 5 @ 102
             level sell 102 is 5
             taker took 2 @ 100 from m1
             own expired 3 self_trade against taker
             level sell 100 is 0
             taker took 4 @ 101 from m2
             level sell 101 is 0`,
  },
  {
    name: "I12 expire_taker: the taker ends where it meets its own order, which stays; a level it left alone is not announced",
    shown: ["levels", "balances"],
    input: `m1 sell 2 @ 100
            a1 sell 3 @ 101 as own
            a1 buy 6 @ 102 expire_taker as taker`,
    output: `m1 rested 2 @ 100
             level sell 100 is 2
             m1 TIDE 999998 free 2 locked
             own rested 3 @ 101
             level sell 101 is 3
             a1 TIDE 999997 free 3 locked
             taker took 2 @ 100 from m1
             level sell 100 is 0
             taker expired 4 self_trade against own
             a1 USD 999800 free 0 locked
             a1 TIDE 999999 free 3 locked
             m1 TIDE 999998 free 0 locked
             m1 USD 1000200 free 0 locked`,
  },
  {
    name: "I12 expire_both: maker and taker expire, after what was traded before",
    shown: ["levels"],
    input: `m1 sell 2 @ 100
            a1 sell 3 @ 100 as own
            m2 sell 9 @ 100
            a1 buy 6 @ 100 expire_both as taker`,
    output: `m1 rested 2 @ 100
             level sell 100 is 2
             own rested 3 @ 100
             level sell 100 is 5
             m2 rested 9 @ 100
             level sell 100 is 14
             taker took 2 @ 100 from m1
             own expired 3 self_trade against taker
             level sell 100 is 9
             taker expired 4 self_trade against own`,
  },
  {
    name: "I12: the taker's mode decides, not the maker's; without one the instrument's default",
    input: `list selfTradeDefault=expire_both
            a1 sell 3 @ 100 none as own
            a1 buy 3 @ 100 as taker`,
    output: `own rested 3 @ 100
             own expired 3 self_trade against taker
             taker expired 3 self_trade against own`,
  },
  {
    name: "I12 ioc: a self-trade's reason is reported, not that the rest was unfilled",
    input: `a1 sell 3 @ 100 as own
            a1 buy 5 @ 100 ioc expire_taker as one
            a1 buy 5 @ 100 ioc expire_both as two`,
    output: `own rested 3 @ 100
             one expired 5 self_trade against own
             own expired 3 self_trade against two
             two expired 5 self_trade against own`,
  },
  {
    name: "I12 market by quantity: only own makers: they expire, then the order does, for want of liquidity",
    input: `a1 sell 3 @ 100 as own
            a1 buy 5 at market as taker
            a1 sell 3 @ 100 as again
            a1 buy 5 at market expire_taker as stopped`,
    output: `own rested 3 @ 100
             own expired 3 self_trade against taker
             taker expired 5 insufficient_liquidity
             again rested 3 @ 100
             stopped expired 5 self_trade against again`,
  },
  {
    name: "I12 market for an amount: own makers are passed over when counting, expire when passed; one behind the last lot stays",
    input: `a1 sell 1 @ 99 as first
            m1 sell 2 @ 100
            a1 sell 5 @ 101 as behind
            a1 buy for 250 at market as maker
            m2 sell 2 @ 100 as m2
            a1 buy for 401 at market expire_both as both`,
    output: `first rested 1 @ 99
             m1 rested 2 @ 100
             behind rested 5 @ 101
             maker is for 2
             first expired 1 self_trade against maker
             maker took 2 @ 100 from m1
             m2 rested 2 @ 100
             both is for 2
             both took 2 @ 100 from m2`,
  },
  {
    name: "I12 market for an amount that meets an own order first finds nothing",
    input: `a1 sell 1 @ 99 as first
            m1 sell 2 @ 100
            a1 buy for 500 at market expire_taker as taker
            a1 buy for 500 at market expire_both as both`,
    output: `first rested 1 @ 99
             m1 rested 2 @ 100
             a1 refused liquidity_below_lot
             a1 refused liquidity_below_lot`,
  },
];
