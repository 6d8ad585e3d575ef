/** Scenarios of limits: open orders of a kind, orders within a time, amends, and the order of such refusals. */
import type { Scenario } from "./book-suite.ts";

export const LIMIT_SCENARIOS: readonly Scenario[] = [
  {
    name: "open stops, icebergs and lists of one account are limited by the instrument; what has been triggered is no stop any more",
    input: `list rules={"algoOrdersMax":1,"icebergOrdersMax":1,"orderListsMax":1}
            a1 sell 1 @ 90 stop 100 as one
            a1 sell 1 stop 90
            a1 sell 2 @ 120 iceberg 1 as ice
            a1 sell 2 @ 120 iceberg 1
            m1 buy 1 @ 100
            t1 sell 1 @ 100
            a1 sell 1 stop 85 as two
            a1 oco L1 : sell 1 stop 80 / sell 1 @ 130 post
            a1 cancel two
            a1 oco L1 : sell 1 stop 80 / sell 1 @ 130 post
            a1 oto L2 : buy 1 @ 80 / sell 1 @ 140
            a2 oto L2 : buy 1 @ 80 / sell 1 @ 140
            a1 oto L3 : buy 2 @ 80 iceberg 1 / sell 1 @ 140`,
    output: `one is waiting
             a1 refused algo_orders_limit
             ice rested 2 @ 120
             a1 refused iceberg_orders_limit
             m1 rested 1 @ 100
             t1 took 1 @ 100 from m1
             one is now working
             one rested 1 @ 90
             two is waiting
             a1 refused algo_orders_limit
             two canceled 1
             oco L1 exec_started of orders 6 7
             a1.5 is waiting
             a1.6 rested 1 @ 130
             a1 refused order_lists_limit
             oto L2 exec_started of orders 8 9
             a2.2 is pending
             a2 rested 1 @ 80
             a1 refused iceberg_orders_limit`,
  },
  {
    name: "the exchange's limits count over all instruments, each on its own, and 0 is none",
    input: `operator limits {"ordersMax":2}
            a1 sell 1 @ 100
            a1 sell 1 @ 101
            a1 sell 1 @ 102
            a1 sell 1 @ 103 ioc as passes
            a2 oto L1 : buy 1 @ 90 / sell 1 @ 140
            operator limits {"algoOrdersMax":1,"icebergOrdersMax":1,"orderListsMax":1}
            a2 sell 1 stop 50
            a2 sell 1 stop 51
            a2 sell 2 @ 110 iceberg 1
            a2 sell 2 @ 110 iceberg 1
            a2 oto L2 : buy 1 @ 90 / sell 1 @ 140
            operator limits {}
            a2 oto L2 : buy 1 @ 90 / sell 1 @ 140`,
    output: `limits {"ordersPer10s":0,"ordersPerDay":0,"ordersMax":2,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             a1 rested 1 @ 100
             a1.2 rested 1 @ 101
             a1 refused exchange_orders_limit
             passes expired 1 ioc_unfilled
             oto L1 exec_started of orders 4 5
             a2.2 is pending
             a2 rested 1 @ 90
             limits {"ordersPer10s":0,"ordersPerDay":0,"ordersMax":0,"algoOrdersMax":1,"icebergOrdersMax":1,"orderListsMax":1}
             a2.3 is waiting
             a2 refused exchange_algo_orders_limit
             a2.5 rested 2 @ 110
             a2 refused exchange_iceberg_orders_limit
             a2 refused exchange_order_lists_limit
             limits {"ordersPer10s":0,"ordersPerDay":0,"ordersMax":0,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             oto L2 exec_started of orders 8 9
             a2.10 is pending
             a2.9 rested 1 @ 90`,
  },
  {
    name: "orders taken in within ten seconds are limited; a new window begins anew, by the exchange's clock",
    input: `operator limits {"ordersPer10s":2}
            a1 sell 1 @ 100
            a1 sell 1 @ 101
            a1 sell 1 @ 102
            a2 sell 1 @ 102
            a1 cancel all
            a1 sell 1 @ 102
            wait 10000000
            a1 sell 1 @ 102 as again`,
    output: `limits {"ordersPer10s":2,"ordersPerDay":0,"ordersMax":0,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             a1 rested 1 @ 100
             a1.2 rested 1 @ 101
             a1 refused orders_per_10s_limit
             a2 rested 1 @ 102
             a1 canceled 1 (cancel_all)
             a1.2 canceled 1 (cancel_all)
             a1 refused orders_per_10s_limit
             again rested 1 @ 102`,
  },
  {
    name: "a first fill gives back one to a taker and five to a maker, never below none; later fills give nothing",
    input: `operator limits {"ordersPer10s":3}
            m1 sell 9 @ 100
            m1 sell 1 @ 101 as m2
            m1 sell 1 @ 102 as m3
            m1 sell 1 @ 103 as m4
            t1 buy 1 @ 100
            m1 sell 1 @ 103 as n1
            m1 sell 1 @ 103 as n2
            t1 buy 1 @ 100 as t2
            m1 sell 1 @ 103 as n3
            m1 sell 1 @ 103 as n4
            t1 buy 1 @ 100 as t3
            t1 buy 1 @ 1 as t4
            t1 buy 1 @ 1 as t5
            t1 buy 1 @ 1 as t6
            t1 buy 1 @ 1 as t7`,
    output: `limits {"ordersPer10s":3,"ordersPerDay":0,"ordersMax":0,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             m1 rested 9 @ 100
             m2 rested 1 @ 101
             m3 rested 1 @ 102
             m1 refused orders_per_10s_limit
             t1 took 1 @ 100 from m1
             n1 rested 1 @ 103
             n2 rested 1 @ 103
             t2 took 1 @ 100 from m1
             n3 rested 1 @ 103
             m1 refused orders_per_10s_limit
             t3 took 1 @ 100 from m1
             t4 rested 1 @ 1
             t5 rested 1 @ 1
             t6 rested 1 @ 1
             t1 refused orders_per_10s_limit`,
  },
  {
    name: "a day's orders are limited, each leg counts, and an amend does not",
    input: `operator limits {"ordersPerDay":3}
            a1 oto L1 : buy 2 @ 90 / sell 2 @ 110
            a1 sell 5 @ 120
            a1 amend a1.3 to 4
            a1 oto L2 : buy 2 @ 90 / sell 2 @ 110
            wait 10000000
            a1 sell 5 @ 121
            wait 86400000000
            a1 sell 5 @ 121 as tomorrow`,
    output: `limits {"ordersPer10s":0,"ordersPerDay":3,"ordersMax":0,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             oto L1 exec_started of orders 1 2
             a1.2 is pending
             a1 rested 2 @ 90
             a1.3 rested 5 @ 120
             a1.3 amended to 4, 4 left
             a1 refused orders_per_day_limit
             a1 refused orders_per_day_limit
             tomorrow rested 5 @ 121`,
  },
  {
    name: "a used up count refuses a cancel-replace before either step, or cancels and places nothing",
    input: `operator limits {"ordersPer10s":1}
            a1 sell 5 @ 100
            a1 replace a1 : sell 5 @ 101
            a1 replace a1 or_cancel_only : sell 5 @ 101
            a1 replace a1 or_cancel_only : sell 5 @ 101
            a1 replace a1 or_place or_cancel_only : sell 5 @ 101`,
    output: `limits {"ordersPer10s":1,"ordersPerDay":0,"ordersMax":0,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             a1 rested 5 @ 100
             a1 refused orders_per_10s_limit
             a1 canceled 5 (cancel_replace)
             a1 refused orders_per_10s_limit
             a1 refused order_not_found
             a1 refused order_not_found
             a1 refused orders_per_10s_limit`,
  },
  {
    name: "a cancel-replace counts one even when nothing is placed, unless it is refused before either step",
    input: `operator limits {"ordersPer10s":4}
            a1 replace none : sell 5 @ 101
            a1 replace none or_place : sell 5 @ 0
            a1 replace none or_place : sell 5 @ 100 as one
            a1 replace one : sell 2000000 @ 100 as two
            a1 replace one : sell 999999 @ 101 as two
            a1 sell 1 @ 100 as last
            a1 sell 1 @ 100 as refused`,
    output: `limits {"ordersPer10s":4,"ordersPerDay":0,"ordersMax":0,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             a1 refused order_not_found
             a1 refused price_outside_filter
             a1 refused order_not_found
             one rested 5 @ 100
             a1 refused quantity_outside_filter
             one canceled 5 (cancel_replace)
             two rested 999999 @ 101
             last rested 1 @ 100
             a1 refused orders_per_10s_limit`,
  },
  {
    name: "new limits begin all counts anew",
    input: `operator limits {"ordersPer10s":1}
            a1 sell 1 @ 100
            a1 sell 1 @ 100
            operator limits {"ordersPer10s":1}
            a1 sell 1 @ 100 as again`,
    output: `limits {"ordersPer10s":1,"ordersPerDay":0,"ordersMax":0,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             a1 rested 1 @ 100
             a1 refused orders_per_10s_limit
             limits {"ordersPer10s":1,"ordersPerDay":0,"ordersMax":0,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             again rested 1 @ 100`,
  },
  {
    name: "the state is asked in this order: percent price, position, open orders, counts, client id, stop, post-only, balance",
    input: `list ordersMax=1
            open a1 0 100
            m1 sell 5 @ 100
            t1 buy 1 @ 100
            a1 buy 1 @ 90 as open
            operator rules {"averageMinutes":0,"percentPrice":{"bidUpE4":11000,"bidDownE4":9000,"askUpE4":12000,"askDownE4":8000},"positionMaxAtoms":"5"}
            operator limits {"ordersPer10s":1,"ordersPerDay":1,"ordersMax":1}
            a1 buy 9 @ 120 stop 99 as open
            a1 buy 9 @ 110 stop 99 as open
            a1 buy 4 @ 110 stop 99 as open
            a1 cancel open
            a1 buy 1 @ 90 as open
            a1 buy 1 @ 91 ioc as counted
            a1 buy 1 @ 91 ioc as open
            operator limits {}
            a1 buy 1 @ 91 ioc as open
            a1 cancel open
            a1 buy 1 @ 110 stop 99 as other
            a1 buy 1 @ 110 post as other
            a1 buy 1 @ 110 stop 101 as other
            a1 buy 1 @ 100 stop 101 as other`,
    output: `m1 rested 5 @ 100
             t1 took 1 @ 100 from m1
             open rested 1 @ 90
             TIDEUSD has rules {"averageMinutes":0,"percentPrice":{"bidUpE4":11000,"bidDownE4":9000,"askUpE4":12000,"askDownE4":8000},"positionMaxAtoms":"5","algoOrdersMax":100,"icebergOrdersMax":10,"icebergPartsMax":100,"orderListsMax":100,"amendsMax":0,"trailing":{"aboveMin":10,"aboveMax":2000,"belowMin":10,"belowMax":2000}}
             limits {"ordersPer10s":1,"ordersPerDay":1,"ordersMax":1,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             a1 refused percent_price_outside_filter
             a1 refused position_limit
             a1 refused open_orders_limit
             open canceled 1
             open rested 1 @ 90
             a1 refused orders_per_10s_limit
             a1 refused orders_per_10s_limit
             limits {"ordersPer10s":0,"ordersPerDay":0,"ordersMax":0,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             a1 refused client_order_id_open
             open canceled 1
             a1 refused stop_would_trigger
             a1 refused post_only_would_take
             a1 refused balance_too_low
             other is waiting`,
  },
  {
    name: "an order may be lowered so often and not once more, while there is a limit",
    input: `list rules={"amendsMax":2}
            a1 sell 9 @ 100
            a1 amend a1 to 8
            a1 amend a1 to 7
            a1 amend a1 to 9
            a1 sell 9 @ 100 as b
            operator rules {"amendsMax":0}
            a1 amend b to 8
            operator rules {"amendsMax":1}
            a1 amend b to 7
            a1 amend b to 6`,
    output: `a1 rested 9 @ 100
             a1 amended to 8, 8 left
             a1 amended to 7, 7 left
             a1 refused order_amends_limit
             b rested 9 @ 100
             TIDEUSD has rules {"averageMinutes":5,"percentPrice":null,"positionMaxAtoms":"0","algoOrdersMax":100,"icebergOrdersMax":10,"icebergPartsMax":100,"orderListsMax":100,"amendsMax":0,"trailing":{"aboveMin":10,"aboveMax":2000,"belowMin":10,"belowMax":2000}}
             b amended to 8, 8 left
             TIDEUSD has rules {"averageMinutes":5,"percentPrice":null,"positionMaxAtoms":"0","algoOrdersMax":100,"icebergOrdersMax":10,"icebergPartsMax":100,"orderListsMax":100,"amendsMax":1,"trailing":{"aboveMin":10,"aboveMax":2000,"belowMin":10,"belowMax":2000}}
             b amended to 7, 7 left
             a1 refused order_amends_limit`,
  },
];
