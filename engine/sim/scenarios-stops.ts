/** Scenarios of stops: what fires them, in which order, and what they hold. */
import type { Scenario } from "./book-suite.ts";

export const STOP_SCENARIOS: readonly Scenario[] = [
  {
    name: "a stop_loss that sells waits below the price, holds its base, and takes at any price once a trade is at its stop",
    shown: ["balances", "levels"],
    input: `list
            m1 buy 3 @ 100
            m2 buy 9 @ 95
            s1 sell 5 stop 98
            t1 sell 1 @ 100
            t1 sell 2 @ 100
            t1 sell 1 @ 95`,
    output: `m1 rested 3 @ 100
             level buy 100 is 3
             m1 USD 999700 free 300 locked
             m2 rested 9 @ 95
             level buy 95 is 9
             m2 USD 999145 free 855 locked
             s1 is waiting
             s1 TIDE 999995 free 5 locked
             t1 took 1 @ 100 from m1
             level buy 100 is 2
             t1 TIDE 999999 free 0 locked
             t1 USD 1000100 free 0 locked
             m1 USD 999700 free 200 locked
             m1 TIDE 1000001 free 0 locked
             t1.2 took 2 @ 100 from m1
             level buy 100 is 0
             t1 TIDE 999997 free 0 locked
             t1 USD 1000300 free 0 locked
             m1 USD 999700 free 0 locked
             m1 TIDE 1000003 free 0 locked
             t1.3 took 1 @ 95 from m2
             level buy 95 is 8
             s1 is now working
             s1 took 5 @ 95 from m2
             level buy 95 is 3
             t1 TIDE 999996 free 0 locked
             t1 USD 1000395 free 0 locked
             m2 USD 999145 free 285 locked
             m2 TIDE 1000006 free 0 locked
             s1 TIDE 999995 free 0 locked
             s1 USD 1000475 free 0 locked`,
  },
  {
    name: "each of the four types fires in its direction: at its stop price or beyond",
    input: `m1 sell 1 @ 100
            m1 buy 1 @ 100 none as last
            m2 buy 50 @ 90
            m2 sell 50 @ 110
            a1 sell 1 stop 95 as sl-sell
            a1 buy 1 stop 105 as sl-buy
            a1 sell 1 take 105 as tp-sell
            a1 buy 1 take 95 as tp-buy
            t1 sell 1 @ 96 as near
            t2 buy 1 @ 96 as t2a
            t1 sell 1 @ 95 as at
            t2 buy 1 @ 95 as t2b
            t1 buy 1 @ 105 as up
            t2 sell 1 @ 105 as t2c`,
    output: `m1 rested 1 @ 100
             last took 1 @ 100 from m1
             m2 rested 50 @ 90
             m2.2 rested 50 @ 110
             sl-sell is waiting
             sl-buy is waiting
             tp-sell is waiting
             tp-buy is waiting
             near rested 1 @ 96
             t2a took 1 @ 96 from near
             at rested 1 @ 95
             t2b took 1 @ 95 from at
             sl-sell is now working
             sl-sell took 1 @ 90 from m2
             tp-buy is now working
             tp-buy took 1 @ 110 from m2.2
             sl-buy is now working
             sl-buy took 1 @ 110 from m2.2
             tp-sell is now working
             tp-sell took 1 @ 90 from m2
             up rested 1 @ 105
             t2c took 1 @ 105 from up`,
  },
  {
    name: "a stop-limit order rests at its limit once it is triggered, and holds what its words hold throughout",
    shown: ["balances", "levels"],
    input: `m1 sell 2 @ 100
            s1 buy 4 @ 103 stop 100
            t1 buy 1 @ 100`,
    output: `m1 rested 2 @ 100
             level sell 100 is 2
             m1 TIDE 999998 free 2 locked
             s1 is waiting
             s1 USD 999588 free 412 locked
             t1 took 1 @ 100 from m1
             level sell 100 is 1
             s1 is now working
             s1 took 1 @ 100 from m1
             level sell 100 is 0
             s1 rested 3 @ 103
             level buy 103 is 3
             t1 USD 999900 free 0 locked
             t1 TIDE 1000001 free 0 locked
             m1 TIDE 999998 free 0 locked
             m1 USD 1000200 free 0 locked
             s1 USD 999591 free 309 locked
             s1 TIDE 1000001 free 0 locked`,
  },
  {
    name: "before the first trade a stop waits whatever its price; after it one that has passed is refused",
    input: `a1 sell 1 stop 200 as any
            m1 buy 1 @ 100
            m2 sell 1 @ 100
            m3 buy 3 @ 99
            a2 sell 1 stop 100 as past
            a2 buy 1 stop 100 as past-too
            a2 sell 1 stop 99 as under
            a2 buy 1 take 100 as take-at`,
    output: `any is waiting
             m1 rested 1 @ 100
             m2 took 1 @ 100 from m1
             any is now working
             any expired 1 insufficient_liquidity
             m3 rested 3 @ 99
             a2 refused stop_would_trigger
             a2 refused stop_would_trigger
             under is waiting
             a2 refused stop_would_trigger`,
  },
  {
    name: "a cascade: each stop's own trades fire the next, all within one command, and balances once at the end",
    shown: ["balances"],
    input: `list
            m1 buy 1 @ 100
            m1 buy 1 @ 99 as b99
            m1 buy 1 @ 98 as b98
            m1 buy 1 @ 97 as b97
            c1 sell 1 stop 99
            c2 sell 1 stop 98
            c3 sell 1 stop 97
            t1 sell 2 @ 99`,
    output: `m1 rested 1 @ 100
             m1 USD 999900 free 100 locked
             b99 rested 1 @ 99
             m1 USD 999801 free 199 locked
             b98 rested 1 @ 98
             m1 USD 999703 free 297 locked
             b97 rested 1 @ 97
             m1 USD 999606 free 394 locked
             c1 is waiting
             c1 TIDE 999999 free 1 locked
             c2 is waiting
             c2 TIDE 999999 free 1 locked
             c3 is waiting
             c3 TIDE 999999 free 1 locked
             t1 took 1 @ 100 from m1
             t1 took 1 @ 99 from b99
             c1 is now working
             c1 took 1 @ 98 from b98
             c2 is now working
             c2 took 1 @ 97 from b97
             c3 is now working
             c3 expired 1 insufficient_liquidity
             t1 TIDE 999998 free 0 locked
             t1 USD 1000199 free 0 locked
             m1 USD 999606 free 0 locked
             m1 TIDE 1000004 free 0 locked
             c1 TIDE 999999 free 0 locked
             c1 USD 1000098 free 0 locked
             c2 TIDE 999999 free 0 locked
             c2 USD 1000097 free 0 locked
             c3 TIDE 1000000 free 0 locked`,
  },
  {
    name: "what one price fires is triggered by ascending order id, not by price, and before what its trades fire",
    input: `m1 buy 2 @ 90 as b90
            m1 buy 9 @ 80 as b80
            c1 sell 1 stop 95 as first
            c2 sell 1 stop 80 as fired-by-second
            c3 sell 1 stop 99 as second
            c4 sell 1 stop 90 as third
            t1 sell 1 @ 90`,
    output: `b90 rested 2 @ 90
             b80 rested 9 @ 80
             first is waiting
             fired-by-second is waiting
             second is waiting
             third is waiting
             t1 took 1 @ 90 from b90
             first is now working
             first took 1 @ 90 from b90
             second is now working
             second took 1 @ 80 from b80
             third is now working
             third took 1 @ 80 from b80
             fired-by-second is now working
             fired-by-second took 1 @ 80 from b80`,
  },
  {
    name: "of a task the first and the last price are seen, in this order",
    input: `m1 sell 1 @ 100
            m1 sell 1 @ 103 as s103
            m1 sell 1 @ 105 as s105
            m1 sell 9 @ 106 as s106
            c1 buy 1 stop 105 as last-fires
            c2 buy 1 stop 100 as first-fires
            c3 buy 1 stop 103 as last-fires-too
            t1 buy 3 @ 105`,
    output: `m1 rested 1 @ 100
             s103 rested 1 @ 103
             s105 rested 1 @ 105
             s106 rested 9 @ 106
             last-fires is waiting
             first-fires is waiting
             last-fires-too is waiting
             t1 took 1 @ 100 from m1
             t1 took 1 @ 103 from s103
             t1 took 1 @ 105 from s105
             first-fires is now working
             first-fires took 1 @ 106 from s106
             last-fires is now working
             last-fires took 1 @ 106 from s106
             last-fires-too is now working
             last-fires-too took 1 @ 106 from s106`,
  },
  {
    name: "a triggered order keeps its id and its client id, and behind those that rest already it comes last",
    shown: ["levels"],
    input: `m1 sell 1 @ 100
            s1 buy 2 @ 99 stop 100 as stopped
            m2 buy 1 @ 99
            t1 buy 1 @ 100
            t2 sell 2 @ 99`,
    output: `m1 rested 1 @ 100
             level sell 100 is 1
             stopped is waiting
             m2 rested 1 @ 99
             level buy 99 is 1
             t1 took 1 @ 100 from m1
             level sell 100 is 0
             stopped is now working
             stopped rested 2 @ 99
             level buy 99 is 3
             t2 took 1 @ 99 from m2
             t2 took 1 @ 99 from stopped
             level buy 99 is 1`,
  },
];
