/** Every limit of one socket of the WebSocket API, with its name and its reason. Limits by address are engine/api/limits. */

export interface ApiLimits {
  /** Requests of one socket that are being answered at once; what comes beyond is not read until one is done. */
  readonly requestsRunningMax: number;
  /** User data streams of one socket at a time, one account each (trading-api.md §1.15). */
  readonly subscriptionsMax: number;
  /** Subscription ids over a socket's life (trading-api.md §1.15). */
  readonly subscriptionIdsMax: number;
}

export const API_LIMITS: ApiLimits = {
  // At 2 ms an order through the engine one socket places 25,000 orders a second.
  requestsRunningMax: 50,
  subscriptionsMax: 1_000,
  subscriptionIdsMax: 65_535,
};
