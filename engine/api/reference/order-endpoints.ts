/** What the reference says of orders and of lists of orders. */
import { LIST_LIMITS } from "../lists.ts";
import type { HandlerName } from "../routes.ts";
import { ORDER_TYPE_WORD } from "../words.ts";
import type { EndpointEntry } from "./endpoint-entry.ts";
import { EMPTY, either, list, ref } from "./json-schema.ts";

const group = "Orders";
const LISTS = "Order lists";
const PLACED = either([ref("OrderFull"), ref("OrderResult"), ref("OrderAck")], "By newOrderRespType.");
const CANCELED = either([ref("CanceledOrder"), ref("OrderListCanceled")], "The order; of a list's order, the list.");
const BY_EITHER = "One of the two ids must be sent.";
const LIST_NOTES = { newOrderRespType: "How much `orderReports` tells; RESULT where it is not sent (ours)" };

const ABOVE_SELL = [ORDER_TYPE_WORD.limit_maker, ORDER_TYPE_WORD.take_profit, ORDER_TYPE_WORD.take_profit_limit];
const STOPS = [ORDER_TYPE_WORD.stop_loss, ORDER_TYPE_WORD.stop_loss_limit];
const PAIR_TYPES = [...ABOVE_SELL, ...STOPS];
const PAIR =
  "Of a pair that sells, the order above is a LIMIT_MAKER or a TAKE_PROFIT(_LIMIT), the one below a STOP_LOSS(_LIMIT); of a pair that buys it is the other way about. Prices lie on both sides of the last trade, else -2010.";

export const ORDER_ENDPOINTS: Readonly<Record<HandlerName<"orders">, EndpointEntry>> = {
  placeOrder: {
    group,
    title: "Place an order",
    says: "See Orders, by type. 200 means that it is on disk, whatever became of it: a MARKET, IOC or FOK order whose rest expired is a 200 too.",
    notes: {
      newOrderRespType:
        "How much the answer tells; FULL for LIMIT and MARKET, ACK for the others, where it is not sent",
    },
    answer: PLACED,
  },
  testOrder: {
    group,
    title: "Test an order",
    says: "Checks all that needs neither book nor balance, and sends nothing: status and open orders are not looked at (ours).",
    answer: either([ref("CommissionForOrder"), EMPTY], "Empty, or the rates."),
  },
  queryOrder: {
    group,
    title: "One order",
    says: `${BY_EITHER} By the client's id the newest with it. Ids that disagree: -2039; none: -2013.`,
    answer: ref("Order"),
  },
  cancelOrder: {
    group,
    title: "Cancel an order",
    says: `${BY_EITHER} \`newClientOrderId\` becomes the id of the cancel itself. Ids that disagree, or no such open order: -2011. An order of a list takes the whole list with it, and the answer is the list's.`,
    answer: CANCELED,
  },
  cancelReplace: {
    group,
    title: "Cancel an order and place another",
    says: "Parameters of POST order, and of the cancel. The new order's filters and the count of orders are looked at before either half. Both done: 200. One failed: 409 -2021. Nothing done: 400 -2022. Both refusals have the halves in `data`. With the count used up, CANCEL_ONLY cancels all the same and answers 409 (ours).",
    notes: { cancelRestrictions: "Cancel only an order of this status" },
    answer: ref("ReplaceOutcome"),
  },
  amendments: {
    group,
    title: "Amendments of an order",
    says: "Oldest first.",
    limit: LIST_LIMITS,
    answer: list(ref("Amendment"), "Oldest first"),
  },
  amendOrder: {
    group,
    title: "Make an order smaller",
    says: `It keeps its place in the book. ${BY_EITHER} Not to the same, not to more, not to what is executed; not an iceberg, an order of a list, or one that is not in the book: -2038. None: -2013; ids that disagree: -2039.`,
    notes: { newClientOrderId: "Its client id from then on; unchanged where it is not sent" },
    answer: ref("AmendedOrder"),
  },
  openOrders: {
    group,
    title: "Open orders",
    says: "By symbol and id, stops and orders that wait included.",
    notes: { symbol: "Only of this instrument" },
    answer: list(ref("Order"), "By symbol and id"),
  },
  cancelOpenOrders: {
    group,
    title: "Cancel all orders of a symbol",
    says: "Orders of a list stand inside the list. Nothing open: -2011.",
    answer: list(CANCELED, "What was open"),
  },
  smartRoutedOrder: {
    group,
    title: "Routed orders",
    says: "There is one book: 400 -1020.",
    answer: null,
  },

  placeOco: {
    group: LISTS,
    title: "One cancels the other",
    says: `Two orders of one side and quantity; as soon as one trades or is set off the other expires (OCO_TRIGGER). ${PAIR}`,
    notes: LIST_NOTES,
    words: { aboveType: PAIR_TYPES, belowType: PAIR_TYPES },
    answer: ref("OrderListPlaced"),
  },
  placeOto: {
    group: LISTS,
    title: "One triggers the other",
    says: "The pending order waits (PENDING_NEW) until the working one is filled, and is placed then; with a working order that ends otherwise it expires.",
    notes: LIST_NOTES,
    answer: ref("OrderListPlaced"),
  },
  placeOtoco: {
    group: LISTS,
    title: "One triggers a pair",
    says: `As an OTO, but what waits is an OCO. ${PAIR}`,
    notes: LIST_NOTES,
    words: { pendingAboveType: PAIR_TYPES, pendingBelowType: PAIR_TYPES },
    answer: ref("OrderListPlaced"),
  },
  placeOldOco: {
    group: LISTS,
    title: "OCO, the form of old",
    says: "A LIMIT_MAKER at `price`, and a STOP_LOSS at `stopPrice`, or with `stopLimitPrice` a STOP_LOSS_LIMIT.",
    notes: { ...LIST_NOTES, price: "Price of the LIMIT_MAKER", quantity: "Quantity of either order" },
    answer: ref("OrderListPlaced"),
  },
  queryOrderList: {
    group: LISTS,
    title: "One list",
    says: `${BY_EITHER} None, or ids that disagree: -2013 (ours).`,
    notes: { origClientOrderId: "The list, by the id that its sender gave it" },
    answer: ref("OrderList"),
  },
  cancelOrderList: {
    group: LISTS,
    title: "Cancel a list",
    says: `${BY_EITHER} None open: -2011.`,
    notes: {
      listClientOrderId: "The list, by the id that its sender gave it",
      newClientOrderId: "Id of the cancel itself",
    },
    answer: ref("OrderListCanceled"),
  },
  openOrderLists: {
    group: LISTS,
    title: "Open lists",
    says: "By id.",
    answer: list(ref("OrderList"), "By id"),
  },
  allOrderLists: {
    group: LISTS,
    title: "All lists",
    says: "By id; times mean the taking in, at most 24 hours apart (-1127). `fromId` goes with no time (-1128).",
    limit: LIST_LIMITS,
    answer: list(ref("OrderList"), "By id"),
  },
};
