/**
 * The rules of the venue, as an operator sets them: fees and rules of an instrument, limits of the whole exchange. Decimals
 * outside, the core's units inside.
 */
import type { z } from "zod";
import {
  type ExchangeLimits,
  type Instrument,
  type InstrumentRules,
  NO_LIMITS,
  rulesOf,
} from "../../engine/domain/instrument.ts";
import { formatAtoms, formatE8 } from "../../engine/protocol/decimal.ts";
import type { rulesBody } from "./requests.ts";
import { atomsOf, e8Of, ill } from "./terms.ts";

const E8_PER_E4 = 10_000n;
const MULTIPLE_MAX = 1_000_000n;

export type RulesBody = z.output<typeof rulesBody>;

/** What is left out stays as it is. @throws Refusal */
export function changedRules(instrument: Instrument, baseDecimals: number, body: RulesBody): InstrumentRules {
  const now = rulesOf(instrument);
  return {
    averageMinutes: body.avgPriceMins ?? now.averageMinutes,
    percentPrice: body.percentPrice === undefined ? now.percentPrice : multiples(body.percentPrice),
    positionMaxAtoms:
      body.maxPosition === undefined
        ? now.positionMaxAtoms
        : String(atomsOf(body.maxPosition, "maxPosition", baseDecimals)),
    algoOrdersMax: body.maxNumAlgoOrders ?? now.algoOrdersMax,
    icebergOrdersMax: body.maxNumIcebergOrders ?? now.icebergOrdersMax,
    icebergPartsMax: body.icebergParts ?? now.icebergPartsMax,
    orderListsMax: body.maxNumOrderLists ?? now.orderListsMax,
    amendsMax: body.maxNumOrderAmends ?? now.amendsMax,
    trailing: body.trailingDelta === undefined ? now.trailing : body.trailingDelta,
  };
}

function multiples(sent: NonNullable<RulesBody["percentPrice"]> | null): InstrumentRules["percentPrice"] {
  if (sent === null) return null;
  return {
    bidUpE4: multiple(sent.bidUp, "percentPrice.bidUp"),
    bidDownE4: multiple(sent.bidDown, "percentPrice.bidDown"),
    askUpE4: multiple(sent.askUp, "percentPrice.askUp"),
    askDownE4: multiple(sent.askDown, "percentPrice.askDown"),
  };
}

function multiple(text: string, field: string): number {
  const e8 = e8Of(text, field);
  if (e8 % E8_PER_E4 !== 0n || e8 > MULTIPLE_MAX * E8_PER_E4 * E8_PER_E4)
    throw ill(field, "has more than 4 decimals, or is above a million");
  return Number(e8 / E8_PER_E4);
}

/** As `changedRules` takes them. */
export function rulesShape(instrument: Instrument, baseDecimals: number): object {
  const rules = rulesOf(instrument);
  const { percentPrice } = rules;
  const decimal = (e4: number): string => formatE8(BigInt(e4) * E8_PER_E4);
  return {
    symbol: instrument.symbol,
    avgPriceMins: rules.averageMinutes,
    percentPrice:
      percentPrice === null
        ? null
        : {
            bidUp: decimal(percentPrice.bidUpE4),
            bidDown: decimal(percentPrice.bidDownE4),
            askUp: decimal(percentPrice.askUpE4),
            askDown: decimal(percentPrice.askDownE4),
          },
    maxPosition: formatAtoms(baseDecimals, BigInt(rules.positionMaxAtoms)),
    maxNumAlgoOrders: rules.algoOrdersMax,
    maxNumIcebergOrders: rules.icebergOrdersMax,
    icebergParts: rules.icebergPartsMax,
    maxNumOrderLists: rules.orderListsMax,
    maxNumOrderAmends: rules.amendsMax,
    trailingDelta: rules.trailing,
  };
}

/** What is left out stays as it is. */
export function changedLimits(now: ExchangeLimits | undefined, body: Partial<ExchangeLimits>): ExchangeLimits {
  return { ...(now ?? NO_LIMITS), ...body };
}
