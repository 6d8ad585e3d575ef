/** Replays a Binance capture through the core as a market replay. */
import { CoreVenue } from "../core-venue.ts";
import { readLines, unpackedName } from "../input-file.ts";
import { type Bound, type Outcome, perSecond, ratioBound } from "../outcome.ts";
import type { Progress } from "../progress.ts";
import { type Capture, readCapture } from "./capture-reader.ts";
import { type CaptureDrive, drive } from "./drive.ts";

export async function readBinance(path: string): Promise<Capture> {
  return readCapture(unpackedName(path), await readLines(path));
}

export async function replayBinance(path: string, progress: Progress): Promise<Outcome> {
  const capture = await readBinance(path);
  progress.begin("binance", capture.rows.length);
  const run = drive(capture, new CoreVenue(), progress);
  progress.end();
  return {
    kind: "binance",
    file: path,
    through: "core",
    ...run.tally.closed(capture.rows.length),
    ordersPerSecond: perSecond(run.submitted, run.elapsedMs),
    bounds: boundsOf(run),
    figures: figuresOf(capture, run),
  };
}

export function boundsOf(run: CaptureDrive): readonly Bound[] {
  return [
    ratioBound("trades_printed", run.trades.printed, run.trades.submitted, 1, 1),
    ratioBound("book_tickers_equal", run.bookTickers.equal, run.bookTickers.told, 1, 1),
    ratioBound("depth_levels_equal", run.depths.equal, run.depths.told, 1, 1),
  ];
}

export function figuresOf(capture: Capture, run: CaptureDrive): Record<string, unknown> {
  return {
    priceDecimals: capture.priceDecimals,
    lotDecimals: capture.lotDecimals,
    ordersSubmitted: run.submitted,
    trades: run.trades.submitted,
    tradesPrinted: run.trades.printed,
    bookTickers: run.bookTickers.told,
    bookTickersEqual: run.bookTickers.equal,
    depthMessages: run.depths.told,
    depthMessagesEqual: run.depths.equal,
    depthGaps: run.depthGaps,
    finalBook: run.finalBook,
    contradictedBy: run.tally.contradictedBy,
  };
}
