/**
 * Replays a Bitstamp day through the core: how many of its trades the venue prints, and how often its best prices are
 * those of the feed's snapshots.
 */
import { CoreVenue } from "../core-venue.ts";
import { companionOf, readLines, unpackedName } from "../input-file.ts";
import { type Bound, type Outcome, perSecond, ratioBound } from "../outcome.ts";
import { type Progress, SILENT } from "../progress.ts";
import { type Drive, drive } from "./drive.ts";
import { type Feed, type FeedRow, type OrderRow, readFeed } from "./feed-reader.ts";

/** Published for 2015-05-01: of 575 trades 520, of 5,010 snapshots 4,975. */
const TRADES_BOUND = [520, 575] as const;
const SNAPSHOTS_BOUND = [4975, 5010] as const;

export async function readBitstamp(path: string): Promise<Feed> {
  return readFeed(unpackedName(path), await readLines(path));
}

export async function replayBitstamp(path: string, progress: Progress): Promise<Outcome> {
  const feed = await readBitstamp(path);
  progress.begin("bitstamp", feed.rows.length);
  const plain = drive(feed, new CoreVenue(), "snapshot", SILENT);
  const named = drive(feed, new CoreVenue(), "named", progress);
  progress.end();
  return {
    kind: "bitstamp",
    file: path,
    through: "core",
    ...named.tally.closed(feed.rows.length),
    ordersPerSecond: perSecond(named.submitted, named.elapsedMs),
    bounds: boundsOf(named),
    figures: { ...(await figuresOf(path, feed, named)), seededBySnapshotAlone: summaryOf(plain) },
  };
}

export function boundsOf(run: Drive): readonly Bound[] {
  return [
    ratioBound("trades_printed", run.trades.printed, run.trades.all, ...TRADES_BOUND),
    ratioBound("snapshots_equal", run.snapshots.equal, run.snapshots.compared, ...SNAPSHOTS_BOUND),
  ];
}

export async function figuresOf(path: string, feed: Feed, run: Drive): Promise<Record<string, unknown>> {
  return {
    priceDecimals: feed.priceDecimals,
    ordersSubmitted: run.submitted,
    ...summaryOf(run),
    tradesBeforeTheSeed: run.trades.beforeSeed,
    seed: run.seed,
    corrections: run.corrections,
    printsWithoutATrade: run.printsUnmatched,
    contradictedBy: run.tally.contradictedBy,
    companion: await companionFigures(path, feed),
  };
}

function summaryOf(run: Drive): Record<string, number> {
  return {
    trades: run.trades.all,
    tradesPrinted: run.trades.printed,
    snapshotsCompared: run.snapshots.compared,
    snapshotsEqual: run.snapshots.equal,
  };
}

/**
 * orders.csv beside the feed tells the same order events; how many of its rows say what the feed's do, in order. Its
 * volumes were cut where the feed's were rounded, so that one lot of difference is none.
 */
async function companionFigures(path: string, feed: Feed): Promise<{ rows: number; agreeing: number } | null> {
  const companion = companionOf(path, "orders.csv");
  if (companion === null) return null;
  const [header, ...rows] = await readLines(companion);
  const columns = header?.split(",") ?? [];
  const cellOf = (line: string, name: string): string => line.split(",")[columns.indexOf(name)] ?? "";
  const events = feed.rows.filter(isOrderRow);
  const agrees = (line: string, event: OrderRow | undefined): boolean =>
    event !== undefined &&
    Number(cellOf(line, "id")) === event.id &&
    Number(cellOf(line, "timestamp")) === event.timeMs &&
    Math.round(Number(cellOf(line, "price")) * 10 ** feed.priceDecimals) === event.priceTicks &&
    Math.abs(Number(cellOf(line, "volume")) - event.lots) <= 1 &&
    cellOf(line, "action") === event.type &&
    cellOf(line, "direction") === (event.side === "buy" ? "bid" : "ask");
  return { rows: rows.length, agreeing: rows.filter((line, index) => agrees(line, events[index])).length };
}

function isOrderRow(row: FeedRow): row is OrderRow {
  return row.type === "created" || row.type === "changed" || row.type === "deleted";
}
