/** Scenarios of icebergs: parts that show, turns that are lost, hidden lots that are found all the same. */
import type { Scenario } from "./book-suite.ts";

export const ICEBERG_SCENARIOS: readonly Scenario[] = [
  {
    name: "an iceberg shows a part of itself; a used up part goes behind the others of its price, and the taker meets it there again",
    shown: ["levels"],
    input: `a1 sell 10 @ 100 iceberg 4 as ice
            m1 sell 3 @ 100
            t1 buy 2 @ 100 as two
            t1 buy 12 @ 100 as twelve`,
    output: `ice rested 10 @ 100
             level sell 100 is 4
             m1 rested 3 @ 100
             level sell 100 is 7
             two took 2 @ 100 from ice
             level sell 100 is 5
             twelve took 2 @ 100 from ice
             twelve took 3 @ 100 from m1
             twelve took 4 @ 100 from ice
             twelve took 2 @ 100 from ice
             level sell 100 is 0
             twelve rested 1 @ 100
             level buy 100 is 1`,
  },
  {
    name: "a part that is used up exactly, at the end of a taker, is renewed behind the others",
    shown: ["levels"],
    input: `a1 sell 6 @ 100 iceberg 2 as ice
            m1 sell 1 @ 100
            t1 buy 2 @ 100 as first
            t1 buy 2 @ 100 as second`,
    output: `ice rested 6 @ 100
             level sell 100 is 2
             m1 rested 1 @ 100
             level sell 100 is 3
             first took 2 @ 100 from ice
             level sell 100 is 3
             second took 1 @ 100 from m1
             second took 1 @ 100 from ice
             level sell 100 is 1`,
  },
  {
    name: "an iceberg holds for the whole of it, and gives it back whole",
    shown: ["balances"],
    input: `list
            a1 buy 6 @ 100 iceberg 2
            t1 sell 3 @ 100
            a1 cancel a1`,
    output: `a1 rested 6 @ 100
             a1 USD 999400 free 600 locked
             t1 took 2 @ 100 from a1
             t1 took 1 @ 100 from a1
             t1 TIDE 999997 free 0 locked
             t1 USD 1000300 free 0 locked
             a1 USD 999400 free 300 locked
             a1 TIDE 1000003 free 0 locked
             a1 canceled 3
             a1 USD 999700 free 0 locked`,
  },
  {
    name: "as a taker an iceberg takes with its whole quantity, and shows a part of what is left",
    shown: ["levels"],
    input: `m1 sell 5 @ 100
            a1 buy 8 @ 100 iceberg 2 as ice`,
    output: `m1 rested 5 @ 100
             level sell 100 is 5
             ice took 5 @ 100 from m1
             level sell 100 is 0
             ice rested 3 @ 100
             level buy 100 is 2`,
  },
  {
    name: "a fok, and a market order for an amount, find the hidden parts too, in the order in which they would come",
    input: `a1 sell 4 @ 100 iceberg 1 as ice
            m1 sell 1 @ 101
            t1 buy 5 @ 101 fok as whole
            a1 sell 4 @ 100 iceberg 1 as more
            m1 sell 1 @ 101 as m2
            t1 buy for 501 at market as amount`,
    output: `ice rested 4 @ 100
             m1 rested 1 @ 101
             whole took 1 @ 100 from ice
             whole took 1 @ 100 from ice
             whole took 1 @ 100 from ice
             whole took 1 @ 100 from ice
             whole took 1 @ 101 from m1
             more rested 4 @ 100
             m2 rested 1 @ 101
             amount is for 5
             amount took 1 @ 100 from more
             amount took 1 @ 100 from more
             amount took 1 @ 100 from more
             amount took 1 @ 100 from more
             amount took 1 @ 101 from m2`,
  },
  {
    name: "a market order must afford the hidden parts, too",
    input: `open poor 0 301
            a1 sell 3 @ 100 iceberg 1 as ice
            m1 sell 1 @ 101
            poor buy 4 at market
            poor buy 3 at market as three`,
    output: `ice rested 3 @ 100
             m1 rested 1 @ 101
             poor refused balance_too_low
             three took 1 @ 100 from ice
             three took 1 @ 100 from ice
             three took 1 @ 100 from ice`,
  },
  {
    name: "an own order behind the shown part stops a taker before the hidden parts",
    input: `a1 sell 3 @ 100 iceberg 1 as ice
            t1 sell 1 @ 100 as own
            t1 buy 3 @ 100 ioc expire_taker as taker
            t1 buy 2 @ 100 fok expire_taker as fok`,
    output: `ice rested 3 @ 100
             own rested 1 @ 100
             taker took 1 @ 100 from ice
             taker expired 2 self_trade against own
             fok expired 2 fok_unfilled`,
  },
  {
    name: "an own iceberg expires whole",
    input: `a1 sell 9 @ 100 iceberg 2 as ice
            a1 buy 1 @ 100 expire_maker as taker`,
    output: `ice rested 9 @ 100
             ice expired 9 self_trade against taker
             taker rested 1 @ 100`,
  },
  {
    name: "an amend of the rest of another order leaves an iceberg's turn as it is; a canceled iceberg takes its hidden part with it",
    shown: ["levels"],
    input: `a1 sell 4 @ 100 iceberg 2 as ice
            m1 sell 3 @ 100
            m1 amend m1 to 1
            a1 cancel ice`,
    output: `ice rested 4 @ 100
             level sell 100 is 2
             m1 rested 3 @ 100
             level sell 100 is 5
             m1 amended to 1, 1 left
             level sell 100 is 3
             ice canceled 4
             level sell 100 is 1`,
  },
  {
    name: "a triggered stop-limit may be an iceberg",
    shown: ["levels"],
    input: `m1 sell 1 @ 100
            s1 buy 5 @ 99 stop 100 iceberg 2 as ice
            t1 buy 1 @ 100`,
    output: `m1 rested 1 @ 100
             level sell 100 is 1
             ice is waiting
             t1 took 1 @ 100 from m1
             level sell 100 is 0
             ice is now working
             ice rested 5 @ 99
             level buy 99 is 2`,
  },
  {
    name: "one part may be the whole",
    shown: ["levels"],
    input: `a1 sell 4 @ 100 iceberg 4 as ice
            t1 buy 1 @ 100`,
    output: `ice rested 4 @ 100
             level sell 100 is 4
             t1 took 1 @ 100 from ice
             level sell 100 is 3`,
  },
  {
    name: "what is hidden counts for what a level may total, for a later part must fit",
    shown: ["levels"],
    input: `list quantityLotsMax=9007199254740991 rules={"icebergPartsMax":0}
            open w1 9007199254740991 0
            open w2 9007199254740991 0
            w1 sell 9007199254740990 @ 1 iceberg 900719925475 as ice
            w2 sell 2 @ 1 as two
            w2 sell 1 @ 1 as one`,
    output: `ice rested 9007199254740990 @ 1
             level sell 1 is 900719925475
             w2 refused amount_too_large
             one rested 1 @ 1
             level sell 1 is 900719925476`,
  },
  {
    name: "an instrument without a bound on parts takes ten thousand of one order, and not one more",
    shown: ["levels"],
    input: `list rules={"icebergPartsMax":0}
            open w1 100000 0
            w1 sell 20001 @ 1 iceberg 2 as more
            w1 sell 20000 @ 1 iceberg 2 as ice`,
    output: `w1 refused iceberg_parts_exceeded
             ice rested 20000 @ 1
             level sell 1 is 2`,
  },
];
