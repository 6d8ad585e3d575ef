/** The operator's commands that set the rules of the venue: fees, filters of special orders, limits of the exchange. */
import {
  type CommandContext,
  type CommandOption,
  command,
  numberOf,
  type OperatorCommandSpec,
  option,
  UsageError,
} from "./command-spec.ts";

interface RuleOption {
  readonly field: string;
  readonly value: string;
  readonly help: string;
  readonly read: (text: string, name: string) => unknown;
}
const COUNT = { value: "NUMBER", read: numberOf } as const;
const RULES: Readonly<Record<string, RuleOption>> = {
  "average-minutes": { field: "avgPriceMins", help: "what prices are compared with; 0: the last trade", ...COUNT },
  "percent-price": {
    field: "percentPrice",
    value: "LIST",
    help: "multiples bid up, bid down, ask up, ask down, like 5,0.2,5,0.2; none",
    read: percentPriceOf,
  },
  "max-position": { field: "maxPosition", value: "DECIMAL", help: "of the base, for buyers", read: (text) => text },
  "max-algo-orders": { field: "maxNumAlgoOrders", help: "open stop orders of one account", ...COUNT },
  "max-iceberg-orders": { field: "maxNumIcebergOrders", help: "open icebergs of one account", ...COUNT },
  "iceberg-parts": { field: "icebergParts", help: "parts of one iceberg", ...COUNT },
  "max-order-lists": { field: "maxNumOrderLists", help: "open lists of one account", ...COUNT },
  "max-amends": { field: "maxNumOrderAmends", help: "amendments of one order", ...COUNT },
  trailing: {
    field: "trailingDelta",
    value: "LIST",
    help: "1/10,000: above min, above max, below min, below max, like 10,2000,10,2000; none",
    read: trailingOf,
  },
};
const RULE_OPTIONS = Object.entries(RULES).map(([name, { value, help }]) => option(name, value, help));
/** Names in the API. */
const LIMIT_FIELDS: Readonly<Record<string, string>> = {
  "orders-per-10s": "ordersPer10s",
  "orders-per-day": "ordersPerDay",
  orders: "ordersMax",
  "algo-orders": "algoOrdersMax",
  "iceberg-orders": "icebergOrdersMax",
  "order-lists": "orderListsMax",
};
const LIMIT_OPTIONS: readonly CommandOption[] = [
  option("orders-per-10s", "NUMBER", "orders taken in, less what was filled"),
  option("orders-per-day", "NUMBER", "the same per UTC day"),
  option("orders", "NUMBER", "open at once"),
  option("algo-orders", "NUMBER", "open stop orders"),
  option("iceberg-orders", "NUMBER", "open icebergs"),
  option("order-lists", "NUMBER", "open lists"),
];

export const VENUE_COMMANDS: readonly OperatorCommandSpec[] = [
  command(
    "fees SYMBOL",
    "what a trade costs from now on, open orders included",
    ({ api, positionals: [symbol], options }) =>
      api().call("POST", "/fees", { symbol, makerFee: options.maker, takerFee: options.taker }),
    [
      { ...option("maker", "DECIMAL", "share of 1, like 0.001"), required: true },
      { ...option("taker", "DECIMAL", "share of 1, like 0.001"), required: true },
    ],
  ),
  command("rules list", "the filters of special orders, by instrument", ({ api }) => api().call("GET", "/rules")),
  command("rules set SYMBOL", "change them; 0 or none switches one off", setRules, RULE_OPTIONS),
  command("limits show", "what one account may have and do in all", ({ api }) => api().call("GET", "/limits")),
  command("limits set", "change it; 0: no limit", setLimits, LIMIT_OPTIONS),
];

function setRules({ api, positionals: [symbol], options }: CommandContext): unknown {
  const body: Record<string, unknown> = { symbol };
  for (const [name, value] of Object.entries(options)) {
    const rule = RULES[name];
    if (rule !== undefined && typeof value === "string") body[rule.field] = rule.read(value, `--${name}`);
  }
  return api().call("POST", "/rules", body);
}

function percentPriceOf(text: string, name: string): object | null {
  if (text === "none") return null;
  const [bidUp, bidDown, askUp, askDown, ...more] = text.split(",");
  if (askDown === undefined || more.length > 0) throw new UsageError(`${name} is four decimals, or none`);
  return { bidUp, bidDown, askUp, askDown };
}

function trailingOf(text: string, name: string): object | null {
  if (text === "none") return null;
  const [aboveMin, aboveMax, belowMin, belowMax, ...more] = text.split(",");
  if (belowMax === undefined || more.length > 0) throw new UsageError(`${name} is four whole numbers, or none`);
  return {
    aboveMin: numberOf(aboveMin, name),
    aboveMax: numberOf(aboveMax, name),
    belowMin: numberOf(belowMin, name),
    belowMax: numberOf(belowMax, name),
  };
}

function setLimits({ api, options }: CommandContext): unknown {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const field = LIMIT_FIELDS[name];
    if (field !== undefined) body[field] = numberOf(String(value), `--${name}`);
  }
  return api().call("POST", "/limits", body);
}
