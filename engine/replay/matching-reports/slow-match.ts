/**
 * The second opinion on a stream: the same records through the slow, obvious venue. Shares nothing with match-stream.ts
 * but the shape of the log in which the two are compared.
 */
import type { Progress } from "../progress.ts";
import { SILENT } from "../progress.ts";
import { SlowVenue } from "../slow-venue.ts";
import type { ReplayFill, ReplayVenue } from "../venue.ts";
import * as log from "./report-log.ts";
import type { MessageStream } from "./stream-reader.ts";

const PROGRESS_EVERY = 16_384;

export function matchSlowly(
  stream: MessageStream,
  venue: ReplayVenue = new SlowVenue(),
  progress: Progress = SILENT,
): log.ReportLog {
  const result = log.makeReportLog(stream.count);
  const view = new DataView(stream.words.buffer, stream.words.byteOffset, stream.words.byteLength);
  let tradeCount = 0;
  const print = (fills: readonly ReplayFill[]): number => {
    for (const fill of fills) {
      const row = tradeCount * log.TRADE_WORDS;
      if (row === result.trades.length) result.trades = log.withRoom(result.trades);
      result.trades.set([fill.priceTicks, fill.quantityLots, fill.makerId, fill.takerId], row);
      tradeCount += 1;
    }
    return fills.reduce((sum, fill) => sum + fill.quantityLots, 0);
  };
  for (let record = 0; record < stream.count; record++) {
    if (record % PROGRESS_EVERY === 0) progress.at(record);
    const at = record * 40;
    const type = view.getUint8(at);
    const side = view.getUint8(at + 1) === 0 ? "buy" : "sell";
    const immediate = view.getUint8(at + 2) !== 0;
    const quantityLots = view.getUint32(at + 4, true);
    const id = view.getUint32(at + 16, true);
    const priceTicks = view.getUint32(at + 24, true);
    const resting = venue.resting(id);
    if (type === 0 && resting === null) {
      const traded = print(venue.place({ id, side, priceTicks, quantityLots, timeInForce: immediate ? "ioc" : "gtc" }));
      const lost = immediate && traded < quantityLots;
      result.outcomes[record] = lost ? log.ACCEPTED_REST_CANCELLED : log.ACCEPTED;
    } else if (type === 1) {
      result.outcomes[record] = resting === null ? log.CANCEL_REFUSED : log.CANCELLED;
      if (resting !== null) {
        venue.cancel(id);
        result.sides[record] = resting.side === "buy" ? 0 : 1;
        result.prices[record] = resting.priceTicks;
      }
    } else if (type === 2) {
      result.outcomes[record] = resting === null ? log.MODIFY_REFUSED : log.MODIFIED;
      if (resting !== null) {
        result.sides[record] = resting.side === "buy" ? 0 : 1;
        print(venue.replace(id, priceTicks, quantityLots));
      }
    }
    result.tradeEnds[record] = tradeCount;
  }
  return result;
}
