/** The functions there are, each a folder of functions/, an image and a Knative Service. */
export const FUNCTIONS = [
  "orders",
  "account",
  "market-data",
  "users",
  "funding",
  "persistence",
  "dead-letters",
  "web",
] as const;
