/** Scenarios of what becomes of stops: refused, unfunded, unfilled, canceled, replaced. */
import type { Scenario } from "./book-suite.ts";

export const STOP_END_SCENARIOS: readonly Scenario[] = [
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
             TIDEUSD has rules {"averageMinutes":0,"percentPrice":{"bidUpE4":10050,"bidDownE4":5000,"askUpE4":20000,"askDownE4":9500},"positionMaxAtoms":"0","algoOrdersMax":100,"icebergOrdersMax":10,"icebergPartsMax":100,"orderListsMax":100,"amendsMax":0,"trailing":{"aboveMin":10,"aboveMax":2000,"belowMin":10,"belowMax":2000}}
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
