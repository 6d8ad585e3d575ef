/** Where a refusal of the exchange belongs: at the field that it is about, or above the button. Its words are shown as they came. */
import type { Refused } from "../exchange/contract.ts";
import type { Field } from "./draft.ts";
import type { Terms } from "./terms.ts";

/** null: about the order as a whole. */
export function fieldOfRefusal({ code, message }: Pick<Refused, "code" | "message">, terms: Terms): Field | null {
  const { draft, legs } = terms;
  const shown = (wanted: "price" | "stopPrice" | "trailing" | "iceberg"): Field | null =>
    legs.find((leg) => leg[wanted] !== null)?.[wanted] ?? null;
  if (code === -1013) {
    if (message.includes("PRICE_FILTER") || message.includes("PERCENT_PRICE"))
      return shown("price") ?? shown("stopPrice");
    if (message.includes("LOT_SIZE") || message.includes("NOTIONAL") || message.includes("MAX_POSITION"))
      return draft.lead;
    if (message.includes("ICEBERG_PARTS")) return shown("iceberg");
    if (message.includes("TRAILING_DELTA")) return shown("trailing");
    return null;
  }
  if (code === -1112) return draft.lead;
  if (code !== -2010) return null;
  if (message.includes("insufficient balance") || message.includes("liquidity is less")) return draft.lead;
  if (message.includes("IcebergQty")) return shown("iceberg");
  if (message.includes("immediately match")) return shown("price");
  if (message.includes("trigger immediately")) return shown("stopPrice");
  return null;
}
