/**
 * What happened beside an order's fills, until persistence has committed it: self-trades that were prevented, and
 * amendments. Rare, but of any number while persistence is away, so rows like fills; found by account and instrument.
 */
import { CLIENT_ORDER_ID_WORDS, unpackClientOrderId } from "../domain/client-order-id.ts";
import { SELF_TRADE_MODES } from "../domain/order.ts";
import type { AmendmentView, PreventedMatchView } from "../protocol/views.ts";
import { Fifo } from "./fifo.ts";
import { RowLog } from "./row-log.ts";

/** The first columns of every row. */
const SEQ = 0;
const ACCOUNT = 1;
const INSTRUMENT = 2;
/** Accounts are below 2^24 and instruments below 2^12. */
const INSTRUMENTS_END = 4096;

abstract class StoryLog<View> extends RowLog {
  private readonly byStory = new Map<number, Fifo<number>>();

  abstract view(index: number): View;

  protected index(index: number): void {
    const key = this.column(index, ACCOUNT) * INSTRUMENTS_END + this.column(index, INSTRUMENT);
    let story = this.byStory.get(key);
    if (story === undefined) {
      story = new Fifo();
      this.byStory.set(key, story);
    }
    story.push(index);
  }

  /** Oldest first. */
  protected indexesOf(account: number, instrument: number): readonly number[] {
    return this.byStory.get(account * INSTRUMENTS_END + instrument)?.toArray() ?? [];
  }

  viewsOf(account: number, instrument: number): readonly View[] {
    return this.indexesOf(account, instrument).map((index) => this.view(index));
  }

  forgetUpTo(seq: number): void {
    for (let row = this.oldest; row !== null && this.column(row, SEQ) <= seq; row = this.oldest) {
      const key = this.column(row, ACCOUNT) * INSTRUMENTS_END + this.column(row, INSTRUMENT);
      const story = this.byStory.get(key);
      story?.shift();
      if (story?.length === 0) this.byStory.delete(key);
      this.forgetOldest();
    }
  }

  restore(rows: Float64Array): void {
    for (const index of this.load(rows)) this.index(index);
  }
}

export class PreventedMatchLog extends StoryLog<PreventedMatchView> {
  constructor() {
    super(10);
  }

  write(match: PreventedMatchView): void {
    const row = [
      match.preventedMatchId,
      match.account,
      match.instrument,
      match.takerOrderId,
      match.makerOrderId,
      SELF_TRADE_MODES.indexOf(match.selfTradeMode),
      match.priceTicks,
      match.takerPreventedLots,
      match.makerPreventedLots,
      match.timeUs,
    ];
    this.nextChunk().set(row, this.nextOffset());
    this.index(this.commitRow());
  }

  override view(index: number): PreventedMatchView {
    return {
      instrument: this.column(index, INSTRUMENT),
      preventedMatchId: this.column(index, SEQ),
      account: this.column(index, ACCOUNT),
      takerOrderId: this.column(index, 3),
      makerOrderId: this.column(index, 4),
      selfTradeMode: SELF_TRADE_MODES[this.column(index, 5)]!,
      priceTicks: this.column(index, 6),
      takerPreventedLots: this.column(index, 7),
      makerPreventedLots: this.column(index, 8),
      timeUs: this.column(index, 9),
    };
  }
}

const AMENDED_ORDER = 3;
/** A client order id takes half as many doubles as it has words. */
const CLIENT_ID_DOUBLES = CLIENT_ORDER_ID_WORDS / 2;
const OLD_CLIENT_ID = 7;
const NEW_CLIENT_ID = OLD_CLIENT_ID + CLIENT_ID_DOUBLES;

export class AmendmentLog extends StoryLog<AmendmentView> {
  constructor() {
    super(NEW_CLIENT_ID + CLIENT_ID_DOUBLES);
  }

  /** @param before, after words of the client order ids, each from its offset. */
  write(
    seq: number,
    account: number,
    instrument: number,
    orderId: number,
    oldLots: number,
    newLots: number,
    timeUs: number,
    before: Uint32Array,
    beforeAt: number,
    after: Uint32Array,
    afterAt: number,
  ): void {
    const chunk = this.nextChunk();
    const at = this.nextOffset();
    chunk[at + SEQ] = seq;
    chunk[at + ACCOUNT] = account;
    chunk[at + INSTRUMENT] = instrument;
    chunk[at + AMENDED_ORDER] = orderId;
    chunk[at + 4] = oldLots;
    chunk[at + 5] = newLots;
    chunk[at + 6] = timeUs;
    const words = new Uint32Array(chunk.buffer);
    for (let word = 0; word < CLIENT_ORDER_ID_WORDS; word++) {
      words[(at + OLD_CLIENT_ID) * 2 + word] = before[beforeAt + word]!;
      words[(at + NEW_CLIENT_ID) * 2 + word] = after[afterAt + word]!;
    }
    this.index(this.commitRow());
  }

  /** Of one order, oldest first. */
  amendmentsOf(account: number, instrument: number, orderId: number): readonly AmendmentView[] {
    return this.indexesOf(account, instrument)
      .filter((index) => this.column(index, AMENDED_ORDER) === orderId)
      .map((index) => this.view(index));
  }

  override view(index: number): AmendmentView {
    const words = new Uint32Array(this.chunkOf(index).buffer);
    const at = this.offsetOf(index);
    return {
      instrument: this.column(index, INSTRUMENT),
      orderId: this.column(index, AMENDED_ORDER),
      account: this.column(index, ACCOUNT),
      executionId: this.column(index, SEQ),
      origClientOrderId: unpackClientOrderId(words, (at + OLD_CLIENT_ID) * 2),
      newClientOrderId: unpackClientOrderId(words, (at + NEW_CLIENT_ID) * 2),
      origQuantityLots: this.column(index, 4),
      newQuantityLots: this.column(index, 5),
      timeUs: this.column(index, 6),
    };
  }
}
