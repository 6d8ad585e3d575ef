/** Orders of every type as they are typed into the form, and as the exchange then has them. The last trade was at 97,010.00. */
import type { OrderFormHands } from "./order-form-hands.ts";

export type Shown = Readonly<Record<string, string | number>>;
export type Typed = Readonly<Record<string, string>>;

export interface Case {
  readonly name: string;
  /** By the name of the group, in this order. */
  readonly choices: Typed;
  readonly typed: Typed;
  readonly advanced?: (form: OrderFormHands) => Promise<void>;
  /** What the button says. */
  readonly button: string;
  readonly orders: readonly Shown[];
}

export const KIND = "Order type";
export const SIDE = "Side";
const STOP = "What the stop is for";
const BECOMES = "What it becomes";
const SETS_OFF = "What sets it off";
const LIST = "Kind of list";

export const CASES: readonly Case[] = [
  {
    name: "a limit order",
    choices: { [KIND]: "Limit", [SIDE]: "Buy" },
    typed: { price: "96,000.5", quantity: "0,01" },
    button: "Buy 0.01 BTC at 96,000.50",
    orders: [{ type: "LIMIT", side: "BUY", price: "96000.5", origQty: "0.01", timeInForce: "GTC", status: "NEW" }],
  },
  {
    name: "a limit order by its total",
    choices: { [KIND]: "Limit", [SIDE]: "Sell" },
    typed: { price: "98000", total: "1000" },
    button: "Sell 0.0102 BTC at 98,000.00",
    orders: [{ type: "LIMIT", side: "SELL", price: "98000", origQty: "0.0102", timeInForce: "GTC", status: "NEW" }],
  },
  {
    name: "an immediate order that finds nobody",
    choices: { [KIND]: "Limit", [SIDE]: "Buy" },
    typed: { price: "96000", quantity: "0.01" },
    advanced: (form) => form.select("Time in force", "IOC"),
    button: "Buy 0.01 BTC at 96,000.00",
    orders: [{ type: "LIMIT", side: "BUY", price: "96000", origQty: "0.01", timeInForce: "IOC", status: "EXPIRED" }],
  },
  {
    name: "an order that is filled whole or not at all",
    choices: { [KIND]: "Limit", [SIDE]: "Buy" },
    typed: { price: "97020", quantity: "0.02" },
    advanced: (form) => form.select("Time in force", "FOK"),
    button: "Buy 0.02 BTC at 97,020.00",
    orders: [{ type: "LIMIT", side: "BUY", price: "97020", origQty: "0.02", timeInForce: "FOK", status: "FILLED" }],
  },
  {
    name: "an iceberg that says what becomes of own orders",
    choices: { [KIND]: "Limit", [SIDE]: "Sell" },
    typed: { price: "97500", quantity: "0.1" },
    advanced: async (form) => {
      await form.select("Time in force", "GTC");
      await form.select("Own orders that meet", "EXPIRE_BOTH");
      await form.type({ iceberg: "0.02" });
    },
    button: "Sell 0.1 BTC at 97,500.00",
    orders: [
      {
        ...{ type: "LIMIT", side: "SELL", price: "97500", origQty: "0.1", timeInForce: "GTC", status: "NEW" },
        ...{ icebergQty: "0.02", selfTradePreventionMode: "EXPIRE_BOTH" },
      },
    ],
  },
  {
    name: "a post-only order",
    choices: { [KIND]: "Limit", [SIDE]: "Sell" },
    typed: { price: "97500", quantity: "0.01" },
    advanced: async (form) => {
      await form.type({ iceberg: "" });
      await form.select("Own orders that meet", "");
      await form.check("Post-only", true);
    },
    button: "Sell 0.01 BTC at 97,500.00",
    orders: [{ type: "LIMIT_MAKER", side: "SELL", price: "97500", origQty: "0.01", timeInForce: "GTC", status: "NEW" }],
  },
  {
    name: "a market order by quantity",
    choices: { [KIND]: "Market", [SIDE]: "Sell" },
    typed: { quantity: "0.01" },
    button: "Sell 0.01 BTC at market",
    orders: [{ type: "MARKET", side: "SELL", price: "0", origQty: "0.01", timeInForce: "GTC", status: "FILLED" }],
  },
  {
    name: "a market order by amount",
    choices: { [KIND]: "Market", [SIDE]: "Buy" },
    typed: { total: "485.05" },
    button: "Buy BTC for 485.05 USDT",
    orders: [
      {
        ...{ type: "MARKET", side: "BUY", price: "0", origQty: "0.005", timeInForce: "GTC", status: "FILLED" },
        origQuoteOrderQty: "485.05",
      },
    ],
  },
  {
    name: "a stop-loss at market",
    choices: { [KIND]: "Stop", [SIDE]: "Sell", [STOP]: "Stop-loss", [BECOMES]: "At market", [SETS_OFF]: "Price" },
    typed: { stopPrice: "95000", quantity: "0.01" },
    button: "Sell 0.01 BTC if it falls to 95,000.00",
    orders: [
      {
        type: "STOP_LOSS",
        side: "SELL",
        price: "0",
        origQty: "0.01",
        timeInForce: "GTC",
        stopPrice: "95000",
        status: "NEW",
      },
    ],
  },
  {
    name: "a stop-loss limit that trails from its stop price on",
    choices: { [KIND]: "Stop", [SIDE]: "Buy", [STOP]: "Stop-loss", [BECOMES]: "At a limit", [SETS_OFF]: "Both" },
    typed: { stopPrice: "99000", trailing: "1.5", price: "99100", quantity: "0.01" },
    button: "Buy 0.01 BTC if it rises to 99,000.00",
    orders: [
      {
        ...{ type: "STOP_LOSS_LIMIT", side: "BUY", price: "99100", origQty: "0.01", timeInForce: "GTC" },
        ...{ stopPrice: "99000", trailingDelta: 150, status: "NEW" },
      },
    ],
  },
  {
    name: "a trailing take-profit at market",
    choices: { [KIND]: "Stop", [SIDE]: "Sell", [STOP]: "Take-profit", [BECOMES]: "At market", [SETS_OFF]: "Trailing" },
    typed: { trailing: "2", quantity: "0.01" },
    button: "Sell 0.01 BTC, trailing 2 %",
    orders: [
      {
        type: "TAKE_PROFIT",
        side: "SELL",
        price: "0",
        origQty: "0.01",
        timeInForce: "GTC",
        trailingDelta: 200,
        status: "NEW",
      },
    ],
  },
  {
    name: "a take-profit limit",
    choices: { [KIND]: "Stop", [SIDE]: "Buy", [STOP]: "Take-profit", [BECOMES]: "At a limit", [SETS_OFF]: "Price" },
    typed: { stopPrice: "94000", price: "94100", quantity: "0.01" },
    button: "Buy 0.01 BTC if it falls to 94,000.00",
    orders: [
      {
        ...{ type: "TAKE_PROFIT_LIMIT", side: "BUY", price: "94100", origQty: "0.01", timeInForce: "GTC" },
        ...{ stopPrice: "94000", status: "NEW" },
      },
    ],
  },
  {
    name: "an OCO",
    choices: { [KIND]: "Lists", [LIST]: "OCO", [SIDE]: "Sell" },
    typed: { profitPrice: "99000", lossStop: "95000", quantity: "0.02" },
    button: "Place OCO: sell 0.02 BTC",
    orders: [
      {
        type: "STOP_LOSS",
        side: "SELL",
        price: "0",
        origQty: "0.02",
        timeInForce: "GTC",
        stopPrice: "95000",
        status: "NEW",
      },
      { type: "LIMIT_MAKER", side: "SELL", price: "99000", origQty: "0.02", timeInForce: "GTC", status: "NEW" },
    ],
  },
  {
    name: "an OTO",
    choices: { [KIND]: "Lists", [LIST]: "OTO", [SIDE]: "Buy", "Side of what follows": "Sell" },
    typed: { price: "96000", quantity: "0.02", pendingQuantity: "0.01", pendingPrice: "98000" },
    button: "Place OTO: buy 0.02 BTC",
    orders: [
      { type: "LIMIT", side: "BUY", price: "96000", origQty: "0.02", timeInForce: "GTC", status: "NEW" },
      { type: "LIMIT", side: "SELL", price: "98000", origQty: "0.01", timeInForce: "GTC", status: "PENDING_NEW" },
    ],
  },
  {
    name: "an OTOCO",
    choices: { [KIND]: "Lists", [LIST]: "OTOCO", [SIDE]: "Buy", "Side of what follows": "Sell" },
    typed: { price: "96000", quantity: "0.02", pendingQuantity: "0.02", profitPrice: "98000", lossStop: "95000" },
    button: "Place OTOCO: buy 0.02 BTC",
    orders: [
      { type: "LIMIT", side: "BUY", price: "96000", origQty: "0.02", timeInForce: "GTC", status: "NEW" },
      {
        type: "STOP_LOSS",
        side: "SELL",
        price: "0",
        origQty: "0.02",
        timeInForce: "GTC",
        stopPrice: "95000",
        status: "PENDING_NEW",
      },
      { type: "LIMIT_MAKER", side: "SELL", price: "98000", origQty: "0.02", timeInForce: "GTC", status: "PENDING_NEW" },
    ],
  },
];
