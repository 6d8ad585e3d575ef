/**
 * Answers and feed as JSON by wire-json.ts: the same text, made several times faster for what there is thousands of a second.
 *
 * A replacer, which the general way needs to write bigints, keeps JSON.stringify off its fast path. Here copies whose bigints
 * are text already stand in for orders, fills and trades. wire-text.test.ts compares both ways.
 */
import type { CommandAnswer, FeedFrame } from "../../protocol/bus-messages.ts";
import type { EngineEvent } from "../../protocol/events.ts";
import type { FillView, OrderView } from "../../protocol/views.ts";
import { toWire } from "../../protocol/wire-json.ts";

export function answerText(answer: CommandAnswer): string {
  if ("error" in answer) return JSON.stringify(answer);
  const { reply } = answer;
  switch (reply.outcome) {
    case "placed":
      return JSON.stringify({ reply: { ...reply, order: orderWords(reply.order), fills: reply.fills.map(fillWords) } });
    case "canceled":
      if (reply.list !== undefined) return toWire(answer);
      return JSON.stringify({ reply: { ...reply, order: orderWords(reply.order) } });
    case "amended":
      return JSON.stringify({ reply: { ...reply, order: orderWords(reply.order) } });
    case "rejected":
      return JSON.stringify(answer);
    default:
      return toWire(answer);
  }
}

export function feedText(message: FeedFrame): string {
  return JSON.stringify({ ...message, events: message.events.map(eventWords) });
}

function orderWords(order: OrderView): object {
  const { cumulativeQuoteAtoms, quoteAtoms } = order;
  return { ...order, cumulativeQuoteAtoms: cumulativeQuoteAtoms.toString(), quoteAtoms: quoteAtoms.toString() };
}

function fillWords(fill: FillView): object {
  const { quoteAtoms, commissionAtoms } = fill;
  return { ...fill, quoteAtoms: quoteAtoms.toString(), commissionAtoms: commissionAtoms.toString() };
}

/** Of what the feed carries only trades have amounts; what else may come is written the general way. */
function eventWords(event: EngineEvent): unknown {
  switch (event.type) {
    case "level_changed":
    case "instrument_changed":
      return event;
    case "trade_executed": {
      const { takerFeeAtoms, makerFeeAtoms } = event;
      return { ...event, takerFeeAtoms: takerFeeAtoms.toString(), makerFeeAtoms: makerFeeAtoms.toString() };
    }
    default:
      return JSON.parse(toWire(event));
  }
}
