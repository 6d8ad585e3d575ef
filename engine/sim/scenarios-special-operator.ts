/** Scenarios of the operator's rules of an instrument, limits of the exchange, and frozen withdrawals. */
import type { Scenario } from "./book-suite.ts";

export const SPECIAL_OPERATOR_SCENARIOS: readonly Scenario[] = [
  {
    name: "rules that mean nothing are invalid, of a new instrument too; an unknown one is not found",
    input: `operator rules {"averageMinutes":61}
            operator rules {"averageMinutes":-1}
            operator rules {"averageMinutes":0.5}
            operator rules {"percentPrice":{"bidUpE4":1,"bidDownE4":2,"askUpE4":1,"askDownE4":1}}
            operator rules {"percentPrice":{"bidUpE4":1,"bidDownE4":1,"askUpE4":1,"askDownE4":2}}
            operator rules {"percentPrice":{"bidUpE4":1,"bidDownE4":0,"askUpE4":1,"askDownE4":1}}
            operator rules {"positionMaxAtoms":"-1"}
            operator rules {"positionMaxAtoms":"9223372036854775808"}
            operator rules {"positionMaxAtoms":"1.5"}
            operator rules {"algoOrdersMax":-1}
            operator rules {"icebergOrdersMax":0.5}
            operator rules {"icebergPartsMax":9007199254740992}
            operator rules {"orderListsMax":-1}
            operator rules {"amendsMax":-1}
            operator rules {"trailing":{"aboveMin":2,"aboveMax":1,"belowMin":1,"belowMax":1}}
            operator rules {"trailing":{"aboveMin":1,"aboveMax":1,"belowMin":2,"belowMax":1}}
            raw {"type":"set_instrument_rules","symbol":"NONE","rules":{"averageMinutes":0,"percentPrice":null,"positionMaxAtoms":"0","algoOrdersMax":0,"icebergOrdersMax":0,"icebergPartsMax":0,"orderListsMax":0,"amendsMax":0,"trailing":null}}
            raw {"type":"add_instrument","terms":{"symbol":"OTHER","base":"TIDE","quote":"USD","tickE8":100000000,"lotE8":100000000,"priceTicksMin":1,"priceTicksMax":10,"quantityLotsMin":1,"quantityLotsMax":10,"marketLotsMin":1,"marketLotsMax":10,"notionalMinE8":"0","notionalMaxE8":"0","notionalMinAppliesToMarket":false,"notionalMaxAppliesToMarket":false,"ordersMax":10,"makerFeeE8":0,"takerFeeE8":0,"selfTradeDefault":"none","selfTradeAllowed":["none"],"rules":{"averageMinutes":61,"percentPrice":null,"positionMaxAtoms":"0","algoOrdersMax":0,"icebergOrdersMax":0,"icebergPartsMax":0,"orderListsMax":0,"amendsMax":0,"trailing":null}}}
            by trade operator rules {"averageMinutes":1}
            operator rules {"averageMinutes":60}`,
    output: `operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_invalid
             operator refused instrument_not_found
             operator refused instrument_invalid
             operator refused operator_only
             TIDEUSD has rules {"averageMinutes":60,"percentPrice":null,"positionMaxAtoms":"0","algoOrdersMax":100,"icebergOrdersMax":10,"icebergPartsMax":100,"orderListsMax":100,"amendsMax":0,"trailing":{"aboveMin":10,"aboveMax":2000,"belowMin":10,"belowMax":2000}}`,
  },
  {
    name: "limits of the whole exchange are whole numbers up to 2^31-1",
    input: `operator limits {"ordersPer10s":-1}
            operator limits {"ordersPerDay":0.5}
            operator limits {"ordersMax":2147483648}
            operator limits {"ordersMax":2147483647,"algoOrdersMax":0}
            by trade operator limits {}`,
    output: `operator refused limits_invalid
             operator refused limits_invalid
             operator refused limits_invalid
             limits {"ordersPer10s":0,"ordersPerDay":0,"ordersMax":2147483647,"algoOrdersMax":0,"icebergOrdersMax":0,"orderListsMax":0}
             operator refused operator_only`,
  },
  {
    name: "while withdrawals are frozen none is held and none is settled, before anything else is asked; a release passes",
    input: `open a1 10 0
            operator hold a1 2 TIDE one
            operator hold a1 2 TIDE two
            operator freeze mismatch
            operator freeze again
            operator hold a1 2 TIDE one
            operator hold nobody 2 NONE none
            operator settle one
            operator settle unknown
            operator release two
            operator thaw found
            operator thaw found
            operator settle one
            by trade operator freeze mismatch
            raw {"type":"freeze_withdrawals","frozen":true,"reason":""}
            raw {"type":"freeze_withdrawals","frozen":true,"reason":"rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"}
            raw {"type":"freeze_withdrawals","frozen":true,"reason":"rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"}`,
    output: `a1 withdrawal_held 2 TIDE one
             a1 withdrawal_held 2 TIDE two
             withdrawals frozen: mismatch
             operator refused status_unchanged
             operator refused withdrawals_frozen
             operator refused withdrawals_frozen
             operator refused withdrawals_frozen
             operator refused withdrawals_frozen
             a1 withdrawal_released 2 TIDE two
             withdrawals thawed: found
             operator refused status_unchanged
             a1 withdrawal_settled 2 TIDE one
             operator refused operator_only
             operator refused reference_unknown
             operator refused reference_unknown
             withdrawals frozen: rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr`,
  },
];
