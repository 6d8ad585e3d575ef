/** Scenarios of lists whose first order brings the others: oto and otoco, and how activation fails. */
import type { Scenario } from "./book-suite.ts";

export const OTO_SCENARIOS: readonly Scenario[] = [
  {
    name: "oto: the second order is pending, holds nothing, and comes when the first is filled whole",
    shown: ["balances", "levels"],
    input: `list
            a1 oto L1 : buy 3 @ 100 / sell 3 @ 110
            t1 sell 2 @ 100
            t1 sell 1 @ 100 as more`,
    output: `oto L1 exec_started of orders 1 2
             a1.2 is pending
             a1 rested 3 @ 100
             level buy 100 is 3
             a1 USD 999700 free 300 locked
             t1 took 2 @ 100 from a1
             level buy 100 is 1
             t1 TIDE 999998 free 0 locked
             t1 USD 1000200 free 0 locked
             a1 USD 999700 free 100 locked
             a1 TIDE 1000002 free 0 locked
             more took 1 @ 100 from a1
             level buy 100 is 0
             oto L1 updated
             a1.2 is now working
             a1.2 rested 3 @ 110
             level sell 110 is 3
             t1 TIDE 999997 free 0 locked
             t1 USD 1000300 free 0 locked
             a1 USD 999700 free 0 locked
             a1 TIDE 1000000 free 3 locked`,
  },
  {
    name: "oto: a working order that is filled at once activates the pending one within the command",
    shown: ["levels"],
    input: `m1 sell 2 @ 100
            m2 buy 5 @ 99
            a1 oto L1 : buy 2 @ 100 / sell 2 at market`,
    output: `m1 rested 2 @ 100
             level sell 100 is 2
             m2 rested 5 @ 99
             level buy 99 is 5
             oto L1 exec_started of orders 3 4
             a1.2 is pending
             a1 took 2 @ 100 from m1
             level sell 100 is 0
             oto L1 updated
             a1.2 is now working
             a1.2 took 2 @ 99 from m2
             level buy 99 is 3
             oto L1 all_done`,
  },
  {
    name: "oto: when the working order ends unfilled the pending one expires with it",
    input: `m1 sell 1 @ 100
            a1 oto L1 : buy 3 @ 100 ioc / sell 3 @ 110
            a1 oto L2 : buy 3 @ 100 fok / sell 3 @ 110
            a1 oto L3 : buy 3 @ 90 / sell 3 @ 110
            a1 sell 3 @ 90 expire_maker as own`,
    output: `m1 rested 1 @ 100
             oto L1 exec_started of orders 2 3
             a1.2 is pending
             a1 took 1 @ 100 from m1
             a1 expired 2 ioc_unfilled
             a1.2 expired 3 oto_phase_one_expired
             oto L1 all_done
             oto L2 exec_started of orders 4 5
             a1.4 is pending
             a1.3 expired 3 fok_unfilled
             a1.4 expired 3 oto_phase_one_expired
             oto L2 all_done
             oto L3 exec_started of orders 6 7
             a1.6 is pending
             a1.5 rested 3 @ 90
             a1.5 expired 3 self_trade against own
             own rested 3 @ 90
             a1.6 expired 3 oto_phase_one_expired
             oto L3 all_done`,
  },
  {
    name: "oto: a pending order that waits, or trails, is activated to do so, and may be triggered in turn",
    input: `m0 sell 1 @ 100
            t0 buy 1 @ 100
            m1 buy 9 @ 90
            a1 oto L1 : buy 2 @ 99 / sell 2 stop 95
            a2 oto L2 : buy 2 @ 99 / sell 2 stop trail 100
            t1 sell 4 @ 99
            t1 sell 1 @ 90 as down`,
    output: `m0 rested 1 @ 100
             t0 took 1 @ 100 from m0
             m1 rested 9 @ 90
             oto L1 exec_started of orders 4 5
             a1.2 is pending
             a1 rested 2 @ 99
             oto L2 exec_started of orders 6 7
             a2.2 is pending
             a2 rested 2 @ 99
             t1 took 2 @ 99 from a1
             t1 took 2 @ 99 from a2
             oto L1 updated
             oto L2 updated
             a1.2 is now waiting
             a2.2 is now tracking
             down took 1 @ 90 from m1
             a1.2 is now working
             a1.2 took 2 @ 90 from m1
             oto L1 all_done
             a2.2 is now working
             a2.2 took 2 @ 90 from m1
             oto L2 all_done`,
  },
  {
    name: "activation: a stop whose price has passed, a post-only order that would take, a market order without a counterpart, one without funds",
    input: `open poor 0 300
            m0 sell 1 @ 100
            t0 buy 1 @ 100
            a1 oto L1 : buy 1 @ 99 / sell 1 stop 99
            a2 oto L2 : buy 1 @ 99 / buy 1 @ 101 post
            a3 oto L3 : buy 1 @ 99 / buy 1 at market
            poor oto L4 : buy 3 @ 99 / buy 1 @ 98
            m1 sell 9 @ 101
            m2 buy 1 @ 50
            t1 sell 6 @ 99`,
    output: `m0 rested 1 @ 100
             t0 took 1 @ 100 from m0
             oto L1 exec_started of orders 3 4
             a1.2 is pending
             a1 rested 1 @ 99
             oto L2 exec_started of orders 5 6
             a2.2 is pending
             a2 rested 1 @ 99
             oto L3 exec_started of orders 7 8
             a3.2 is pending
             a3 rested 1 @ 99
             oto L4 exec_started of orders 9 10
             poor.2 is pending
             poor rested 3 @ 99
             m1 rested 9 @ 101
             m2 rested 1 @ 50
             t1 took 1 @ 99 from a1
             t1 took 1 @ 99 from a2
             t1 took 1 @ 99 from a3
             t1 took 3 @ 99 from poor
             oto L1 updated
             oto L2 updated
             oto L3 updated
             oto L4 updated
             a1.2 expired 1 would_trigger_on_activation
             oto L1 all_done
             a2.2 expired 1 would_take_on_activation
             oto L2 all_done
             a3.2 is now working
             a3.2 took 1 @ 101 from m1
             oto L3 all_done
             poor.2 expired 1 unfunded_on_trigger
             oto L4 all_done`,
  },
  {
    name: "activation finds an empty side",
    input: `a3 oto L3 : buy 1 @ 99 / buy 1 at market
            t1 sell 1 @ 99`,
    output: `oto L3 exec_started of orders 1 2
             a3.2 is pending
             a3 rested 1 @ 99
             t1 took 1 @ 99 from a3
             oto L3 updated
             a3.2 expired 1 insufficient_liquidity
             oto L3 all_done`,
  },
  {
    name: "otoco: the filled order activates a pair, whose stop holds nothing beyond its limit_maker",
    shown: ["balances"],
    input: `open a1 0 400
            m0 sell 1 @ 100
            t0 buy 1 @ 100
            a1 otoco L1 : buy 4 @ 100 / sell 4 stop 90 / sell 4 @ 110 post
            t1 sell 4 @ 100
            t2 buy 4 @ 110`,
    output: `m0 rested 1 @ 100
             m0 TIDE 999999 free 1 locked
             t0 took 1 @ 100 from m0
             t0 USD 999900 free 0 locked
             t0 TIDE 1000001 free 0 locked
             m0 TIDE 999999 free 0 locked
             m0 USD 1000100 free 0 locked
             otoco L1 exec_started of orders 3 4 5
             a1.2 is pending
             a1.3 is pending
             a1 rested 4 @ 100
             a1 USD 0 free 400 locked
             t1 took 4 @ 100 from a1
             otoco L1 updated
             a1.2 is now waiting
             a1.3 is now working
             a1.3 rested 4 @ 110
             t1 TIDE 999996 free 0 locked
             t1 USD 1000400 free 0 locked
             a1 USD 0 free 0 locked
             a1 TIDE 0 free 4 locked
             t2 took 4 @ 110 from a1.3
             a1.2 expired 4 oco_trigger
             otoco L1 all_done
             t2 USD 999560 free 0 locked
             t2 TIDE 1000004 free 0 locked
             a1 TIDE 0 free 0 locked
             a1 USD 440 free 0 locked`,
  },
  {
    name: "otoco: a leg of the pair that cannot be activated ends the other one",
    input: `m0 sell 1 @ 100
            t0 buy 1 @ 100
            a1 otoco L1 : buy 1 @ 99 / sell 1 stop 99 / sell 1 @ 110 post
            m1 buy 5 @ 98
            a2 otoco L2 : buy 1 @ 97 / sell 1 stop 90 / sell 1 @ 98 post
            t1 sell 1 @ 99
            t1 sell 6 @ 97 as down`,
    output: `m0 rested 1 @ 100
             t0 took 1 @ 100 from m0
             otoco L1 exec_started of orders 3 4 5
             a1.2 is pending
             a1.3 is pending
             a1 rested 1 @ 99
             m1 rested 5 @ 98
             otoco L2 exec_started of orders 7 8 9
             a2.2 is pending
             a2.3 is pending
             a2 rested 1 @ 97
             t1 took 1 @ 99 from a1
             otoco L1 updated
             a1.2 expired 1 would_trigger_on_activation
             a1.3 expired 1 oco_trigger
             otoco L1 all_done
             down took 5 @ 98 from m1
             down took 1 @ 97 from a2
             otoco L2 updated
             a2.2 is now waiting
             a2.3 is now working
             a2.3 rested 1 @ 98`,
  },
  {
    name: "otoco: the pair may be on another side, or the same; a trailing leg follows from its activation",
    input: `list rules={"trailing":null}
            m0 sell 1 @ 100
            t0 buy 1 @ 100
            a1 otoco L1 : sell 2 @ 101 / buy 2 @ 95 post / buy 2 stop trail 1000
            t1 buy 2 @ 101
            m1 sell 1 @ 111
            m1 sell 1 @ 112 as s112
            m1 sell 9 @ 113 as s113
            t1 buy 1 @ 111 as up
            t1 buy 1 @ 112 as upper`,
    output: `m0 rested 1 @ 100
             t0 took 1 @ 100 from m0
             otoco L1 exec_started of orders 3 4 5
             a1.2 is pending
             a1.3 is pending
             a1 rested 2 @ 101
             t1 took 2 @ 101 from a1
             otoco L1 updated
             a1.2 is now working
             a1.2 rested 2 @ 95
             a1.3 is now tracking
             m1 rested 1 @ 111
             s112 rested 1 @ 112
             s113 rested 9 @ 113
             up took 1 @ 111 from m1
             upper took 1 @ 112 from s112
             a1.2 expired 2 oco_trigger
             a1.3 is now working
             a1.3 took 2 @ 113 from s113
             otoco L1 all_done`,
  },
  {
    name: "lists are decided maker's first, then taker's, before prices are seen",
    input: `m0 sell 1 @ 100
            t0 buy 1 @ 100
            a1 oco LA : sell 2 stop 90 / sell 2 @ 110 post
            b1 oto LB : buy 1 @ 110 / sell 1 stop 105
            c1 oto LC : buy 2 @ 110 / sell 2 stop 109`,
    output: `m0 rested 1 @ 100
             t0 took 1 @ 100 from m0
             oco LA exec_started of orders 3 4
             a1 is waiting
             a1.2 rested 2 @ 110
             oto LB exec_started of orders 5 6
             b1.2 is pending
             b1 took 1 @ 110 from a1.2
             a1 expired 2 oco_trigger
             oto LB updated
             b1.2 is now waiting
             oto LC exec_started of orders 7 8
             c1.2 is pending
             c1 took 1 @ 110 from a1.2
             c1 rested 1 @ 110
             oco LA all_done`,
  },
];
