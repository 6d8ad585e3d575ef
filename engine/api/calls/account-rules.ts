/**
 * What applies to an account: its fees, its filters, its counts of orders, and what clients ask of its coins.
 */
import { coinShapes, commissionShape, orderCountShapes, tradeFeeShape } from "../account-shapes.ts";
import { quoteDecimalsOf } from "../amounts.ts";
import { exchangeFilterShapes } from "../exchange-filters.ts";
import { filterShapes } from "../exchange-info.ts";
import { instrumentOf } from "../new-order.ts";
import { apiKeyInvalid } from "../refusal.ts";
import { limitsOf } from "../rejects.ts";
import type { SignedCall } from "./call.ts";

export function commission(call: SignedCall): object {
  return commissionShape(instrumentOf(call.parameters, call.deps.reads.catalog()));
}

/** Of one instrument, or of all. */
export function tradeFees(call: SignedCall): object {
  const catalog = call.deps.reads.catalog();
  const only = call.parameters.has("symbol") ? [instrumentOf(call.parameters, catalog)] : catalog.instruments;
  return only.map(tradeFeeShape);
}

/** A limit that is switched off is not shown: it cannot be used up. */
export async function orderCounts(call: SignedCall): Promise<object> {
  const counts = await call.deps.reads.orderCounts(call.sender.account);
  return orderCountShapes(limitsOf(call.deps.reads.catalog()), counts);
}

/** One row per asset, with what the account has of it. */
export async function coins(call: SignedCall): Promise<object> {
  const { deps, sender } = call;
  const { value, asOfSeq } = await deps.reads.account(sender.account);
  call.noteAsOf(asOfSeq);
  if (value === null) throw apiKeyInvalid();
  return coinShapes(deps.reads.catalog(), value);
}

/** The exchange's and the instrument's; there are none by asset. */
export function ownFilters(call: SignedCall): object {
  const catalog = call.deps.reads.catalog();
  const instrument = instrumentOf(call.parameters, catalog);
  return {
    exchangeFilters: exchangeFilterShapes(limitsOf(catalog)),
    symbolFilters: filterShapes(instrument, quoteDecimalsOf(catalog, instrument)),
    assetFilters: [],
  };
}
