/**
 * An exchange of which only the events are told: they go to the read model as rows and to the accounts' stories as events,
 * and both must come to the same. Tests only.
 */
import { expect } from "vitest";
import { instrumentFrom } from "../../core/instrument-terms.ts";
import { CoreState } from "../../core/state.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type { SnapshotSection, StreamedSection } from "../../journal/replay-target.ts";
import { type AccountChange, AccountStory } from "../../protocol/account-story.ts";
import { decodeRow } from "../../protocol/event-decoder.ts";
import { isOpen } from "../../protocol/order-story.ts";
import { PLAIN_TERMS } from "../../sim/profiles.ts";
import { ReadModel } from "../read-model.ts";
import { type ToldEvent, writeEvent } from "./event-rows.ts";

type Told<Event> = Event extends unknown ? Omit<Event, "seq" | "timeUs" | "instrument"> : never;
/** What an event is told by: the instrument is 0, sequence and time are given out here. */
export type Telling = Told<ToldEvent>;

const ASSETS = [
  { id: 0, name: "A0", decimals: 0 },
  { id: 1, name: "A1", decimals: 0 },
];

/** Accounts 1 and 2; tick and lot are 1. */
export class ToldExchange {
  readonly state = new CoreState();
  readonly instrument: Instrument;
  model = new ReadModel();
  readonly stories: readonly AccountStory[];
  /** By account, 1 and 2. */
  readonly changes: readonly AccountChange[][] = [[], [], []];
  readonly events: ToldEvent[] = [];
  private timeUs = 1_000;

  constructor() {
    for (const asset of ASSETS) {
      this.state.putAsset(asset);
      this.state.ledger.addAsset();
    }
    const instrument = instrumentFrom(PLAIN_TERMS, 0, ASSETS[0]!, ASSETS[1]!);
    expect(instrument).not.toBeNull();
    this.instrument = instrument!;
    this.state.putInstrument(this.instrument);
    this.stories = [1, 2].map((account) => new AccountStory(account, [], [], 0, () => this.instrument));
  }

  /** One command's events. @returns them, as the decoder reads them from their rows. */
  tell(...told: readonly Telling[]): readonly ToldEvent[] {
    const { events: log } = this.state;
    log.clear();
    const firstSeq = log.nextSeq;
    this.timeUs += 1;
    const events: ToldEvent[] = [];
    for (const [index, telling] of told.entries()) {
      const event = { ...telling, instrument: 0, seq: firstSeq + index, timeUs: this.timeUs } as ToldEvent;
      const at = log.length;
      writeEvent(log, event);
      const decoded = decodeRow(log.rows, log.words, at, log.texts, event.seq, this.timeUs);
      expect(decoded).toEqual(event);
      events.push(event);
      for (const story of this.stories) this.changes[story.account]!.push(...story.apply(event));
    }
    this.model.apply(this.state, 0, firstSeq, this.timeUs);
    this.events.push(...events);
    this.compare();
    return events;
  }

  /** The newest view of every order and list in the stories is the read model's, where it still has them. */
  private compare(): void {
    const orders = new Map<number, unknown>();
    const lists = new Map<number, unknown>();
    for (const change of this.changes.flat())
      if (change.kind === "order") orders.set(change.order.orderId, change.order);
      else lists.set(change.list.orderListId, change.list);
    for (const [orderId, order] of orders) {
      const known = this.model.order(0, orderId);
      if (known !== null) expect(known).toEqual(order);
      else expect(isOpen(order as { status: "new" })).toBe(false);
    }
    for (const [orderListId, list] of lists) {
      const known = this.model.lists.view(orderListId);
      if (known !== null) expect(known).toEqual(list);
    }
  }

  /** Another read model, made from a snapshot of the present one. @param left names of sections that it does not get. */
  restored(left: readonly string[] = []): ReadModel {
    const sections = this.model.capture().map(whole);
    const model = new ReadModel();
    model.restore(
      sections.filter(({ name }) => !left.includes(name)),
      this.state,
    );
    return model;
  }
}

function whole(section: SnapshotSection | StreamedSection): SnapshotSection {
  if (!("chunks" in section)) return section;
  const bytes = Buffer.concat([...section.chunks()]);
  section.release();
  return { name: section.name, bytes: new Uint8Array(bytes) };
}
