/** What the button will do, in words: from the same numbers that are sent. */
import { decimalOf, trimmed } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import { shown } from "./fault-words.ts";
import { firesUp } from "./legs.ts";
import { basisPointsOf, numberOf, type Terms, textOf } from "./terms.ts";

export function submitText(terms: Terms): string {
  const texts = words().orderForm.submit;
  const { draft, legs, quantity, total, surroundings } = terms;
  const { base, quote, pricePlaces } = surroundings.market;
  const [leg] = legs;
  const bare = texts.bare(draft.side, base);
  if (leg === undefined) return bare;
  if (leg.quote !== null) return total === null ? bare : texts.amount(draft.side, shown(textOf(total)), quote, base);
  if (quantity === null || quantity === 0n) return bare;
  const size = shown(textOf(quantity));
  if (draft.family === "list") return texts.list(words().orderForm[draft.list], draft.side, size, base);
  if (leg.type === "MARKET") return texts.market(draft.side, size, base);
  const stop = numberOf(terms, leg.stopPrice);
  if (stop !== null) return texts.stop(draft.side, size, base, firesUp(leg), shown(textOf(stop), pricePlaces));
  const delta = basisPointsOf(terms, leg.trailing);
  if (delta !== null) return texts.trailing(draft.side, size, base, trimmed(decimalOf(delta, 2)));
  const price = numberOf(terms, leg.price);
  return price === null || leg.stopPrice !== null || leg.trailing !== null
    ? bare
    : texts.order(draft.side, size, base, shown(textOf(price), pricePlaces));
}
