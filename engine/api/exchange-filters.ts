/**
 * Filters of the whole exchange (exchangeInfo's and myFilters' `exchangeFilters`): what one account may have open on all
 * instruments together. A limit of 0 is switched off and not shown.
 */
import type { ExchangeLimits } from "../domain/instrument.ts";

export function exchangeFilterShapes(limits: ExchangeLimits): object[] {
  return [
    ...shown("EXCHANGE_MAX_NUM_ORDERS", "maxNumOrders", limits.ordersMax),
    ...shown("EXCHANGE_MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders", limits.algoOrdersMax),
    ...shown("EXCHANGE_MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders", limits.icebergOrdersMax),
    ...shown("EXCHANGE_MAX_NUM_ORDER_LISTS", "maxNumOrderLists", limits.orderListsMax),
  ];
}

function shown(filterType: string, field: string, limit: number): object[] {
  return limit === 0 ? [] : [{ filterType, [field]: limit }];
}
