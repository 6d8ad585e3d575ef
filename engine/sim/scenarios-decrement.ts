/** Scenarios of orders of one account that meet under decrement, and under transfer, which is the same. */
import type { Scenario } from "./book-suite.ts";

export const DECREMENT_SCENARIOS: readonly Scenario[] = [
  {
    name: "I12 decrement: both lose the smaller rest, holds go back, and the one that has nothing left expires",
    shown: ["balances", "levels"],
    input: `a1 sell 3 @ 100 as own
            a1 buy 5 @ 100 decrement as taker`,
    output: `own rested 3 @ 100
             level sell 100 is 3
             a1 TIDE 999997 free 3 locked
             taker lost 3 @ 100 against own, 2 and 0 left
             own expired 0 self_trade against taker
             level sell 100 is 0
             taker rested 2 @ 100
             level buy 100 is 2
             a1 USD 999800 free 200 locked
             a1 TIDE 1000000 free 0 locked`,
  },
  {
    name: "I12 decrement: the taker that has nothing left expires against the last it met",
    shown: ["balances", "levels"],
    input: `a1 sell 3 @ 100 as own
            a1 buy 2 @ 100 decrement as taker`,
    output: `own rested 3 @ 100
             level sell 100 is 3
             a1 TIDE 999997 free 3 locked
             taker lost 2 @ 100 against own, 0 and 1 left
             level sell 100 is 1
             taker expired 0 self_trade against own
             a1 USD 1000000 free 0 locked
             a1 TIDE 999999 free 1 locked`,
  },
  {
    name: "I12 decrement: equal rests end both, the maker right behind",
    input: `a1 sell 2 @ 100 as own
            a1 buy 2 @ 100 transfer as taker`,
    output: `own rested 2 @ 100
             taker lost 2 @ 100 against own, 0 and 0 left
             own expired 0 self_trade against taker
             taker expired 0 self_trade against own`,
  },
  {
    name: "I12 decrement: the walk goes on behind an own order, and a fill that ends it leaves the taker filled",
    shown: ["levels"],
    input: `m1 sell 1 @ 99
            a1 sell 2 @ 100 as own
            m2 sell 9 @ 101
            a1 buy 5 @ 101 decrement as taker`,
    output: `m1 rested 1 @ 99
             level sell 99 is 1
             own rested 2 @ 100
             level sell 100 is 2
             m2 rested 9 @ 101
             level sell 101 is 9
             taker took 1 @ 99 from m1
             level sell 99 is 0
             taker lost 2 @ 100 against own, 2 and 0 left
             own expired 0 self_trade against taker
             level sell 100 is 0
             taker took 2 @ 101 from m2
             level sell 101 is 7`,
  },
  {
    name: "I12 decrement: an ioc's rest expires as unfilled; a market order that own orders use up expires against the last",
    input: `a1 sell 2 @ 100 as own
            a1 buy 5 @ 100 ioc decrement as ioc
            a1 sell 2 @ 100 as own2
            a1 sell 2 @ 101 as own3
            a1 buy 3 at market decrement as market
            a1 buy 3 at market decrement as rest`,
    output: `own rested 2 @ 100
             ioc lost 2 @ 100 against own, 3 and 0 left
             own expired 0 self_trade against ioc
             ioc expired 3 ioc_unfilled
             own2 rested 2 @ 100
             own3 rested 2 @ 101
             market lost 2 @ 100 against own2, 1 and 0 left
             own2 expired 0 self_trade against market
             market lost 1 @ 101 against own3, 0 and 1 left
             market expired 0 self_trade against own3
             rest lost 1 @ 101 against own3, 2 and 0 left
             own3 expired 0 self_trade against rest
             rest expired 2 insufficient_liquidity`,
  },
  {
    name: "I12 decrement: own orders cost a market order nothing and are not found; a sell needs its whole quantity all the same",
    input: `open poor 3 101
            poor sell 2 @ 100 as own
            m1 sell 1 @ 101
            poor buy 3 at market decrement as taker
            open lean 3 1000
            m2 buy 9 @ 50
            lean sell 4 at market decrement`,
    output: `own rested 2 @ 100
             m1 rested 1 @ 101
             taker lost 2 @ 100 against own, 1 and 0 left
             own expired 0 self_trade against taker
             taker took 1 @ 101 from m1
             m2 rested 9 @ 50
             lean refused balance_too_low`,
  },
  {
    name: "I12 decrement: a fok that would meet an own order is killed; an amount ends before it",
    input: `m1 sell 1 @ 99
            a1 sell 2 @ 100 as own
            m2 sell 9 @ 101
            a1 buy 3 @ 101 fok decrement as fok
            a1 buy for 500 at market decrement as amount
            a1 buy for 500 at market decrement as nothing`,
    output: `m1 rested 1 @ 99
             own rested 2 @ 100
             m2 rested 9 @ 101
             fok expired 3 fok_unfilled
             amount is for 1
             amount took 1 @ 99 from m1
             a1 refused liquidity_below_lot`,
  },
  {
    name: "I12 decrement: an own iceberg loses part after part, each behind the others of its price",
    shown: ["levels"],
    input: `a1 sell 4 @ 100 iceberg 2 as ice
            m1 sell 1 @ 100
            a1 buy 6 @ 100 decrement as taker`,
    output: `ice rested 4 @ 100
             level sell 100 is 2
             m1 rested 1 @ 100
             level sell 100 is 3
             taker lost 2 @ 100 against ice, 4 and 2 left
             taker took 1 @ 100 from m1
             taker lost 2 @ 100 against ice, 1 and 0 left
             ice expired 0 self_trade against taker
             level sell 100 is 0
             taker rested 1 @ 100
             level buy 100 is 1`,
  },
  {
    name: "I12 decrement: what was prevented is no execution: only_new still cancels, and the quantity cannot be lowered below it",
    input: `a1 sell 5 @ 100 as own
            a1 buy 2 @ 100 decrement as taker
            a1 amend own to 2
            a1 amend own to 3
            a1 cancel own only_partially_filled
            a1 cancel own only_new`,
    output: `own rested 5 @ 100
             taker lost 2 @ 100 against own, 0 and 3 left
             taker expired 0 self_trade against own
             a1 refused quantity_already_executed
             own amended to 3, 1 left
             a1 refused cancel_restricted
             own canceled 1`,
  },
  {
    name: "a pair is decided by what one of its legs lost to decrement",
    input: `a1 oco L1 : sell 4 stop 90 / sell 4 @ 110 post
            a1 buy 1 @ 110 decrement as taker`,
    output: `oco L1 exec_started of orders 1 2
             a1 is waiting
             a1.2 rested 4 @ 110
             taker lost 1 @ 110 against a1.2, 0 and 3 left
             taker expired 0 self_trade against a1.2
             a1 expired 4 oco_trigger`,
  },
  {
    name: "an oto whose working order ends by decrement does not come to its second order",
    input: `a1 oto L1 : buy 2 @ 100 / sell 2 @ 110
            a1 sell 2 @ 100 decrement as taker`,
    output: `oto L1 exec_started of orders 1 2
             a1.2 is pending
             a1 rested 2 @ 100
             taker lost 2 @ 100 against a1, 0 and 0 left
             a1 expired 0 self_trade against taker
             taker expired 0 self_trade against a1
             a1.2 expired 2 oto_phase_one_expired
             oto L1 all_done`,
  },
];
