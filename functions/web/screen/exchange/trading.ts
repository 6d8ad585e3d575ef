/**
 * Orders of this account: placed, cancelled, amended, replaced. What is sent and not answered is looked up by its id until it
 * is known, never sent twice (I43).
 */

import { words } from "../words/words.ts";
import { type ApiAnswer, mapped } from "./api-socket.ts";
import type { Account, Answer, Order, Parameters } from "./contract.ts";
import { type AmendedShape, amendedOrder, isOpen, type OrderShape, orderOf } from "./order-shapes.ts";
import { termsOf } from "./order-terms.ts";
import { CODE_CANCEL_REJECTED, notSent, refusedBy, unknownOutcome } from "./refusal.ts";
import { settle } from "./settle.ts";

const LIST_METHOD = { oco: "orderList.place.oco", oto: "orderList.place.oto", otoco: "orderList.place.otoco" } as const;
const ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH = 20;
/** Of lists the dialect's default is RESULT; whoever places one order wants to see it, too. */
const SHOWN = { newOrderRespType: "RESULT" } as const;

export interface TradingParts {
  readonly request: (method: string, parameters?: Parameters) => Promise<ApiAnswer>;
  readonly openOrders: () => readonly Order[];
  /** The exchange's clock. */
  readonly nowMs: () => number;
  /** An order was, as it was sent. */
  readonly refused: () => void;
}

export type Trading = Pick<Account, "place" | "placeList" | "cancel" | "cancelAll" | "amendQuantity" | "replace">;

interface ListShape {
  readonly orders: readonly { readonly symbol: string; readonly orderId: number }[];
  readonly orderReports: readonly OrderShape[];
}

export function tradingOf({ request, openOrders, nowMs, refused }: TradingParts): Trading {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const settled = <T>(sentMs: number, look: () => Promise<Answer<T>>): Promise<Answer<T>> =>
    settle({ look, nowMs, sentMs, wait });
  const orderBy = async (id: Parameters): Promise<Answer<Order>> =>
    mapped(await request("order.status", id), (value) => orderOf(value as OrderShape));

  async function place(order: Parameters): Promise<Answer<Order>> {
    const newClientOrderId = order.newClientOrderId ?? freshId();
    const sentMs = nowMs();
    const answer = await request("order.place", { ...SHOWN, ...order, newClientOrderId });
    if (answer.outcome === "refused") refused();
    if (answer.outcome !== "unknown") return mapped(answer, (value) => orderOf(value as OrderShape));
    return await settled(sentMs, () => orderBy({ symbol: order.symbol ?? "", origClientOrderId: newClientOrderId }));
  }

  async function ordersOfList(origClientOrderId: string | number): Promise<Answer<readonly Order[]>> {
    const list = await request("orderList.status", { origClientOrderId });
    if (list.outcome !== "ok") return list;
    const { orders } = list.value as ListShape;
    const answers = await Promise.all(orders.map(({ symbol, orderId }) => orderBy({ symbol, orderId })));
    const failed = answers.find((answer) => answer.outcome !== "ok");
    if (failed !== undefined) return failed;
    return { outcome: "ok", value: answers.flatMap((answer) => (answer.outcome === "ok" ? [answer.value] : [])) };
  }

  return {
    place,

    async placeList(kind, list) {
      const listClientOrderId = list.listClientOrderId ?? freshId();
      const sentMs = nowMs();
      const answer = await request(LIST_METHOD[kind], { ...list, listClientOrderId });
      if (answer.outcome === "refused") refused();
      if (answer.outcome === "unknown") return await settled(sentMs, () => ordersOfList(listClientOrderId));
      return mapped(answer, (value) => (value as ListShape).orderReports.map(orderOf));
    },

    async cancel({ symbol, orderId }) {
      const sentMs = nowMs();
      const answer = await request("order.cancel", { symbol, orderId });
      if (answer.outcome !== "unknown") return mapped(answer, () => null);
      // Gone is gone, whoever ended it. What is still there is asked again: the cancel may be on its way.
      return await settled(sentMs, async (): Promise<Answer<null>> => {
        const order = await orderBy({ symbol, orderId });
        if (order.outcome !== "ok") return order;
        return isOpen(order.value) ? unknownOutcome(words().exchange.stillOpen) : { outcome: "ok", value: null };
      });
    },

    async cancelAll(symbol) {
      const symbols = symbol === undefined ? [...new Set(openOrders().map((order) => order.symbol))] : [symbol];
      let canceled = 0;
      for (const each of symbols) {
        const answer = await request("openOrders.cancelAll", { symbol: each });
        if (answer.outcome === "ok") canceled += countOf(answer.value as readonly Partial<ListShape>[]);
        // Nothing was open there: not what anybody wants to hear of "all".
        else if (answer.code !== CODE_CANCEL_REJECTED) return answer;
      }
      return { outcome: "ok", value: canceled };
    },

    async amendQuantity(order, newQty) {
      const { symbol, orderId } = order;
      const sentMs = nowMs();
      const answer = await request("order.amend.keepPriority", { symbol, orderId, newQty });
      if (answer.outcome === "unknown") return await settled(sentMs, () => orderBy({ symbol, orderId }));
      return mapped(answer, (value) => {
        const amended = value as { readonly transactTime: number; readonly amendedOrder: AmendedShape };
        return amendedOrder(order, amended.amendedOrder, amended.transactTime);
      });
    },

    async replace(order, changes) {
      const newClientOrderId = changes.newClientOrderId ?? freshId();
      const { symbol, orderId: cancelOrderId } = order;
      const terms = termsOf(order);
      if (terms === null) return notSent(words().exchange.nothingLeft);
      const sentMs = nowMs();
      const answer = await request("order.cancelReplace", {
        ...SHOWN,
        ...terms,
        ...changes,
        newClientOrderId,
        cancelOrderId,
        cancelReplaceMode: "STOP_ON_FAILURE",
      });
      if (answer.outcome === "ok") {
        const { newOrderResponse } = answer.value as { readonly newOrderResponse: OrderShape };
        return { outcome: "ok", value: orderOf(newOrderResponse) };
      }
      if (answer.outcome !== "unknown") return halfRefused(answer);
      return await settled(sentMs, () => orderBy({ symbol, origClientOrderId: newClientOrderId }));
    },
  };
}

/** The half that failed says why; the whole only says that it did. */
function halfRefused(answer: Exclude<ApiAnswer, { readonly outcome: "ok" }>): Answer<never> {
  const { outcome, code, message } = answer;
  const halves = answer.data as { readonly cancelResponse?: unknown; readonly newOrderResponse?: unknown } | undefined;
  const refused = [halves?.newOrderResponse, halves?.cancelResponse].find(
    (half) => typeof (half as { readonly code?: unknown } | null | undefined)?.code === "number",
  );
  return refused === undefined ? { outcome, code, message } : refusedBy(0, refused);
}

/** A list stands as one. */
function countOf(canceled: readonly Partial<ListShape>[]): number {
  return canceled.reduce((sum, each) => sum + (each.orders?.length ?? 1), 0);
}

function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_LENGTH));
  return `web-${[...bytes].map((byte) => ID_LETTERS[byte % ID_LETTERS.length]).join("")}`;
}
