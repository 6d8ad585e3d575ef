/** Scenarios of refusals: every reason a new order or a trader's command can meet, and which comes first. */
import type { Scenario } from "./book-suite.ts";

export const REFUSAL_SCENARIOS: readonly Scenario[] = [
  {
    name: "a deadline is met at its very microsecond and missed one later; a late command never counts as seen",
    input: `late t1 buy 1 @ 100 as one
            again
            t1 buy 1 @ 100 as two
            wait 5000000
            again`,
    output: `t1 refused deadline_passed
             t1 refused deadline_passed
             two rested 1 @ 100
             t1 refused deadline_passed`,
  },
  {
    name: "a deadline may lie 65 s ahead and not a microsecond more; refused for that, a command never counts as seen",
    input: `far 65000000 t1 buy 1 @ 100 as one
            far 65000001 t1 buy 1 @ 100 as two
            again`,
    output: `one rested 1 @ 100
             t1 refused deadline_too_far
             two rested 1 @ 100`,
  },
  {
    name: "I21: a command delivered again before its deadline says nothing, whether it was taken or refused",
    input: `t1 buy 1 @ 100 as one
            again
            wait 4000000
            again
            t1 cancel gone
            again`,
    output: `one rested 1 @ 100
             nothing
             nothing
             t1 refused order_not_found
             nothing`,
  },
  {
    name: "an operator's command from the trade door is refused before anything else is looked at; a trader's passes both doors",
    input: `by trade operator deposit nobody 5 NONE r1
            by trade operator status halt
            by ops t1 buy 1 @ 100`,
    output: `operator refused operator_only
             operator refused operator_only
             t1 rested 1 @ 100`,
  },
  {
    name: "an unknown account comes before its key, a wrong key before a disabled account",
    input: `nobody buy 1 @ 100 key none
            operator set t1 no_trade
            t1 buy 1 @ 100 key none
            t1 buy 1 @ 100`,
    output: `nobody refused account_not_found
             account t1 trades false withdraws true
             t1 refused key_not_valid
             t1 refused account_disabled`,
  },
  {
    name: "a key trades for its own account, with the permission, until it is revoked or its time is over",
    input: `operator key ka for a1
            operator key kr for a1 read_only
            operator key ke for a1 expires 1001000
            a1 buy 1 @ 100 key ka as one
            b1 buy 1 @ 100 key ka
            a1 buy 1 @ 100 key kr
            a1 buy 1 @ 100 key ke as two
            wait 2000
            a1 buy 1 @ 100 key ke
            operator revoke ka
            a1 cancel one key ka
            a1 cancel all key ka
            a1 amend one to 1 key ka
            a1 cancel one`,
    output: `key ka of a1 registered
             key kr of a1 registered
             key ke of a1 registered
             one rested 1 @ 100
             b1 refused key_not_valid
             a1 refused key_not_valid
             two rested 1 @ 100
             a1 refused key_not_valid
             key ka of a1 revoked
             a1 refused key_not_valid
             a1 refused key_not_valid
             a1 refused key_not_valid
             one canceled 1`,
  },
  {
    name: "a disabled account may still cancel",
    input: `a1 buy 1 @ 100 as one
            a1 buy 1 @ 100 as two
            operator set a1 no_trade
            a1 buy 1 @ 100
            a1 replace one : buy 1 @ 99
            a1 cancel one
            a1 cancel all`,
    output: `one rested 1 @ 100
             two rested 1 @ 100
             account a1 trades false withdraws true
             a1 refused account_disabled
             a1 refused account_disabled
             one canceled 1
             two canceled 1 (cancel_all)`,
  },
  {
    name: "a halt refuses orders and amends, cancel_only refuses orders; cancels pass in both",
    input: `a1 sell 5 @ 100 as one
            a1 sell 5 @ 100 as two
            operator status halt
            a1 sell 5 @ 100
            a1 cancel one
            operator status cancel_only
            a1 sell 5 @ 100
            a1 cancel all
            operator status trading
            a1 sell 5 @ 100 as three`,
    output: `one rested 5 @ 100
             two rested 5 @ 100
             TIDEUSD is halt, fees 0 and 0
             a1 refused instrument_halted
             one canceled 5
             TIDEUSD is cancel_only, fees 0 and 0
             a1 refused instrument_cancel_only
             two canceled 5 (cancel_all)
             TIDEUSD is trading, fees 0 and 0
             three rested 5 @ 100`,
  },
  {
    name: "an unknown instrument is refused for every trade command",
    input: `open a1 10 10
      raw {"type":"place_order","account":1,"keyId":0,"instrument":7,"side":"buy","orderType":"limit","timeInForce":"gtc","selfTradeMode":null,"priceTicks":1,"quantityLots":1,"quoteAtoms":"0n","clientOrderId":"c"}
      raw {"type":"cancel_order","account":1,"keyId":0,"instrument":7,"orderId":1,"origClientOrderId":"","cancelClientOrderId":"x","restriction":"none"}
      raw {"type":"cancel_all","account":1,"keyId":0,"instrument":7,"cancelClientOrderId":"x"}
      raw {"type":"amend_order","account":1,"keyId":0,"instrument":7,"orderId":1,"origClientOrderId":"","quantityLots":1,"newClientOrderId":""}`,
    output: `a1 refused instrument_not_found
             a1 refused instrument_not_found
             a1 refused instrument_not_found
             a1 refused instrument_not_found`,
  },
  {
    name: "a stop type without a stop, and pairs of type and time in force that mean nothing, are not supported",
    input: `list selfTradeAllowed=none,expire_maker
      open a1 10 10
      raw {"type":"place_order","account":1,"keyId":0,"instrument":0,"side":"buy","orderType":"stop_loss","timeInForce":"gtc","selfTradeMode":null,"priceTicks":1,"quantityLots":1,"quoteAtoms":"0n","clientOrderId":"c"}
      raw {"type":"place_order","account":1,"keyId":0,"instrument":0,"side":"buy","orderType":"market","timeInForce":"ioc","selfTradeMode":null,"priceTicks":0,"quantityLots":1,"quoteAtoms":"0n","clientOrderId":"c"}
      raw {"type":"place_order","account":1,"keyId":0,"instrument":0,"side":"buy","orderType":"limit_maker","timeInForce":"fok","selfTradeMode":"transfer","priceTicks":1,"quantityLots":1,"quoteAtoms":"0n","clientOrderId":"c"}
      a1 buy 1 @ 5 decrement
      a1 buy 1 @ 5 transfer`,
    output: `a1 refused order_type_not_supported
             a1 refused order_type_not_supported
             a1 refused order_type_not_supported
             a1 refused self_trade_mode_not_allowed
             a1 refused self_trade_mode_not_allowed`,
  },
  {
    name: "prices and quantities keep both ends of their filters",
    input: `list priceTicksMin=10 priceTicksMax=20 quantityLotsMin=3 quantityLotsMax=7 marketLotsMin=4 marketLotsMax=5
            a1 buy 5 @ 9
            a1 buy 5 @ 21
            a1 buy 2 @ 10
            a1 buy 8 @ 10
            a1 buy 3 @ 10 as low
            a1 sell 7 @ 20 as high
            b1 buy 2 at market
            b1 buy 3 at market
            b1 buy 6 at market
            b1 buy 4 at market as four
            b1 buy 0 at market
            a1 buy 0 @ 0`,
    output: `a1 refused price_outside_filter
             a1 refused price_outside_filter
             a1 refused quantity_outside_filter
             a1 refused quantity_outside_filter
             low rested 3 @ 10
             high rested 7 @ 20
             b1 refused quantity_outside_filter
             b1 refused market_quantity_outside_filter
             b1 refused market_quantity_outside_filter
             four took 4 @ 20 from high
             b1 refused liquidity_below_lot
             a1 refused price_outside_filter`,
  },
  {
    name: "the notional of a limit order keeps both ends of its filter",
    input: `list notionalMinE8=10000000000 notionalMaxE8=20000000000
            a1 buy 10 @ 9
            a1 buy 10 @ 10 as low
            a1 buy 10 @ 20 as high
            a1 buy 3 @ 67
            a1 buy 1 @ 99 ioc`,
    output: `a1 refused notional_outside_filter
             low rested 10 @ 10
             high rested 10 @ 20
             a1 refused notional_outside_filter
             a1 refused notional_outside_filter`,
  },
  {
    name: "a market order's notional is its amount, or its quantity at the last price; before the first trade it passes",
    input: `list notionalMinE8=10000000000 notionalMaxE8=90000000000 notionalMinAppliesToMarket=true
            m1 sell 10 @ 20
            m2 sell 10 @ 20
            m3 sell 10 @ 20
            t1 buy 1 at market as one
            t1 buy 4 at market
            t1 buy 5 at market as five
            t1 buy for 99 at market
            t1 buy for 100 at market as hundred
            t1 buy 1000 at market as many`,
    output: `m1 rested 10 @ 20
             m2 rested 10 @ 20
             m3 rested 10 @ 20
             one took 1 @ 20 from m1
             t1 refused notional_outside_filter
             five took 5 @ 20 from m1
             t1 refused notional_outside_filter
             hundred is for 5
             hundred took 4 @ 20 from m1
             hundred took 1 @ 20 from m2
             many took 9 @ 20 from m2
             many took 10 @ 20 from m3
             many expired 981 insufficient_liquidity`,
  },
  {
    name: "a product above 2^63-1 is too large, one below is only too dear",
    input: `list priceTicksMax=2147483647 quantityLotsMax=9007199254740991
            a1 buy 4294967299 @ 2147483647 as over
            a1 buy 4294967298 @ 2147483647 as under
            a1 sell 9007199254740991 @ 2147483647 as far`,
    output: `a1 refused amount_too_large
             a1 refused balance_too_low
             a1 refused amount_too_large`,
  },
  {
    name: "a market order for a quote amount may find 2^53-1 lots and not one more, which comes before its client id",
    input: `list quantityLotsMax=9007199254740991 marketLotsMax=9007199254740991
            open a1 9007199254740990 0
            open t1 0 20000000000000000
            a1 sell 9007199254740990 @ 1
            b1 sell 2 @ 2
            t1 buy 1 @ 1 ioc as one
            a1 sell 1 @ 1 as fill
            t1 buy for 9007199254740996 at market as two
            b1 amend b1 to 1
            t1 buy for 9007199254740996 at market as three`,
    output: `a1 rested 9007199254740990 @ 1
             b1 rested 2 @ 2
             one took 1 @ 1 from a1
             a1 refused balance_too_low
             two is for 9007199254740991
             two took 9007199254740989 @ 1 from a1
             two took 2 @ 2 from b1
             b1 refused order_not_found
             t1 refused no_liquidity`,
  },
  {
    name: "a market order for a quote amount whose walk passes 2^53-1 lots is too large, before its client id is looked at",
    input: `list quantityLotsMax=9007199254740991
            open a1 9007199254740990 0
            open t1 0 20000000000000000
            a1 sell 9007199254740990 @ 1
            b1 sell 3 @ 2
            t1 buy 1 @ 1 post as same
            t1 buy 1 @ 1 ioc as one
            t1 sell 1 @ 9 as same
            t1 buy for 9007199254741001 at market as same
            t1 buy for 9007199254740990 at market as same`,
    output: `a1 rested 9007199254740990 @ 1
             b1 rested 3 @ 2
             t1 refused post_only_would_take
             one took 1 @ 1 from a1
             same rested 1 @ 9
             t1 refused amount_too_large
             t1 refused client_order_id_open`,
  },
  {
    name: "I16: a level may total 2^53-1 lots and not one more; another level is not concerned",
    input: `list quantityLotsMax=9007199254740991
            open a1 9007199254740991 0
            a1 sell 9007199254740990 @ 10 as most
            b1 sell 2 @ 10
            b1 sell 1 @ 10 as last
            b1 sell 2 @ 11 as beside
            b1 sell 2 @ 10 ioc as passing
            a1 replace most : sell 9007199254740991 @ 10 as more
            b1 cancel last
            a1 sell 9007199254740991 @ 10 as all`,
    output: `most rested 9007199254740990 @ 10
             b1 refused amount_too_large
             last rested 1 @ 10
             beside rested 2 @ 11
             passing expired 2 ioc_unfilled
             most canceled 9007199254740990 (cancel_replace)
             a1 refused amount_too_large
             last canceled 1
             all rested 9007199254740991 @ 10`,
  },
  {
    name: "I19: the limit of open orders counts what could rest, per account; orders that cannot rest pass",
    input: `list ordersMax=2
            a1 sell 1 @ 100 as one
            a1 sell 1 @ 101 as two
            a1 sell 1 @ 102
            a1 buy 1 @ 99 post
            b1 buy 1 @ 90
            a1 sell 1 @ 90 ioc as now
            a1 cancel one
            a1 sell 1 @ 103 as three`,
    output: `one rested 1 @ 100
             two rested 1 @ 101
             a1 refused open_orders_limit
             a1 refused open_orders_limit
             b1 rested 1 @ 90
             now took 1 @ 90 from b1
             one canceled 1
             three rested 1 @ 103`,
  },
  {
    name: "I15: a client order id is free again once its order has ended, and is another account's own matter",
    input: `a1 sell 1 @ 100 as same
            a1 buy 1 @ 90 as same
            a1 buy 1 at market as same
            b1 sell 1 @ 100 as same
            b1 cancel same
            c1 buy 1 @ 100
            a1 sell 1 @ 100 as same`,
    output: `same rested 1 @ 100
             a1 refused client_order_id_open
             a1 refused client_order_id_open
             same rested 1 @ 100
             same canceled 1
             c1 took 1 @ 100 from same
             same rested 1 @ 100`,
  },
  {
    name: "a market order needs somebody opposite",
    input: `t1 buy 1 at market
            t1 sell for 100 at market
            t1 buy 1 @ 100 as own
            t2 buy 1 at market`,
    output: `t1 refused no_liquidity
             t1 refused no_liquidity
             own rested 1 @ 100
             t2 refused no_liquidity`,
  },
  {
    name: "an order needs its whole hold free, to the atom, on both sides",
    input: `open a1 9 999
            a1 sell 10 @ 100
            a1 sell 9 @ 100 as all
            a1 buy 10 @ 100
            a1 buy 9 @ 111 post
            a1 buy 9 @ 99 as most
            a1 buy 2 @ 54 as none
            a1 buy 1 @ 108 expire_taker as stopped
            b1 sell 1 @ 90 as given`,
    output: `a1 refused balance_too_low
             all rested 9 @ 100
             a1 refused balance_too_low
             a1 refused post_only_would_take
             most rested 9 @ 99
             none rested 2 @ 54
             a1 refused balance_too_low
             given took 1 @ 99 from most`,
  },
  {
    name: "an ioc order needs only what it will trade",
    input: `open a1 0 500
            open b1 5 0
            m1 sell 4 @ 100
            m2 buy 4 @ 90
            a1 buy 900 @ 110 ioc
            b1 sell 900 @ 80 ioc`,
    output: `m1 rested 4 @ 100
             m2 rested 4 @ 90
             a1 took 4 @ 100 from m1
             a1 expired 896 ioc_unfilled
             b1 took 4 @ 90 from m2
             b1 expired 896 ioc_unfilled`,
  },
];
