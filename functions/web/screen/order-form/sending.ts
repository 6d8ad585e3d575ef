/**
 * One press sends one order. What nobody can say yet is asked for by the order's own id until it is known; it is never sent
 * again by itself.
 */
import type { Account, Answer, Refused } from "../exchange/contract.ts";
import type { OrderRequest } from "./order-parameters.ts";

/** The engine executes nothing after an order's deadline; by then its answer is final. */
const FINAL_AFTER_MS = 20_000;
const GIVE_UP_AFTER_MS = 120_000;
const ASK_EVERY_MS = 1_500;
const ID_BYTES = 12;

export type Settled = "placed" | "not_placed" | "still_unknown";

/** Of this order alone, for the life of the account: [a-z0-9], within the dialect's 36 characters. */
export function newClientOrderId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export async function send(
  account: Account,
  { call, parameters }: OrderRequest,
): Promise<{ readonly outcome: "ok" } | Refused> {
  const answer: Answer<unknown> =
    call === "place" ? await account.place(parameters) : await account.placeList(call, parameters);
  return answer.outcome === "ok" ? { outcome: "ok" } : answer;
}

/** @param wait so many ms; rejects when nobody listens any more. */
export async function settleUnknown(
  account: Account,
  { call, parameters }: OrderRequest,
  wait: (ms: number) => Promise<void>,
  nowMs: () => number,
): Promise<Settled> {
  const sentMs = nowMs();
  const isList = call !== "place";
  const [method, asked] = isList
    ? (["orderList.status", { origClientOrderId: parameters.listClientOrderId ?? "" }] as const)
    : ([
        "order.status",
        { symbol: parameters.symbol ?? "", origClientOrderId: parameters.newClientOrderId ?? "" },
      ] as const);
  while (nowMs() - sentMs < GIVE_UP_AFTER_MS) {
    await wait(ASK_EVERY_MS);
    const askedMs = nowMs();
    const answer = await account.request(method, asked);
    if (answer.outcome === "ok") return "placed";
    if (answer.outcome === "refused" && askedMs - sentMs > FINAL_AFTER_MS) return "not_placed";
  }
  return "still_unknown";
}
