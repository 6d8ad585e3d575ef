/** What is wrong, in words. */
import type { Market } from "../exchange/contract.ts";
import { drawn, placesOf } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import type { Caution } from "./caution.ts";
import type { Side } from "./draft.ts";
import type { Fault } from "./fault.ts";

/** A plain decimal for the eye: grouped, with the places that it has, or more. */
export function shown(decimal: string, placesMin = 0): string {
  return drawn(decimal, Math.max(placesMin, placesOf(decimal)));
}

export function faultText(fault: Fault, label: string, market: Market, side: Side): string {
  const texts = words().orderForm.faults;
  const price = (decimal: string): string => shown(decimal, market.pricePlaces);
  switch (fault.kind) {
    case "missing":
      return texts.missing(label);
    case "malformed":
      return texts.malformed(label);
    case "ambiguous":
      return texts.ambiguous;
    case "not_whole_basis_points":
      return texts.wholeBasisPoints;
    case "off_step":
      return texts.offStep(label, fault.step);
    case "below_least":
      return texts.belowLeast(label, shown(fault.bound));
    case "above_most":
      return texts.aboveMost(label, shown(fault.bound));
    case "amount_below_least":
      return texts.amountBelowLeast(shown(fault.bound), market.quote);
    case "amount_above_most":
      return texts.amountAboveMost(shown(fault.bound), market.quote);
    case "iceberg_above_quantity":
      return texts.icebergAboveQuantity;
    case "iceberg_parts":
      return texts.icebergParts(fault.bound);
    case "percent_price":
      return texts.percentPrice(price(fault.least), price(fault.most));
    case "would_trigger":
      return texts.wouldTrigger(fault.up, price(fault.last));
    case "would_take":
      return texts.wouldTake(side, price(fault.best));
    case "pair_crossed":
      return texts.pairCrossed;
    case "pair_beside_last":
      return texts.pairBesideLast(fault.up, price(fault.last));
    case "nothing_on_book":
      return texts.nothingOnBook;
    case "below_lot":
      return texts.belowLot;
    case "balance_low":
      return texts.balanceLow(shown(fault.free), fault.asset);
    case "position":
      return texts.position(shown(fault.bound), market.base);
  }
}

export function cautionText(caution: Caution, market: Market): string {
  const texts = words().orderForm.cautions;
  switch (caution.kind) {
    case "price_away":
      return texts.priceAway(caution.percent, caution.up, shown(caution.mid, market.pricePlaces));
    case "worst_price_away":
      return texts.worstAway(caution.percent, shown(caution.worst, market.pricePlaces));
    case "share_of_book":
      return texts.shareOfBook(caution.percent);
  }
}
