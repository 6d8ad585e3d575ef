/**
 * A source through a whole running exchange: planned on the core's book, put to the exchange over its public API, and
 * compared three times: each answer with the core's, what the exchange lists afterwards, and what its streams said.
 *
 * The judgement of the rows is that of the core's run; a step that the exchange answered otherwise turns a matched row
 * into a contradicted one.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ReplayArguments } from "../arguments.ts";
import * as binanceDrive from "../binance/drive.ts";
import * as binance from "../binance/replay.ts";
import * as bitstampDrive from "../bitstamp/drive.ts";
import { LOT_DECIMALS } from "../bitstamp/feed-reader.ts";
import * as bitstamp from "../bitstamp/replay.ts";
import { CoreVenue } from "../core-venue.ts";
import { readInput, UnreadableInput, unpackedName } from "../input-file.ts";
import * as lobsterDrive from "../lobster/drive.ts";
import * as lobster from "../lobster/replay.ts";
import { matchSlowly } from "../matching-reports/slow-match.ts";
import { readMessageStream, withFirst } from "../matching-reports/stream-reader.ts";
import { type Bound, type Outcome, perSecond, ratioBound, Tally } from "../outcome.ts";
import { type Progress, SILENT } from "../progress.ts";
import { checkDepth, checkKlines, checkTrades } from "./checks.ts";
import { execute } from "./execute.ts";
import { ExchangeClient } from "./http-client.ts";
import { openMarket, type Units } from "./market.ts";
import { RecordingVenue } from "./plan.ts";
import { StreamWatch } from "./stream-watch.ts";

/** A source, driven through the core with its steps written down. */
interface Planned {
  readonly units: Units;
  readonly tally: Tally;
  readonly rowsRead: number;
  readonly bounds: readonly Bound[];
  readonly figures: Readonly<Record<string, unknown>>;
}

/** LOBSTER's prices are in 1e-4 of a dollar. */
const LOBSTER_PRICE_DECIMALS = 4;

export async function replayThroughExchange(request: ReplayArguments, progress: Progress): Promise<Outcome> {
  const core = new CoreVenue();
  const venue = new RecordingVenue(core);
  const planned = await plan(request, venue);
  const client = new ExchangeClient(request.origin, request.operatorToken ?? tokenIn(request.dataDir));
  try {
    const market = await openMarket(client, planned.units, Date.now().toString(36).toUpperCase());
    const watch = await StreamWatch.open(request.origin, market);
    progress.begin(`${request.kind} through ${request.origin}`, venue.steps.length);
    const execution = await execute(client, market, venue.steps, progress);
    progress.end();
    const depth = await checkDepth(client, market, core);
    const trades = await checkTrades(client, market, execution.tape);
    const klines = await checkKlines(client, market, execution.tape);
    const streams = await watch.settle(core, execution.tape);

    const { tally } = planned;
    const turned = Math.min(execution.stepsDiffering, tally.matched);
    tally.matched -= turned;
    tally.contradict("the_exchange_answered_otherwise", turned);
    const steps = venue.steps.filter((step) => step.type !== "observe").length;
    const whole = (name: string, value: number, of: number): Bound => ratioBound(name, value, of, 1, 1);
    return {
      kind: request.kind,
      file: request.file,
      through: "exchange",
      ...tally.closed(planned.rowsRead),
      ordersPerSecond: perSecond(execution.requests, execution.elapsedMs),
      bounds: [
        ...planned.bounds,
        whole("exchange_answers_as_the_core", steps - execution.stepsDiffering, steps),
        whole("exchange_best_prices_equal", execution.observations.equal, execution.observations.made),
        whole("exchange_depth_equal", depth.equal, depth.compared),
        whole("exchange_trades_equal", trades.equal, trades.compared),
        whole("exchange_klines_equal", klines.equal, klines.compared),
        whole("stream_trades_equal", streams.trades.equal, streams.trades.compared),
        whole("stream_depth_equal", streams.depthLevels.equal, streams.depthLevels.compared),
        whole("stream_depth_without_gaps", streams.depthGaps === 0 ? 1 : 0, 1),
        whole("stream_book_ticker_equal", streams.bookTickerEqual ? 1 : 0, 1),
      ],
      figures: {
        ...planned.figures,
        symbol: market.symbol,
        requests: execution.requests,
        elapsedMs: Math.round(execution.elapsedMs),
        tradesOnTheExchange: execution.tape.length,
        differences: execution.differences,
      },
    };
  } finally {
    client.close();
  }
}

async function plan(request: ReplayArguments, venue: RecordingVenue): Promise<Planned> {
  const { file } = request;
  switch (request.kind) {
    case "bitstamp": {
      const feed = await bitstamp.readBitstamp(file);
      const run = bitstampDrive.drive(feed, venue, "named", SILENT, () => venue.observe());
      return {
        units: { priceDecimals: feed.priceDecimals, lotDecimals: LOT_DECIMALS },
        tally: run.tally,
        rowsRead: feed.rows.length,
        bounds: bitstamp.boundsOf(run),
        figures: await bitstamp.figuresOf(file, feed, run),
      };
    }
    case "lobster": {
      const day = await lobster.readLobster(file);
      const run = lobsterDrive.drive(day, venue, SILENT);
      return {
        units: { priceDecimals: Math.max(0, LOBSTER_PRICE_DECIMALS - zerosOf(day.tick)), lotDecimals: 0 },
        tally: run.tally,
        rowsRead: day.messages.length,
        bounds: lobster.boundsOf(run),
        figures: lobster.figuresOf(day, run),
      };
    }
    case "binance": {
      const capture = await binance.readBinance(file);
      const run = binanceDrive.drive(capture, venue, SILENT);
      return {
        units: { priceDecimals: capture.priceDecimals, lotDecimals: capture.lotDecimals },
        tally: run.tally,
        rowsRead: capture.rows.length,
        bounds: binance.boundsOf(run),
        figures: binance.figuresOf(capture, run),
      };
    }
    case "matching-reports": {
      const whole = readMessageStream(unpackedName(file), await readInput(file));
      const stream = withFirst(whole, request.rows);
      matchSlowly(stream, venue, SILENT);
      const tally = new Tally();
      tally.match(stream.count);
      tally.exclude("beyond_the_rows_asked_for", whole.count - stream.count);
      return { units: { priceDecimals: 0, lotDecimals: 0 }, tally, rowsRead: whole.count, bounds: [], figures: {} };
    }
  }
}

/** A tick is written in as many decimals as its trailing zeros leave: 100 in 1e-4 is 0.01. Prices are counted in ticks. */
function zerosOf(tick: number): number {
  return /0*$/.exec(String(tick))![0].length;
}

function tokenIn(dataDir: string): string {
  const path = join(resolve(dataDir), "operator-token");
  if (!existsSync(path))
    throw new UnreadableInput(`${path} is not there: start the exchange, or name its folder by --data-dir`);
  return readFileSync(path, "utf8").trim();
}
