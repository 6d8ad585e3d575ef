/** Scenarios of any list: what is one, whose ids it takes, how it is canceled, replaced and not amended. */
import type { Scenario } from "./book-suite.ts";

export const LIST_SCENARIOS: readonly Scenario[] = [
  {
    name: "a list that is none: legs, types, side, quantity, a market leg without a quantity",
    input: `a1 oco L1 : sell 1 stop 90
            a1 oco L1 : sell 1 stop 90 / sell 1 @ 110 post / sell 1 @ 111 post
            a1 oco L1 : sell 1 @ 110 post / sell 1 stop 90
            a1 oco L1 : buy 1 stop 90 / buy 1 @ 110 post
            a1 oco L1 : sell 1 take 90 / sell 1 @ 110 post
            a1 oco L1 : sell 1 stop 90 / sell 1 @ 110
            a1 oco L1 : sell 1 stop 90 / buy 1 @ 110 post
            a1 oco L1 : sell 1 stop 90 / sell 2 @ 110 post
            a1 oto L1 : sell 1 stop 90 / sell 1 @ 110 post
            a1 oto L1 : sell 1 at market / sell 1 @ 110 post
            a1 oto L1 : sell 1 @ 90 / sell 0 at market
            a1 otoco L1 : sell 1 @ 90 / sell 1 stop 90
            a1 otoco L1 : sell 1 @ 90 / buy 1 @ 80 post / sell 1 stop 90
            a1 otoco L1 : sell 1 @ 90 / buy 1 @ 80 post / buy 2 stop 90`,
    output: `a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid
             a1 refused list_invalid`,
  },
  {
    name: "the words of each leg are checked in their order, before prices are compared",
    input: `a1 oco L1 : sell 0 stop 110 / sell 0 @ 100 post
            a1 oco L1 : sell 1 stop 110 iceberg 1 / sell 1 @ 0 post
            a1 oco L1 : sell 1 stop 110 / sell 1 @ 0 post
            a1 oto L1 : sell 1 @ 90 ioc iceberg 1 / sell 1 @ 0
            a1 oto L1 : sell 1 @ 90 / sell 1 @ 0`,
    output: `a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused price_outside_filter
             a1 refused conditions_invalid
             a1 refused price_outside_filter`,
  },
  {
    name: "a list's id and its orders' ids are its account's own while they are open",
    input: `a1 oco L1 : sell 1 stop 90 as x / sell 1 @ 110 post as y
            a1 oco L1 : sell 1 stop 90 / sell 1 @ 110 post
            a1 oco L2 : sell 1 stop 90 as x / sell 1 @ 110 post as z
            a1 oco L2 : sell 1 stop 90 as w / sell 1 @ 110 post as w
            a1 sell 1 @ 120 as y
            a2 oco L1 : sell 1 stop 90 as x / sell 1 @ 110 post as y
            a1 cancel_list L1
            a1 oco L1 : sell 1 stop 90 as x / sell 1 @ 110 post as y`,
    output: `oco L1 exec_started of orders 1 2
             x is waiting
             y rested 1 @ 110
             a1 refused list_client_order_id_open
             a1 refused client_order_id_open
             a1 refused client_order_id_open
             a1 refused client_order_id_open
             oco L1 exec_started of orders 3 4
             x is waiting
             y rested 1 @ 110
             x canceled 1
             y canceled 1
             oco L1 all_done
             oco L1 exec_started of orders 5 6
             x is waiting
             y rested 1 @ 110`,
  },
  {
    name: "a cancel of one leg takes the whole list; the restriction is asked of the leg that is named",
    shown: ["balances", "levels"],
    input: `list
            a1 oco L1 : sell 2 stop 90 as stop / sell 2 @ 110 post as limit
            a1 cancel stop only_partially_filled
            a1 cancel stop only_new
            a1 oto L2 : buy 2 @ 80 as working / sell 2 @ 120 as pending
            a1 cancel pending`,
    output: `oco L1 exec_started of orders 1 2
             stop is waiting
             limit rested 2 @ 110
             level sell 110 is 2
             a1 TIDE 999998 free 2 locked
             a1 refused cancel_restricted
             stop canceled 2
             limit canceled 2
             level sell 110 is 0
             oco L1 all_done
             a1 TIDE 1000000 free 0 locked
             oto L2 exec_started of orders 3 4
             pending is pending
             working rested 2 @ 80
             level buy 80 is 2
             a1 USD 999840 free 160 locked
             working canceled 2
             level buy 80 is 0
             pending canceled 2
             oto L2 all_done
             a1 USD 1000000 free 0 locked`,
  },
  {
    name: "cancel_all goes by order id, and says of each list when it was the last of it",
    input: `a1 oco L1 : sell 2 stop 90 / sell 2 @ 110 post
            a1 sell 1 @ 120 as plain
            a1 oto L2 : buy 2 @ 80 / sell 2 @ 120
            a1 cancel all`,
    output: `oco L1 exec_started of orders 1 2
             a1 is waiting
             a1.2 rested 2 @ 110
             plain rested 1 @ 120
             oto L2 exec_started of orders 4 5
             a1.4 is pending
             a1.3 rested 2 @ 80
             a1 canceled 2 (cancel_all)
             a1.2 canceled 2 (cancel_all)
             oco L1 all_done
             plain canceled 1 (cancel_all)
             a1.3 canceled 2 (cancel_all)
             a1.4 canceled 2 (cancel_all)
             oto L2 all_done`,
  },
  {
    name: "an operator's cancel of everything ends lists, too",
    input: `a1 oco L1 : sell 2 stop 90 / sell 2 @ 110 post
            operator cancel_all a1`,
    output: `oco L1 exec_started of orders 1 2
             a1 is waiting
             a1.2 rested 2 @ 110
             a1 canceled 2 (operator)
             a1.2 canceled 2 (operator)
             oco L1 all_done`,
  },
  {
    name: "a list is canceled by its number or by its id, which must agree, by its account alone, once",
    input: `a1 oco L1 : sell 2 stop 90 / sell 2 @ 110 post
            a2 cancel_list L1
            a2 cancel_list #1
            a1 cancel_list #2
            a1 cancel_list #1 L2
            a1 cancel_list L2
            operator status halt
            a1 cancel_list #1 L1
            a1 cancel_list #1
            nobody cancel_list L1`,
    output: `oco L1 exec_started of orders 1 2
             a1 is waiting
             a1.2 rested 2 @ 110
             a2 refused list_not_found
             a2 refused list_not_found
             a1 refused list_not_found
             a1 refused client_order_id_mismatch
             a1 refused list_not_found
             TIDEUSD is halt, fees 0 and 0
             a1 canceled 2
             a1.2 canceled 2
             oco L1 all_done
             a1 refused list_not_found
             nobody refused account_not_found`,
  },
  {
    name: "replacing a leg cancels its list first, and the new order has what that released",
    shown: ["balances"],
    input: `open a1 2 0
            a1 oco L1 : sell 2 stop 90 as stop / sell 2 @ 110 post
            a1 replace stop : sell 2 @ 111 as single`,
    output: `oco L1 exec_started of orders 1 2
             stop is waiting
             a1 rested 2 @ 110
             a1 TIDE 0 free 2 locked
             stop canceled 2 (cancel_replace)
             a1 canceled 2 (cancel_replace)
             oco L1 all_done
             single rested 2 @ 111
             a1 TIDE 0 free 2 locked`,
  },
  {
    name: "a leg, a waiting order and an iceberg cannot be amended; who it is comes first",
    input: `a1 oco L1 : sell 4 stop 90 as stop / sell 4 @ 110 post as limit
            a1 sell 4 stop 80 as waits
            a1 sell 4 @ 120 iceberg 2 as ice
            a1 amend limit to 2
            a1 amend #1 wrong to 2
            a1 amend stop to 2
            a1 amend waits to 2
            a1 amend ice to 2`,
    output: `oco L1 exec_started of orders 1 2
             stop is waiting
             limit rested 4 @ 110
             waits is waiting
             ice rested 4 @ 120
             a1 refused amend_not_supported
             a1 refused client_order_id_mismatch
             a1 refused amend_not_supported
             a1 refused amend_not_supported
             a1 refused amend_not_supported`,
  },
  {
    name: "each leg counts as an order, and the legs of a list must fit together",
    input: `list ordersMax=3
            a1 sell 1 @ 120
            a1 otoco L1 : buy 1 @ 90 / sell 1 stop 80 / sell 1 @ 130 post
            a1 oco L1 : sell 1 stop 80 / sell 1 @ 130 post
            a1 oto L2 : buy 1 @ 90 ioc / sell 1 @ 130`,
    output: `a1 rested 1 @ 120
             a1 refused open_orders_limit
             oco L1 exec_started of orders 2 3
             a1.5 is waiting
             a1.6 rested 1 @ 130
             a1 refused open_orders_limit`,
  },
];
