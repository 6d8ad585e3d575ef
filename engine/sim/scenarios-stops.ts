/** Scenarios of stops: what fires them, in which order, what becomes of them, and of those that trail. */
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
  {
    name: "a market kind that finds nobody expires; what it found and could not fill expires, too",
    input: `m1 sell 1 @ 100
            c1 buy 1 stop 100 as nobody
            t1 buy 1 @ 100
            m1 sell 1 @ 101 as s101
            m1 sell 1 @ 102 as s102
            c1 buy 5 stop 101 as part
            t1 buy 1 @ 101 as t1b`,
    output: `m1 rested 1 @ 100
             nobody is waiting
             t1 took 1 @ 100 from m1
             nobody is now working
             nobody expired 1 insufficient_liquidity
             s101 rested 1 @ 101
             s102 rested 1 @ 102
             part is waiting
             t1b took 1 @ 101 from s101
             part is now working
             part took 1 @ 102 from s102
             part expired 4 insufficient_liquidity`,
  },
  {
    name: "a stop_loss that buys holds nothing: where its account cannot pay once it is triggered, it expires unfunded",
    shown: ["balances"],
    input: `open poor 0 150
            m1 sell 1 @ 100
            m1 sell 5 @ 101 as more
            poor buy 2 stop 100
            t1 buy 1 @ 100
            poor buy 1 stop 101 as less
            t1 buy 1 @ 101 as t1b`,
    output: `m1 rested 1 @ 100
             m1 TIDE 999999 free 1 locked
             more rested 5 @ 101
             m1 TIDE 999994 free 6 locked
             poor is waiting
             t1 took 1 @ 100 from m1
             poor is now working
             poor expired 2 unfunded_on_trigger
             t1 USD 999900 free 0 locked
             t1 TIDE 1000001 free 0 locked
             m1 TIDE 999994 free 5 locked
             m1 USD 1000100 free 0 locked
             less is waiting
             t1b took 1 @ 101 from more
             less is now working
             less took 1 @ 101 from more
             t1 USD 999799 free 0 locked
             t1 TIDE 1000002 free 0 locked
             m1 TIDE 999994 free 3 locked
             m1 USD 1000302 free 0 locked
             poor USD 49 free 0 locked
             poor TIDE 1 free 0 locked`,
  },
  {
    name: "a triggered limit kind has its hold back before it must be free again, so it is never unfunded",
    shown: ["balances"],
    input: `open exact 0 200
            m1 sell 1 @ 100
            exact buy 2 @ 100 stop 100
            t1 buy 1 @ 100`,
    output: `m1 rested 1 @ 100
             m1 TIDE 999999 free 1 locked
             exact is waiting
             exact USD 0 free 200 locked
             t1 took 1 @ 100 from m1
             exact is now working
             exact rested 2 @ 100
             t1 USD 999900 free 0 locked
             t1 TIDE 1000001 free 0 locked
             m1 TIDE 999999 free 0 locked
             m1 USD 1000100 free 0 locked
             exact USD 0 free 200 locked`,
  },
  {
    name: "a triggered fok takes all or nothing, an ioc what there is; neither is an error",
    shown: ["balances"],
    input: `list
            m1 sell 1 @ 100
            m1 sell 2 @ 101 as two
            c1 buy 3 @ 101 fok stop 100 as killed
            c2 buy 3 @ 101 ioc stop 100 as partly
            t1 buy 1 @ 100`,
    output: `m1 rested 1 @ 100
             m1 TIDE 999999 free 1 locked
             two rested 2 @ 101
             m1 TIDE 999997 free 3 locked
             killed is waiting
             c1 USD 999697 free 303 locked
             partly is waiting
             c2 USD 999697 free 303 locked
             t1 took 1 @ 100 from m1
             killed is now working
             killed expired 3 fok_unfilled
             partly is now working
             partly took 2 @ 101 from two
             partly expired 1 ioc_unfilled
             t1 USD 999900 free 0 locked
             t1 TIDE 1000001 free 0 locked
             m1 TIDE 999997 free 0 locked
             m1 USD 1000302 free 0 locked
             c1 USD 1000000 free 0 locked
             c2 USD 999798 free 0 locked
             c2 TIDE 1000002 free 0 locked`,
  },
  {
    name: "only what is on the book is in its levels; a waiting order is open: found, counted, its client id taken",
    shown: ["levels"],
    input: `list ordersMax=2
            a1 sell 2 stop 90 as waits
            a1 sell 1 @ 91 stop 90 as waits-too
            a1 sell 1 @ 200 as third
            a1 cancel waits-too
            a1 sell 1 @ 200 as waits
            a1 sell 1 @ 200 as third
            a1 cancel #1
            a1 cancel all`,
    output: `waits is waiting
             waits-too is waiting
             a1 refused open_orders_limit
             waits-too canceled 1
             a1 refused client_order_id_open
             third rested 1 @ 200
             level sell 200 is 1
             waits canceled 2
             third canceled 1 (cancel_all)
             level sell 200 is 0`,
  },
  {
    name: "a waiting order is canceled with its hold back, and without a level; one that holds nothing touches nothing",
    shown: ["balances", "levels"],
    input: `list
            a1 sell 2 stop 90 as sell
            a1 buy 2 stop 110 as buy
            a1 cancel sell
            a1 cancel buy`,
    output: `sell is waiting
             a1 TIDE 999998 free 2 locked
             buy is waiting
             sell canceled 2
             a1 TIDE 1000000 free 0 locked
             buy canceled 2`,
  },
  {
    name: "cancel-replace puts a stop in the place of an order, and an order in the place of a stop",
    shown: ["balances"],
    input: `a1 sell 2 @ 100
            a1 replace a1 : sell 2 stop 90 as stop
            a1 replace stop : sell 3 @ 101 as back`,
    output: `a1 rested 2 @ 100
             a1 TIDE 999998 free 2 locked
             a1 canceled 2 (cancel_replace)
             stop is waiting
             a1 TIDE 999998 free 2 locked
             stop canceled 2 (cancel_replace)
             back rested 3 @ 101
             a1 TIDE 999997 free 3 locked`,
  },
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
  {
    name: "a triggered order that breaks a filter by then expires as rejected on trigger",
    input: `list notionalMinE8=50000000000 notionalMinAppliesToMarket=true
            m0 sell 10 @ 100
            t0 buy 10 @ 100
            m1 buy 100 @ 90
            c1 sell 5 stop 90
            t1 sell 10 @ 90`,
    output: `m0 rested 10 @ 100
             t0 took 10 @ 100 from m0
             m1 rested 100 @ 90
             c1 is waiting
             t1 took 10 @ 90 from m1
             c1 is now working
             c1 expired 5 rejected_on_trigger`,
  },
  {
    name: "a triggered limit kind far from the reference price expires as rejected on trigger",
    input: `m0 sell 1 @ 100
            t0 buy 1 @ 100
            c1 buy 1 @ 110 stop 104
            m1 sell 9 @ 104
            operator rules {"averageMinutes":0,"percentPrice":{"bidUpE4":10050,"bidDownE4":5000,"askUpE4":20000,"askDownE4":9500}}
            t0 buy 1 at market as up`,
    output: `m0 rested 1 @ 100
             t0 took 1 @ 100 from m0
             c1 is waiting
             m1 rested 9 @ 104
             TIDEUSD has rules {"averageMinutes":0,"percentPrice":{"bidUpE4":10050,"bidDownE4":5000,"askUpE4":20000,"askDownE4":9500},"positionMaxAtoms":"0","algoOrdersMax":100,"icebergOrdersMax":100,"icebergPartsMax":100,"orderListsMax":100,"amendsMax":0,"trailing":{"aboveMin":10,"aboveMax":2000,"belowMin":10,"belowMax":2000}}
             up took 1 @ 104 from m1
             c1 is now working
             c1 expired 1 rejected_on_trigger`,
  },
  {
    name: "market quantity is asked of a stop at the market when it is taken in, and notional at the last price",
    input: `list marketLotsMax=5 notionalMaxE8=100000000000 notionalMaxAppliesToMarket=true
            c1 sell 6 stop 90
            c1 sell 5 stop 90 as five
            m1 sell 1 @ 201
            t1 buy 1 @ 201
            c1 sell 5 stop 90 as late
            c1 sell 4 stop 90 as four`,
    output: `c1 refused market_quantity_outside_filter
             five is waiting
             m1 rested 1 @ 201
             t1 took 1 @ 201 from m1
             c1 refused notional_outside_filter
             four is waiting`,
  },
  {
    name: "the strategy of an order is repeated, whatever it is; a fill of it is as any other",
    input: `a1 sell 2 @ 100 strategy 7 1000001
            t1 buy 2 @ 100`,
    output: `a1 is marked 7 1000001
             a1 rested 2 @ 100
             t1 took 2 @ 100 from a1`,
  },
  {
    name: "a stop of one account fires on other accounts' trades, with the instrument's fees as at that time",
    shown: ["balances"],
    input: `list
            m1 buy 100 @ 100
            c1 sell 100 stop 100
            operator fees 1 2
            t1 sell 1 @ 100`,
    output: `m1 rested 100 @ 100
             m1 USD 990000 free 10000 locked
             c1 is waiting
             c1 TIDE 999900 free 100 locked
             TIDEUSD is trading, fees 1000000 and 2000000
             t1 took 1 @ 100 from m1, fees 2 and 1
             c1 is now working
             c1 took 99 @ 100 from m1, fees 198 and 1
             c1 expired 1 insufficient_liquidity
             t1 TIDE 999999 free 0 locked
             t1 USD 1000098 free 0 locked
             m1 USD 990000 free 0 locked
             m1 TIDE 1000098 free 0 locked
             fees USD 200 free 0 locked
             fees TIDE 2 free 0 locked
             c1 TIDE 999901 free 0 locked
             c1 USD 1009702 free 0 locked`,
  },
];
