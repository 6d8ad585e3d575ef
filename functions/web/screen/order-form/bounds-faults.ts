/** The filters that look at one order's own numbers: PRICE_FILTER, LOT_SIZE, MARKET_LOT_SIZE, NOTIONAL, ICEBERG_PARTS, TRAILING_DELTA. */
import { decimalOf, trimmed } from "../trade/amounts.ts";
import type { Field } from "./draft.ts";
import { type Fault, fault } from "./fault.ts";
import { firesUp, type Leg, TYPE_RULES } from "./legs.ts";
import { type Bounds, larger, ONE_E8 } from "./market-rules.ts";
import { amountOf, basisPointsOf, numberOf, quantityOf, roundedDown, type Terms, textOf } from "./terms.ts";

const ONE_BASIS_POINT_E8 = 1_000_000n;
/** A seller's delta of the whole price could never fire. */
const SELL_DELTA_MAX = 9_999n;
const DELTA_MAX = 2n ** 31n - 1n;

export function boundsFaults(terms: Terms, leg: Leg): readonly Fault[] {
  return [
    ...gridFaults(terms, leg.price, terms.rules.price),
    ...gridFaults(terms, leg.stopPrice, terms.rules.price),
    ...trailingFaults(terms, leg),
    ...sizeFaults(terms, leg),
    ...icebergFaults(terms, leg),
  ];
}

/** On the step, and within bounds. Nearest first: down, then up. */
function gridFaults(terms: Terms, field: Field | null, bounds: Bounds): readonly Fault[] {
  if (field === null) return [];
  const typed = terms.typed[field];
  if (typed.outcome !== "ok") return [];
  return rangeFaults(field, typed.e8, typed.isExact, bounds, textOf);
}

function rangeFaults(
  field: Field,
  value: bigint,
  isExact: boolean,
  { min, max, step }: Bounds,
  shown: (value: bigint) => string,
): readonly Fault[] {
  const least = min > 0n ? min : step;
  if (value < least) return [fault(field, { kind: "below_least", bound: shown(least) }, [shown(least)])];
  if (max > 0n && value > max) return [fault(field, { kind: "above_most", bound: shown(max) }, [shown(max)])];
  const below = roundedDown(value, step);
  if (isExact && below === value) return [];
  const above = below + step;
  const near = [below, above].filter((each) => each >= least && (max === 0n || each <= max));
  if (value - below > above - value) near.reverse();
  return [fault(field, { kind: "off_step", step: shown(step) }, near.map(shown))];
}

function trailingFaults(terms: Terms, leg: Leg): readonly Fault[] {
  const { trailing: field } = leg;
  if (field === null || terms.typed[field].outcome !== "ok") return [];
  const percent = (points: bigint): string => trimmed(decimalOf(points, 2));
  const points = basisPointsOf(terms, field);
  if (points === null) {
    const typed = terms.typed[field];
    const below = typed.outcome === "ok" ? typed.e8 / ONE_BASIS_POINT_E8 : 0n;
    return [
      fault(field, { kind: "not_whole_basis_points" }, [below, below + 1n].filter((each) => each > 0n).map(percent)),
    ];
  }
  const bounds = terms.rules.trailing?.[firesUp(leg) ? "above" : "below"] ?? { min: 1n, max: DELTA_MAX, step: 0n };
  const max = leg.side === "SELL" && bounds.max > SELL_DELTA_MAX ? SELL_DELTA_MAX : bounds.max;
  return rangeFaults(field, points, true, { min: bounds.min > 0n ? bounds.min : 1n, max, step: 0n }, percent);
}

