/** Scenarios of what an owner does to open orders: cancel, cancel all, cancel-replace, amend. */
import type { Scenario } from "./book-suite.ts";

export const ORDER_SCENARIOS: readonly Scenario[] = [
  {
    name: "a cancelled order is gone, and all it held is free again",
    shown: ["balances", "levels"],
    input: `m1 sell 4 @ 100
            t1 buy 10 @ 100
            t1 cancel t1
            t1 cancel t1`,
    output: `m1 rested 4 @ 100
             level sell 100 is 4
             m1 TIDE 999996 free 4 locked
             t1 took 4 @ 100 from m1
             level sell 100 is 0
             t1 rested 6 @ 100
             level buy 100 is 6
             t1 USD 999000 free 600 locked
             t1 TIDE 1000004 free 0 locked
             m1 TIDE 999996 free 0 locked
             m1 USD 1000400 free 0 locked
             t1 canceled 6
             level buy 100 is 0
             t1 USD 999600 free 0 locked
             t1 refused order_not_found`,
  },
  {
    name: "a cancel names an order by id, by client id, or by both, which must agree",
    input: `a1 sell 1 @ 100 as one
            a1 sell 1 @ 100 as two
            a1 sell 1 @ 100 as three
            a1 cancel #1
            a1 cancel #2 three
            a1 cancel #2 two
            a1 cancel three
            a1 cancel #3`,
    output: `one rested 1 @ 100
             two rested 1 @ 100
             three rested 1 @ 100
             one canceled 1
             a1 refused client_order_id_mismatch
             two canceled 1
             three canceled 1
             a1 refused order_not_found`,
  },
  {
    name: "client ids of 36 characters are told apart by any one of them",
    input: `a1 sell 1 @ 100 as ${"a".repeat(36)}
            a1 sell 1 @ 100 as ${"a".repeat(35)}
            a1 sell 1 @ 100 as ${"a".repeat(35)}b
            a1 sell 1 @ 100 as ${"a".repeat(17)}b${"a".repeat(18)}
            a1 sell 1 @ 100 as ${"a".repeat(36)}
            a1 cancel ${"a".repeat(35)}b
            a1 cancel ${"a".repeat(36)}
            a1 cancel ${"a".repeat(34)}
            a1 cancel all`,
    output: `${"a".repeat(36)} rested 1 @ 100
             ${"a".repeat(35)} rested 1 @ 100
             ${"a".repeat(35)}b rested 1 @ 100
             ${"a".repeat(17)}b${"a".repeat(18)} rested 1 @ 100
             a1 refused client_order_id_open
             ${"a".repeat(35)}b canceled 1
             ${"a".repeat(36)} canceled 1
             a1 refused order_not_found
             ${"a".repeat(35)} canceled 1 (cancel_all)
             ${"a".repeat(17)}b${"a".repeat(18)} canceled 1 (cancel_all)`,
  },
  {
    name: "nobody cancels or amends another account's order",
    input: `a1 sell 5 @ 100
            b1 cancel #1
            b1 cancel a1
            b1 amend #1 to 2`,
    output: `a1 rested 5 @ 100
             b1 refused order_not_found
             b1 refused order_not_found
             b1 refused order_not_found`,
  },
  {
    name: "only_new and only_partially_filled restrict a cancel by what has been executed",
    input: `m1 sell 5 @ 100
            m1 cancel m1 only_partially_filled
            t1 buy 2 @ 100
            m1 cancel m1 only_new
            m1 cancel m1 only_partially_filled
            m1 sell 5 @ 100 as next
            m1 cancel next only_new`,
    output: `m1 rested 5 @ 100
             m1 refused cancel_restricted
             t1 took 2 @ 100 from m1
             m1 refused cancel_restricted
             m1 canceled 3
             next rested 5 @ 100
             next canceled 5`,
  },
  {
    name: "cancel all ends an account's orders oldest first, each with its level, balances last",
    shown: ["levels", "balances"],
    input: `a1 sell 5 @ 105 as one
            a1 buy 5 @ 95 as two
            b1 sell 1 @ 105
            a1 sell 2 @ 104 as three
            a1 cancel all
            a1 cancel all`,
    output: `one rested 5 @ 105
             level sell 105 is 5
             a1 TIDE 999995 free 5 locked
             two rested 5 @ 95
             level buy 95 is 5
             a1 USD 999525 free 475 locked
             b1 rested 1 @ 105
             level sell 105 is 6
             b1 TIDE 999999 free 1 locked
             three rested 2 @ 104
             level sell 104 is 2
             a1 TIDE 999993 free 7 locked
             one canceled 5 (cancel_all)
             level sell 105 is 1
             two canceled 5 (cancel_all)
             level buy 95 is 0
             three canceled 2 (cancel_all)
             level sell 104 is 0
             a1 TIDE 1000000 free 0 locked
             a1 USD 1000000 free 0 locked
             a1 refused order_not_found`,
  },
  {
    name: "an operator's cancel all does the same under the operator's cause",
    input: `a1 sell 5 @ 105 as one
            a1 buy 5 @ 95 as two
            operator cancel_all a1
            operator cancel_all a1
            operator cancel_all nobody`,
    output: `one rested 5 @ 105
             two rested 5 @ 95
             one canceled 5 (operator)
             two canceled 5 (operator)
             operator refused order_not_found
             operator refused account_not_found`,
  },
  {
    name: "cancel-replace spends what the cancel released, reuses the client id, and announces balances once at the end",
    shown: ["balances", "levels"],
    input: `open a1 0 1000
            a1 buy 10 @ 100 as one
            a1 replace one : buy 5 @ 200 as one`,
    output: `one rested 10 @ 100
             level buy 100 is 10
             a1 USD 0 free 1000 locked
             one canceled 10 (cancel_replace)
             level buy 100 is 0
             one rested 5 @ 200
             level buy 200 is 5
             a1 USD 0 free 1000 locked`,
  },
  {
    name: "a replaced order loses its place",
    input: `a1 sell 5 @ 100
            b1 sell 5 @ 100
            a1 replace a1 : sell 5 @ 100 as late
            t1 buy 5 @ 100`,
    output: `a1 rested 5 @ 100
             b1 rested 5 @ 100
             a1 canceled 5 (cancel_replace)
             late rested 5 @ 100
             t1 took 5 @ 100 from b1`,
  },
  {
    name: "cancel-replace whose cancel fails: stop_on_failure ends there, allow_failure places all the same",
    input: `a1 replace gone : sell 5 @ 100 as one
            a1 replace gone or_place : sell 5 @ 100 as two
            a1 replace gone or_place : sell 5 @ 100 as two`,
    output: `a1 refused order_not_found
             a1 refused order_not_found
             two rested 5 @ 100
             a1 refused order_not_found
             a1 refused client_order_id_open`,
  },
  {
    name: "cancel-replace whose new order fails by book or purse has cancelled all the same, in both modes",
    shown: ["balances"],
    input: `open a1 0 1000
            a1 buy 5 @ 100 as one
            a1 replace one : buy 11 @ 100 as two
            a1 buy 5 @ 100 as three
            a1 replace three or_place : buy 5 at market as four`,
    output: `one rested 5 @ 100
             a1 USD 500 free 500 locked
             one canceled 5 (cancel_replace)
             a1 refused balance_too_low
             a1 USD 1000 free 0 locked
             three rested 5 @ 100
             a1 USD 500 free 500 locked
             three canceled 5 (cancel_replace)
             a1 refused no_liquidity
             a1 USD 1000 free 0 locked`,
  },
  {
    name: "cancel-replace whose new order could never stand leaves the old one alone",
    input: `list quantityLotsMax=50 selfTradeAllowed=expire_maker
            a1 sell 5 @ 100
            a1 replace a1 : sell 51 @ 100 as two
            a1 replace a1 or_place : sell 5 @ 2000000 as two
            a1 replace a1 or_place : sell 5 @ 100 none as two
            operator status cancel_only
            a1 replace a1 : sell 5 @ 101 as two
            operator status halt
            a1 replace a1 : sell 5 @ 101 as two
            a1 cancel a1`,
    output: `a1 rested 5 @ 100
             a1 refused quantity_outside_filter
             a1 refused price_outside_filter
             a1 refused self_trade_mode_not_allowed
             TIDEUSD is cancel_only, fees 0 and 0
             a1 refused instrument_cancel_only
             TIDEUSD is halt, fees 0 and 0
             a1 refused instrument_halted
             a1 canceled 5`,
  },
  {
    name: "cancel-replace honours its restriction and the agreement of both names",
    input: `m1 sell 5 @ 100
            t1 buy 1 @ 100
            m1 replace m1 only_new : sell 5 @ 101 as two
            m1 replace #1 other : sell 5 @ 101 as two
            m1 replace #1 m1 only_partially_filled : sell 5 @ 101 as two`,
    output: `m1 rested 5 @ 100
             t1 took 1 @ 100 from m1
             m1 refused cancel_restricted
             m1 refused client_order_id_mismatch
             m1 canceled 4 (cancel_replace)
             two rested 5 @ 101`,
  },
  {
    name: "cancel-replace frees a place under the limit of open orders",
    input: `list ordersMax=1
            a1 sell 5 @ 100 as one
            a1 sell 5 @ 100 as two
            a1 replace one : sell 5 @ 101 as two`,
    output: `one rested 5 @ 100
             a1 refused open_orders_limit
             one canceled 5 (cancel_replace)
             two rested 5 @ 101`,
  },
  {
    name: "I4: an amended order keeps its place, gives back what it held too much, and may take a new client id",
    shown: ["levels", "balances"],
    input: `a1 buy 10 @ 100
            b1 buy 5 @ 100
            a1 amend a1 to 4 as short
            t1 sell 5 @ 100
            a1 cancel short`,
    output: `a1 rested 10 @ 100
             level buy 100 is 10
             a1 USD 999000 free 1000 locked
             b1 rested 5 @ 100
             level buy 100 is 15
             b1 USD 999500 free 500 locked
             a1 amended to 4 as short, 4 left
             level buy 100 is 9
             a1 USD 999600 free 400 locked
             t1 took 4 @ 100 from short
             t1 took 1 @ 100 from b1
             level buy 100 is 4
             t1 TIDE 999995 free 0 locked
             t1 USD 1000500 free 0 locked
             a1 USD 999600 free 0 locked
             a1 TIDE 1000004 free 0 locked
             b1 USD 999500 free 400 locked
             b1 TIDE 1000001 free 0 locked
             a1 refused order_not_found`,
  },
  {
    name: "an amend's quantity is the total: below what stood, above what is executed",
    input: `m1 sell 10 @ 100
            t1 buy 4 @ 100
            m1 amend m1 to 10
            m1 amend m1 to 11
            m1 amend m1 to 4
            m1 amend m1 to 5
            t1 buy 4 @ 100 ioc as rest`,
    output: `m1 rested 10 @ 100
             t1 took 4 @ 100 from m1
             m1 refused quantity_not_reduced
             m1 refused quantity_not_reduced
             m1 refused quantity_already_executed
             m1 amended to 5, 1 left
             rest took 1 @ 100 from m1
             rest expired 3 ioc_unfilled`,
  },
  {
    name: "an amend is refused for its filters, a client id in use, a wrong name; it passes in cancel_only and not in halt",
    input: `list quantityLotsMin=2 notionalMinE8=50000000000
            a1 sell 10 @ 100 as one
            a1 sell 10 @ 100 as two
            a1 amend one to 1
            a1 amend one to 4
            a1 amend one to 5 as two
            a1 amend gone to 5 as two
            a1 amend gone to 5
            a1 amend #1 two to 5
            operator set a1 no_trade
            a1 amend one to 5
            operator set a1
            operator status cancel_only
            a1 amend one to 9 as one
            operator status halt
            a1 amend one to 8`,
    output: `one rested 10 @ 100
             two rested 10 @ 100
             a1 refused quantity_outside_filter
             a1 refused notional_outside_filter
             a1 refused client_order_id_open
             a1 refused client_order_id_open
             a1 refused order_not_found
             a1 refused client_order_id_mismatch
             account a1 trades false withdraws true
             a1 refused account_disabled
             account a1 trades true withdraws true
             TIDEUSD is cancel_only, fees 0 and 0
             one amended to 9, 9 left
             TIDEUSD is halt, fees 0 and 0
             a1 refused instrument_halted`,
  },
  {
    name: "an amend to more than any amount can hold is outside a notional filter that has an upper end",
    input: `list priceTicksMax=2147483647 quantityLotsMax=9007199254740991 notionalMaxE8=9000000000000000000
            a1 sell 1 @ 2147483647 as far
            a1 amend far to 9007199254740991`,
    output: `far rested 1 @ 2147483647
             a1 refused notional_outside_filter`,
  },
];
