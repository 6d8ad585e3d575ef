/** Scenarios of orders that trail: from where, on which side, and when they fire. */
import type { Scenario } from "./book-suite.ts";

export const TRAILING_SCENARIOS: readonly Scenario[] = [
  {
    name: "a trailing stop follows the best price and fires when the price has come back by its delta, inclusive",
    input: `m0 sell 1 @ 1000
            t0 buy 1 @ 1000
            m1 buy 1 @ 1100
            m1 buy 1 @ 1089 as b1089
            m1 buy 5 @ 1050 as b1050
            c1 sell 1 stop trail 100 as trails
            t1 sell 1 @ 1100
            t1 sell 1 @ 1089 as back`,
    output: `m0 rested 1 @ 1000
             t0 took 1 @ 1000 from m0
             m1 rested 1 @ 1100
             b1089 rested 1 @ 1089
             b1050 rested 5 @ 1050
             trails is tracking
             t1 took 1 @ 1100 from m1
             back took 1 @ 1089 from b1089
             trails is now working
             trails took 1 @ 1050 from b1050`,
  },
  {
    name: "a seller's delta of the whole price could never fire: it is invalid, whatever the instrument's rules; a buyer's is not",
    input: `list rules={"trailing":null}
            c1 sell 1 stop trail 10000
            c2 buy 1 stop trail 10000 as buys`,
    output: `c1 refused conditions_invalid
             buys is tracking`,
  },
  {
    name: "a trailing stop that buys follows the lowest price",
    input: `list rules={"trailing":null}
            m0 sell 1 @ 1000
            t0 buy 1 @ 1000
            c1 buy 1 stop trail 1000 as trails
            m1 sell 1 @ 900
            m1 sell 1 @ 989 as s989
            m1 sell 1 @ 990 as s990
            m1 sell 5 @ 995 as s995
            t1 buy 1 @ 900
            t1 buy 1 @ 989 as t2
            t1 buy 1 @ 990 as t3`,
    output: `m0 rested 1 @ 1000
             t0 took 1 @ 1000 from m0
             trails is tracking
             m1 rested 1 @ 900
             s989 rested 1 @ 989
             s990 rested 1 @ 990
             s995 rested 5 @ 995
             t1 took 1 @ 900 from m1
             t2 took 1 @ 989 from s989
             t3 took 1 @ 990 from s990
             trails is now working
             trails took 1 @ 995 from s995`,
  },
  {
    name: "a trailing stop with a stop price waits for that, then follows from there; it does not fire at the price it begins at",
    input: `list rules={"trailing":null}
            m0 sell 1 @ 1000
            t0 buy 1 @ 1000
            c1 sell 1 take 1100 trail 1000 as trails
            m1 buy 1 @ 1100
            m1 buy 9 @ 900 as deep
            t1 sell 1 @ 1100
            t1 sell 1 @ 900 as t2`,
    output: `m0 rested 1 @ 1000
             t0 took 1 @ 1000 from m0
             trails is waiting
             m1 rested 1 @ 1100
             deep rested 9 @ 900
             t1 took 1 @ 1100 from m1
             trails is now tracking
             t2 took 1 @ 900 from deep
             trails is now working
             trails took 1 @ 900 from deep`,
  },
  {
    name: "a trailing stop taken in before the first trade follows from the first price seen",
    input: `c1 sell 1 stop trail 2000 as trails
            m1 buy 1 @ 100
            m1 buy 5 @ 80 as deep
            t1 sell 1 @ 100
            t1 sell 1 @ 80 as t2`,
    output: `trails is tracking
             m1 rested 1 @ 100
             deep rested 5 @ 80
             t1 took 1 @ 100 from m1
             t2 took 1 @ 80 from deep
             trails is now working
             trails took 1 @ 80 from deep`,
  },
  {
    name: "a trailing order that begins at the first price of a task may fire at its last",
    input: `list rules={"trailing":null}
            m0 buy 1 @ 99
            t0 sell 1 @ 99
            m1 buy 1 @ 100
            m1 buy 9 @ 80 as deep
            c1 sell 1 take 100 trail 2000 as trails
            t1 sell 2 @ 80`,
    output: `m0 rested 1 @ 99
             t0 took 1 @ 99 from m0
             m1 rested 1 @ 100
             deep rested 9 @ 80
             trails is waiting
             t1 took 1 @ 100 from m1
             t1 took 1 @ 80 from deep
             trails is now tracking
             trails is now working
             trails took 1 @ 80 from deep`,
  },
];
