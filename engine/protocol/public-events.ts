/**
 * The narrow public events: what other subscribers may know of an engine. No accounts, no order ids, no balances; nothing of
 * conditions and lists either: that a stop waits is its owner's secret.
 *
 * `tidebook.trades.executed.v1`: the trades of a range of sequences. `tidebook.instrument.changed.v1`: one instrument as it
 * is now. Money and quantities are decimal strings, instruments go by their symbols: a subscriber needs no other table.
 * Ids follow from the sequences inside, and those are the identity: borders of a range may differ when it is sent again.
 */
import { assert } from "../domain/assert.ts";
import type { Instrument, InstrumentRules } from "../domain/instrument.ts";
import { formatE8, formatLots, formatTicks } from "./decimal.ts";
import type { EngineEvent, InstrumentChanged, TradeExecuted } from "./events.ts";
import { type HttpMessage, journalName } from "./journal-batch.ts";
import type { Catalog } from "./views.ts";

export const TRADES_EXECUTED_TYPE = "tidebook.trades.executed.v1";
export const INSTRUMENT_CHANGED_TYPE = "tidebook.instrument.changed.v1";
export const TRADES_MAX = 500;
const E8_PER_E4 = 10_000;

export interface PublicTrade {
  /** Identity, with the engine's name. */
  readonly seq: number;
  /** µs of the engine's clock. */
  readonly timeUs: number;
  readonly symbol: string;
  /** +1 per symbol, without gaps. */
  readonly tradeId: number;
  /** Decimals with 8 places. */
  readonly price: string;
  readonly quantity: string;
  readonly takerSide: "buy" | "sell";
}

/** One event to be sent; null: nothing in these sequences is public. */
export interface PublicRange {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly message: HttpMessage | null;
}

export interface PublicRun {
  readonly engine: string;
  /** Of the journal (journal-batch.ts); 0 when not given. */
  readonly lineage?: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Ascending by seq. */
  readonly events: readonly EngineEvent[];
}

/**
 * Cuts a run into ranges that cover it without overlap: trades together until an instrument changes or TRADES_MAX are
 * reached, changes alone, so that a subscriber who reads in order knows an instrument's terms before its trades.
 */
export function* cutPublicEvents(run: PublicRun, catalog: Catalog): Generator<PublicRange> {
  let firstSeq = run.firstSeq;
  let trades: PublicTrade[] = [];
  for (const event of run.events) {
    if (event.type === "trade_executed") {
      if (trades.length === TRADES_MAX) {
        yield tradesRange(run, firstSeq, event.seq - 1, trades);
        firstSeq = event.seq;
        trades = [];
      }
      trades.push(publicTrade(event, catalog));
    } else if (event.type === "instrument_changed") {
      if (trades.length > 0) {
        yield tradesRange(run, firstSeq, event.seq - 1, trades);
        trades = [];
      }
      yield { firstSeq: event.seq, lastSeq: event.seq, message: instrumentToHttp(run, event) };
      firstSeq = event.seq + 1;
    }
  }
  if (firstSeq <= run.lastSeq) yield tradesRange(run, firstSeq, run.lastSeq, trades);
}

function tradesRange(run: PublicRun, firstSeq: number, lastSeq: number, trades: readonly PublicTrade[]): PublicRange {
  return { firstSeq, lastSeq, message: trades.length === 0 ? null : tradesToHttp(run, trades) };
}

function publicTrade(trade: TradeExecuted, catalog: Catalog): PublicTrade {
  const instrument = catalog.instruments[trade.instrument];
  assert(instrument !== undefined, "an instrument trades after it was added");
  return {
    seq: trade.seq,
    timeUs: trade.timeUs,
    symbol: instrument.symbol,
    tradeId: trade.tradeId,
    price: formatTicks(instrument, trade.priceTicks),
    quantity: formatLots(instrument, trade.quantityLots),
    takerSide: trade.takerSide,
  };
}

function tradesToHttp({ engine, lineage }: PublicRun, trades: readonly PublicTrade[]): HttpMessage {
  const [first, last] = [trades[0], trades.at(-1)];
  assert(first !== undefined && last !== undefined, "there is a trade to tell of");
  const id = `${journalName(engine, lineage)}:trades:${first.seq}-${last.seq}`;
  return toHttp(TRADES_EXECUTED_TYPE, engine, id, { engine, trades });
}

function instrumentToHttp({ engine, lineage }: PublicRun, { seq, timeUs, instrument }: InstrumentChanged): HttpMessage {
  const data = { engine, seq, timeUs, instrument: publicInstrument(instrument) };
  return toHttp(INSTRUMENT_CHANGED_TYPE, engine, `${journalName(engine, lineage)}:instrument:${seq}`, data);
}

/** Decimals with 8 places; fees as a share of what is received. */
function publicInstrument(instrument: Instrument): object {
  const { symbol, base, quote, status, tickE8, lotE8, makerFeeE8, takerFeeE8, rules } = instrument;
  return {
    symbol,
    base,
    quote,
    status,
    tickSize: formatE8(tickE8),
    lotSize: formatE8(lotE8),
    makerFee: formatE8(makerFeeE8),
    takerFee: formatE8(takerFeeE8),
    ...(rules !== undefined && { rules: publicRules(instrument, rules) }),
  };
}

/** Multiples and deltas as decimals (0.01 is one percent), a position in base units; a filter that is off is null. */
function publicRules({ lotE8, baseAtomsPerLot }: Instrument, rules: InstrumentRules): object {
  const { percentPrice, positionMaxAtoms, trailing, ...counts } = rules;
  const positionMaxE8 = (BigInt(positionMaxAtoms) * BigInt(lotE8)) / BigInt(baseAtomsPerLot);
  return {
    ...counts,
    percentPrice: percentPrice && {
      bidUp: formatE8(percentPrice.bidUpE4 * E8_PER_E4),
      bidDown: formatE8(percentPrice.bidDownE4 * E8_PER_E4),
      askUp: formatE8(percentPrice.askUpE4 * E8_PER_E4),
      askDown: formatE8(percentPrice.askDownE4 * E8_PER_E4),
    },
    positionMax: positionMaxE8 === 0n ? null : formatE8(positionMaxE8),
    trailing: trailing && {
      aboveMin: formatE8(trailing.aboveMin * E8_PER_E4),
      aboveMax: formatE8(trailing.aboveMax * E8_PER_E4),
      belowMin: formatE8(trailing.belowMin * E8_PER_E4),
      belowMax: formatE8(trailing.belowMax * E8_PER_E4),
    },
  };
}

/** Without a time: the events inside have theirs, and a copy is the same to the byte. */
function toHttp(type: string, engine: string, id: string, data: object): HttpMessage {
  return {
    headers: {
      "content-type": "application/json",
      "ce-specversion": "1.0",
      "ce-type": type,
      "ce-source": `/tidebook/engines/${engine}`,
      "ce-id": id,
      "ce-partitionkey": engine,
    },
    body: JSON.stringify(data),
  };
}