/** Quantity or amount, whichever is sent, then the amount that it comes to. */
function sizeFaults(terms: Terms, leg: Leg): readonly Fault[] {
  const field = leg.quantity === "quantity" ? terms.draft.lead : leg.quantity;
  if (leg.quote !== null) return amountSentFaults(terms, leg.quote);
  const quantity = quantityOf(terms, leg);
  const typed = terms.typed[field];
  if (field !== "total" && typed.outcome !== "ok") return [];
  const value = field === "total" ? quantity : typed.outcome === "ok" ? typed.e8 : null;
  if (value === null) return [];
  const isExact = field === "total" || (typed.outcome === "ok" && typed.isExact);
  const atMarket = !TYPE_RULES[leg.type].hasPrice;
  const bounds = atMarket ? narrower(terms.rules.quantity, terms.rules.marketQuantity) : terms.rules.quantity;
  const faults = rangeFaults(field, value, isExact, bounds, textOf);
  // A total is taken as it is: the quantity that follows from it is on the step, and its bounds are said in quantity.
  const own = field === "total" ? faults.map((each) => ({ ...each, offers: [] })) : faults;
  return [...own, ...amountFaults(terms, leg, field, value)];
}

function narrower(one: Bounds, other: Bounds): Bounds {
  return {
    min: larger(one.min, other.min),
    max: one.max === 0n || (other.max > 0n && other.max < one.max) ? other.max : one.max,
    step: one.step,
  };
}

function amountFaults(terms: Terms, leg: Leg, field: Field, quantity: bigint): readonly Fault[] {
  const { notional, quantity: lot } = terms.rules;
  const isPriced = TYPE_RULES[leg.type].hasPrice;
  const price = isPriced ? numberOf(terms, leg.price) : terms.last;
  if (price === null || price === 0n) return [];
  const amount = amountOf(price, quantity);
  if (amount < notional.min && (isPriced || notional.minAppliesToMarket)) {
    const enough = roundedUp((notional.min * ONE_E8 + price - 1n) / price, lot.step);
    const offered = textOf(field === "total" ? amountOf(terms.unitPrice ?? price, enough) : enough);
    return [fault(field, { kind: "amount_below_least", bound: textOf(notional.min) }, [offered])];
  }
  if (notional.max > 0n && amount > notional.max && (isPriced || notional.maxAppliesToMarket)) {
    const most = roundedDown((notional.max * ONE_E8) / price, lot.step);
    const offered = textOf(field === "total" ? amountOf(terms.unitPrice ?? price, most) : most);
    return [fault(field, { kind: "amount_above_most", bound: textOf(notional.max) }, [offered])];
  }
  return [];
}

/** An amount to spend or to receive at market. */
function amountSentFaults(terms: Terms, field: Field): readonly Fault[] {
  const typed = terms.typed[field];
  if (typed.outcome !== "ok") return [];
  const { notional, quotePlaces } = terms.rules;
  const step = 10n ** BigInt(8 - quotePlaces);
  const least = notional.minAppliesToMarket ? notional.min : 0n;
  const most = notional.maxAppliesToMarket ? notional.max : 0n;
  if (typed.e8 < least) return [fault(field, { kind: "amount_below_least", bound: textOf(least) }, [textOf(least)])];
  if (most > 0n && typed.e8 > most)
    return [fault(field, { kind: "amount_above_most", bound: textOf(most) }, [textOf(most)])];
  return rangeFaults(field, typed.e8, typed.isExact, { min: step, max: 0n, step }, textOf);
}

function icebergFaults(terms: Terms, leg: Leg): readonly Fault[] {
  const { iceberg: field } = leg;
  if (field === null) return [];
  const off = gridFaults(terms, field, terms.rules.quantity);
  const shown = numberOf(terms, field);
  const quantity = quantityOf(terms, leg);
  if (off.length > 0 || shown === null || quantity === null) return off;
  if (shown > quantity)
    return [fault(field, { kind: "iceberg_above_quantity", bound: textOf(quantity) }, [textOf(quantity)])];
  const { icebergPartsMax: partsMax, quantity: lot } = terms.rules;
  if (partsMax === 0n || quantity <= shown * partsMax) return [];
  const least = roundedUp((quantity + partsMax - 1n) / partsMax, lot.step);
  return [fault(field, { kind: "iceberg_parts", bound: String(partsMax) }, [textOf(least)])];
}

function roundedUp(value: bigint, step: bigint): bigint {
  const below = roundedDown(value, step);
  return below === value ? value : below + step;
}
