/** Scenarios of why a special order is refused: its own words, prices far from the market, positions. */
import type { Scenario } from "./book-suite.ts";

export const SPECIAL_WORDS_SCENARIOS: readonly Scenario[] = [
  {
    name: "conditions that mean nothing are invalid: a stop on another type, icebergs of what cannot rest, parts above the whole",
    input: `a1 buy 1 @ 5 trail 100
            raw {"type":"place_order","account":1,"keyId":0,"instrument":0,"side":"buy","orderType":"limit","timeInForce":"gtc","selfTradeMode":null,"priceTicks":5,"quantityLots":1,"quoteAtoms":"0n","clientOrderId":"c","conditions":{"stopTicks":4,"trailingDeltaBips":0,"icebergLots":0,"strategyId":0,"strategyType":0}}
            a1 buy 1 at market iceberg 1
            a1 buy 1 @ 5 ioc iceberg 1
            a1 buy 1 @ 5 fok stop 6 iceberg 1
            a1 buy 1 stop 6 iceberg 1
            a1 buy 1 @ 5 iceberg 2
            a1 buy 1 @ 5 iceberg -1
            a1 buy 1 stop 2147483648
            a1 buy 1 stop trail 2147483648
            a1 buy 1 @ 5 stop -6
            a1 buy 1 @ 5 strategy -1 0
            a1 buy for 5 stop 6
            a1 buy 0 stop 6
            a1 buy 1 stop 6 ioc
            a1 buy 0 @ 0 stop 6 ioc
            a1 buy 1 @ 5 iceberg 1`,
    output: `a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused conditions_invalid
             a1 refused order_type_not_supported
             a1 refused price_outside_filter
             a1.16 rested 1 @ 5`,
  },
  {
    name: "the words of an order are checked in this order: type, conditions, mode, price, stop, quantity, iceberg, market quantity, notional, parts, trailing",
    input: `list selfTradeAllowed=expire_maker priceTicksMax=100 quantityLotsMin=2 quantityLotsMax=100 marketLotsMax=10 notionalMinE8=5000000000 rules={"icebergPartsMax":3,"trailing":{"aboveMin":10,"aboveMax":20,"belowMin":30,"belowMax":40}}
            a1 sell 1 @ 101 iceberg 9 trail 9 none ioc post
            a1 sell 1 @ 101 stop 101 iceberg 9 trail 9 none ioc
            a1 sell 1 @ 101 stop 101 iceberg 1 trail 9 none
            a1 sell 1 @ 101 stop 101 iceberg 1 trail 9
            a1 sell 1 @ 10 stop 101 iceberg 1 trail 9
            a1 sell 1 @ 10 stop 10 iceberg 1 trail 9
            a1 sell 4 @ 10 stop 10 iceberg 1 trail 9
            a1 sell 11 stop 10 trail 9
            a1 sell 4 @ 10 stop 10 iceberg 2 trail 9
            a1 sell 8 @ 10 stop 10 iceberg 2 trail 9
            a1 sell 6 @ 10 stop 10 iceberg 2 trail 29
            a1 sell 6 @ 10 stop 10 iceberg 2 trail 41
            a1 sell 6 @ 10 stop 10 iceberg 2 trail 40
            a1 buy 6 @ 10 stop 11 trail 21
            a1 buy 6 @ 10 stop 11 trail 10`,
    output: `a1 refused order_type_not_supported
             a1 refused conditions_invalid
             a1 refused self_trade_mode_not_allowed
             a1 refused price_outside_filter
             a1 refused stop_price_outside_filter
             a1 refused quantity_outside_filter
             a1 refused iceberg_quantity_outside_filter
             a1 refused market_quantity_outside_filter
             a1 refused notional_outside_filter
             a1 refused iceberg_parts_exceeded
             a1 refused trailing_delta_outside_filter
             a1 refused trailing_delta_outside_filter
             a1.13 is waiting
             a1 refused trailing_delta_outside_filter
             a1.15 is waiting`,
  },
  {
    name: "a stop price keeps both ends of the price filter",
    input: `list priceTicksMin=10 priceTicksMax=20
            a1 sell 1 stop 9
            a1 sell 1 stop 10 as ten
            a1 buy 1 stop 20 as twenty
            a1 buy 1 stop 21`,
    output: `a1 refused stop_price_outside_filter
             ten is waiting
             twenty is waiting
             a1 refused stop_price_outside_filter`,
  },
  {
    name: "percent_price: a price stands within its side's multiples of the last trade's price, inclusive, stops too; before the first trade none is asked",
    input: `list rules={"averageMinutes":0,"percentPrice":{"bidUpE4":11000,"bidDownE4":9000,"askUpE4":12000,"askDownE4":8000}}
            a1 sell 1 @ 1000
            t1 buy 1 @ 1000
            a1 buy 1 @ 1101
            a1 buy 1 @ 899
            a1 sell 1 @ 1201
            a1 sell 1 @ 799 stop 900
            a1 buy 1 @ 900 as low
            a1 sell 1 @ 1200 as high
            a1 buy 1 @ 1101 stop 1100
            a1 sell 9 stop 500 as market-kind
            t1 buy 1 at market as market`,
    output: `a1 rested 1 @ 1000
             t1 took 1 @ 1000 from a1
             a1 refused percent_price_outside_filter
             a1 refused percent_price_outside_filter
             a1 refused percent_price_outside_filter
             a1 refused percent_price_outside_filter
             low rested 1 @ 900
             high rested 1 @ 1200
             a1 refused percent_price_outside_filter
             market-kind is waiting
             market took 1 @ 1200 from high`,
  },
  {
    name: "percent_price by an average: weighed by quantity, over the present minute and those before it, then the last price",
    input: `list rules={"averageMinutes":2,"percentPrice":{"bidUpE4":10000,"bidDownE4":10000,"askUpE4":20000,"askDownE4":1}}
            a1 sell 3 @ 100
            a1 sell 1 @ 200 as a2
            t1 buy 4 at market
            t1 buy 1 @ 124 as b124
            t1 buy 1 @ 126 as b126
            t1 buy 1 @ 125 as b125
            wait 60000000
            t1 buy 1 @ 125 as next-minute
            wait 60000000
            t1 buy 1 @ 125 as gone
            t1 buy 1 @ 200 as last
            operator rules {"averageMinutes":2,"percentPrice":{"bidUpE4":10000,"bidDownE4":10000,"askUpE4":20000,"askDownE4":1}}`,
    output: `a1 rested 3 @ 100
             a2 rested 1 @ 200
             t1 took 3 @ 100 from a1
             t1 took 1 @ 200 from a2
             t1 refused percent_price_outside_filter
             t1 refused percent_price_outside_filter
             b125 rested 1 @ 125
             next-minute rested 1 @ 125
             t1 refused percent_price_outside_filter
             last rested 1 @ 200
             TIDEUSD has rules {"averageMinutes":2,"percentPrice":{"bidUpE4":10000,"bidDownE4":10000,"askUpE4":20000,"askDownE4":1},"positionMaxAtoms":"0","algoOrdersMax":100,"icebergOrdersMax":10,"icebergPartsMax":100,"orderListsMax":100,"amendsMax":0,"trailing":{"aboveMin":10,"aboveMax":2000,"belowMin":10,"belowMax":2000}}`,
  },
  {
    name: "percent_price: setting the rules begins the average anew, and until the next trade the last price stands for it",
    input: `list rules={"averageMinutes":2,"percentPrice":{"bidUpE4":10000,"bidDownE4":10000,"askUpE4":20000,"askDownE4":1}}
            a1 sell 3 @ 100
            a1 sell 1 @ 200 as a2
            t1 buy 4 at market
            operator rules {"averageMinutes":2,"percentPrice":{"bidUpE4":10000,"bidDownE4":10000,"askUpE4":20000,"askDownE4":1}}
            t1 buy 1 @ 125 as average
            t1 buy 1 @ 200 as last`,
    output: `a1 rested 3 @ 100
             a2 rested 1 @ 200
             t1 took 3 @ 100 from a1
             t1 took 1 @ 200 from a2
             TIDEUSD has rules {"averageMinutes":2,"percentPrice":{"bidUpE4":10000,"bidDownE4":10000,"askUpE4":20000,"askDownE4":1},"positionMaxAtoms":"0","algoOrdersMax":100,"icebergOrdersMax":10,"icebergPartsMax":100,"orderListsMax":100,"amendsMax":0,"trailing":{"aboveMin":10,"aboveMax":2000,"belowMin":10,"belowMax":2000}}
             t1 refused percent_price_outside_filter
             last rested 1 @ 200`,
  },
  {
    name: "position_limit: what a buyer has, what it holds, what its open buys may still bring and what it asks for now",
    input: `list rules={"positionMaxAtoms":"20"}
            open a1 10 10000
            m1 sell 9 @ 101
            a1 sell 3 @ 105 as sells
            a1 buy 4 @ 100 as four
            a1 buy 2 stop 110 as waits
            a1 buy 5 @ 99 as five
            a1 buy 4 @ 99 as fits
            a1 buy 1 at market as none-left
            a1 sell 1 @ 120 as sell-passes
            a1 cancel four
            a1 buy for 505 at market as five-found
            a1 buy for 404 at market as four-found`,
    output: `m1 rested 9 @ 101
             sells rested 3 @ 105
             four rested 4 @ 100
             waits is waiting
             a1 refused position_limit
             fits rested 4 @ 99
             a1 refused position_limit
             sell-passes rested 1 @ 120
             four canceled 4
             a1 refused position_limit
             four-found is for 4
             four-found took 4 @ 101 from m1`,
  },
  {
    name: "position_limit: a pair of buys counts once, for its first leg; an oto's each by itself",
    input: `list rules={"positionMaxAtoms":"10"}
            open a1 4 10000
            a1 oco L1 : buy 6 @ 90 post / buy 6 stop 110
            a1 cancel_list L1
            a1 oco L1 : buy 7 @ 90 post / buy 7 stop 110
            a1 oto L1 : buy 6 @ 90 / buy 6 @ 80`,
    output: `oco L1 exec_started of orders 1 2
             a1.2 is waiting
             a1 rested 6 @ 90
             a1 canceled 6
             a1.2 canceled 6
             oco L1 all_done
             a1 refused position_limit
             oto L1 exec_started of orders 3 4
             a1.6 is pending
             a1.5 rested 6 @ 90`,
  },
];
