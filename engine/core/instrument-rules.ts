/**
 * The rules of an instrument and the limits of the exchange, as an operator states them: taken over in a form of their
 * own, or refused.
 */
import { AMOUNT_MAX, type ExchangeLimits, type InstrumentRules } from "../domain/instrument.ts";

const AVERAGE_MINUTES_MAX = 60;
/** Limits are compared with counts of 32 bits. */
const LIMIT_MAX = 2 ** 31 - 1;

/** null: a number that is none of a count, or bounds that contradict themselves. */
export function rulesFrom(rules: InstrumentRules): InstrumentRules | null {
  const { percentPrice: percent, trailing, positionMaxAtoms } = rules;
  const counts = [
    rules.averageMinutes,
    rules.algoOrdersMax,
    rules.icebergOrdersMax,
    rules.icebergPartsMax,
    rules.orderListsMax,
    rules.amendsMax,
  ];
  if (!counts.every(isCount) || rules.averageMinutes > AVERAGE_MINUTES_MAX) return null;
  if (!/^\d{1,19}$/.test(positionMaxAtoms) || BigInt(positionMaxAtoms) > AMOUNT_MAX) return null;
  if (percent !== null) {
    const { bidUpE4, bidDownE4, askUpE4, askDownE4 } = percent;
    if (![bidUpE4, bidDownE4, askUpE4, askDownE4].every((multiple) => isCount(multiple) && multiple > 0)) return null;
    if (bidDownE4 > bidUpE4 || askDownE4 > askUpE4) return null;
  }
  if (trailing !== null) {
    const { aboveMin, aboveMax, belowMin, belowMax } = trailing;
    if (![aboveMin, aboveMax, belowMin, belowMax].every(isCount)) return null;
    if (aboveMin > aboveMax || belowMin > belowMax) return null;
  }
  return {
    averageMinutes: rules.averageMinutes,
    percentPrice:
      percent === null
        ? null
        : {
            bidUpE4: percent.bidUpE4,
            bidDownE4: percent.bidDownE4,
            askUpE4: percent.askUpE4,
            askDownE4: percent.askDownE4,
          },
    positionMaxAtoms,
    algoOrdersMax: rules.algoOrdersMax,
    icebergOrdersMax: rules.icebergOrdersMax,
    icebergPartsMax: rules.icebergPartsMax,
    orderListsMax: rules.orderListsMax,
    amendsMax: rules.amendsMax,
    trailing:
      trailing === null
        ? null
        : {
            aboveMin: trailing.aboveMin,
            aboveMax: trailing.aboveMax,
            belowMin: trailing.belowMin,
            belowMax: trailing.belowMax,
          },
  };
}

/** null: one of them is no limit. */
export function limitsFrom(limits: ExchangeLimits): ExchangeLimits | null {
  const { ordersPer10s, ordersPerDay, ordersMax, algoOrdersMax, icebergOrdersMax, orderListsMax } = limits;
  const taken: ExchangeLimits = {
    ordersPer10s,
    ordersPerDay,
    ordersMax,
    algoOrdersMax,
    icebergOrdersMax,
    orderListsMax,
  };
  return Object.values(taken).every((limit: number) => isCount(limit) && limit <= LIMIT_MAX) ? taken : null;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
