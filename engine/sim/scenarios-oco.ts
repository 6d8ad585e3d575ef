/** Scenarios of pairs, of which one order ends the other: their prices, their holds, what decides them. */
import type { Scenario } from "./book-suite.ts";

export const OCO_SCENARIOS: readonly Scenario[] = [
  {
    name: "oco: the limit_maker holds, the stop holds nothing beyond it; the stop's trigger ends the limit_maker",
    shown: ["balances", "levels"],
    input: `m0 sell 1 @ 100
            t0 buy 1 @ 100
            m1 buy 9 @ 95
            a1 oco L1 : sell 4 stop 96 / sell 4 @ 110 post
            t1 sell 1 @ 95`,
    output: `m0 rested 1 @ 100
             level sell 100 is 1
             m0 TIDE 999999 free 1 locked
             t0 took 1 @ 100 from m0
             level sell 100 is 0
             t0 USD 999900 free 0 locked
             t0 TIDE 1000001 free 0 locked
             m0 TIDE 999999 free 0 locked
             m0 USD 1000100 free 0 locked
             m1 rested 9 @ 95
             level buy 95 is 9
             m1 USD 999145 free 855 locked
             oco L1 exec_started of orders 4 5
             a1 is waiting
             a1.2 rested 4 @ 110
             level sell 110 is 4
             a1 TIDE 999996 free 4 locked
             t1 took 1 @ 95 from m1
             level buy 95 is 8
             a1.2 expired 4 oco_trigger
             level sell 110 is 0
             a1 is now working
             a1 took 4 @ 95 from m1
             level buy 95 is 4
             oco L1 all_done
             t1 TIDE 999999 free 0 locked
             t1 USD 1000095 free 0 locked
             m1 USD 999145 free 380 locked
             m1 TIDE 1000005 free 0 locked
             a1 TIDE 999996 free 0 locked
             a1 USD 1000380 free 0 locked`,
  },
  {
    name: "oco: a first fill of the limit_maker ends the stop, and the limit_maker lives on alone",
    shown: ["balances", "levels"],
    input: `m0 sell 1 @ 100
            t0 buy 1 @ 100
            a1 oco L1 : sell 4 stop 96 / sell 4 @ 110 post
            t1 buy 1 @ 110
            t1 buy 1 @ 110 as more
            t1 buy 9 @ 110 as rest`,
    output: `m0 rested 1 @ 100
             level sell 100 is 1
             m0 TIDE 999999 free 1 locked
             t0 took 1 @ 100 from m0
             level sell 100 is 0
             t0 USD 999900 free 0 locked
             t0 TIDE 1000001 free 0 locked
             m0 TIDE 999999 free 0 locked
             m0 USD 1000100 free 0 locked
             oco L1 exec_started of orders 3 4
             a1 is waiting
             a1.2 rested 4 @ 110
             level sell 110 is 4
             a1 TIDE 999996 free 4 locked
             t1 took 1 @ 110 from a1.2
             level sell 110 is 3
             a1 expired 4 oco_trigger
             t1 USD 999890 free 0 locked
             t1 TIDE 1000001 free 0 locked
             a1 TIDE 999996 free 3 locked
             a1 USD 1000110 free 0 locked
             more took 1 @ 110 from a1.2
             level sell 110 is 2
             t1 USD 999780 free 0 locked
             t1 TIDE 1000002 free 0 locked
             a1 TIDE 999996 free 2 locked
             a1 USD 1000220 free 0 locked
             rest took 2 @ 110 from a1.2
             level sell 110 is 0
             rest rested 7 @ 110
             level buy 110 is 7
             oco L1 all_done
             t1 USD 998790 free 770 locked
             t1 TIDE 1000004 free 0 locked
             a1 TIDE 999996 free 0 locked
             a1 USD 1000440 free 0 locked`,
  },
  {
    name: "oco that buys: the limit_maker is below, and the stop holds what it needs beyond it",
    shown: ["balances"],
    input: `m0 sell 1 @ 100
            t0 buy 1 @ 100
            a1 oco L1 : buy 4 @ 90 post / buy 4 @ 112 stop 110
            a1 cancel_list L1`,
    output: `m0 rested 1 @ 100
             m0 TIDE 999999 free 1 locked
             t0 took 1 @ 100 from m0
             t0 USD 999900 free 0 locked
             t0 TIDE 1000001 free 0 locked
             m0 TIDE 999999 free 0 locked
             m0 USD 1000100 free 0 locked
             oco L1 exec_started of orders 3 4
             a1.2 is waiting
             a1 rested 4 @ 90
             a1 USD 999552 free 448 locked
             a1 canceled 4
             a1.2 canceled 4
             oco L1 all_done
             a1 USD 1000000 free 0 locked`,
  },
  {
    name: "oco of two that wait: the first holds its own, the second what it needs beyond that, and it has its funds when it is triggered",
    shown: ["balances"],
    input: `m0 sell 1 @ 100
            t0 buy 1 @ 100
            a1 oco L1 : buy 4 @ 91 take 90 / buy 4 @ 112 stop 110
            m1 sell 1 @ 110
            m2 sell 9 @ 111
            t1 buy 1 @ 110`,
    output: `m0 rested 1 @ 100
             m0 TIDE 999999 free 1 locked
             t0 took 1 @ 100 from m0
             t0 USD 999900 free 0 locked
             t0 TIDE 1000001 free 0 locked
             m0 TIDE 999999 free 0 locked
             m0 USD 1000100 free 0 locked
             oco L1 exec_started of orders 3 4
             a1 is waiting
             a1.2 is waiting
             a1 USD 999552 free 448 locked
             m1 rested 1 @ 110
             m1 TIDE 999999 free 1 locked
             m2 rested 9 @ 111
             m2 TIDE 999991 free 9 locked
             t1 took 1 @ 110 from m1
             a1 expired 4 oco_trigger
             a1.2 is now working
             a1.2 took 4 @ 111 from m2
             oco L1 all_done
             t1 USD 999890 free 0 locked
             t1 TIDE 1000001 free 0 locked
             m1 TIDE 999999 free 0 locked
             m1 USD 1000110 free 0 locked
             a1 USD 999556 free 0 locked
             a1 TIDE 1000004 free 0 locked
             m2 TIDE 999991 free 5 locked
             m2 USD 1000444 free 0 locked`,
  },
  {
    name: "oco of a stop_loss at the market that buys: nothing is held for it",
    shown: ["balances"],
    input: `m0 sell 1 @ 100
            t0 buy 1 @ 100
            a1 oco L1 : buy 4 take 90 / buy 4 stop 110
            a1 cancel all`,
    output: `m0 rested 1 @ 100
             m0 TIDE 999999 free 1 locked
             t0 took 1 @ 100 from m0
             t0 USD 999900 free 0 locked
             t0 TIDE 1000001 free 0 locked
             m0 TIDE 999999 free 0 locked
             m0 USD 1000100 free 0 locked
             oco L1 exec_started of orders 3 4
             a1 is waiting
             a1.2 is waiting
             a1 canceled 4 (cancel_all)
             a1.2 canceled 4 (cancel_all)
             oco L1 all_done`,
  },
  {
    name: "oco: both prices must stand on their sides of each other and of the last trade's price",
    input: `a1 oco L1 : sell 1 stop 100 / sell 1 @ 100 post
            a1 oco L1 : sell 1 stop 90 / sell 1 @ 110 post
            m0 sell 1 @ 100
            t0 buy 1 @ 100
            a2 oco L1 : sell 1 stop 100 / sell 1 @ 110 post
            a2 oco L1 : sell 1 stop 90 / sell 1 take 100
            a2 oco L1 : sell 1 stop 101 / sell 1 @ 101 post
            a2 oco L1 : sell 1 stop trail 100 / sell 1 take 101
            a2 oco L2 : sell 1 stop 99 / sell 1 take trail 100`,
    output: `a1 refused list_prices_wrong
             oco L1 exec_started of orders 1 2
             a1.3 is waiting
             a1.4 rested 1 @ 110
             m0 rested 1 @ 100
             t0 took 1 @ 100 from m0
             a2 refused list_prices_wrong
             a2 refused list_prices_wrong
             a2 refused list_prices_wrong
             oco L1 exec_started of orders 5 6
             a2.7 is tracking
             a2.8 is waiting
             oco L2 exec_started of orders 7 8
             a2.9 is waiting
             a2.10 is tracking`,
  },
  {
    name: "an oco whose limit_maker would take is refused whole, and so is one that its account cannot hold",
    shown: ["balances"],
    input: `open a1 3 0
            m1 buy 1 @ 110
            a1 oco L1 : sell 3 stop 90 / sell 3 @ 110 post
            a1 oco L1 : sell 4 stop 90 / sell 4 @ 111 post
            a1 oco L1 : sell 3 stop 90 / sell 3 @ 111 post`,
    output: `m1 rested 1 @ 110
             m1 USD 999890 free 110 locked
             a1 refused post_only_would_take
             a1 refused balance_too_low
             oco L1 exec_started of orders 2 3
             a1.5 is waiting
             a1.6 rested 3 @ 111
             a1 TIDE 0 free 3 locked`,
  },
  {
    name: "of two legs that one command fires the first to be triggered ends the other, which is not triggered any more",
    input: `list rules={"trailing":null}
            m0 sell 1 @ 100
            t0 buy 1 @ 100
            m1 buy 1 @ 110
            m2 buy 9 @ 99
            a1 oco L1 : sell 2 stop trail 1000 / sell 2 take 110
            t1 sell 2 @ 99`,
    output: `m0 rested 1 @ 100
             t0 took 1 @ 100 from m0
             m1 rested 1 @ 110
             m2 rested 9 @ 99
             oco L1 exec_started of orders 5 6
             a1 is tracking
             a1.2 is waiting
             t1 took 1 @ 110 from m1
             t1 took 1 @ 99 from m2
             a1 expired 2 oco_trigger
             a1.2 is now working
             a1.2 took 2 @ 99 from m2
             oco L1 all_done`,
  },
];
