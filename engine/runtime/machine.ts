/**
 * The machine that the journal records: the core, and beside it the read model that follows from the same rows, and how
 * far each command stream has been read.
 *
 * applyFrame is the one way in, live and in recovery, so that both do the same. What comes of a frame is told to a
 * listener; in recovery it hears of the last frames alone.
 * Invariant I25: engine/INVARIANTS.md.
 */
import { COMMAND, Command } from "../core/command.ts";
import { Core, type Repeated } from "../core/core.ts";
import { capture, type Section } from "../core/snapshot.ts";
import type { CoreOptions } from "../core/state.ts";
import {
  type DecodedFrame,
  RecordFault,
  type ReplayTarget,
  type SnapshotSection,
  SnapshotUnusable,
  type StreamedSection,
  type TargetHead,
} from "../journal/replay-target.ts";
import { RecordReader } from "../protocol/command-codec.ts";
import type { EventRows } from "../protocol/event-decoder.ts";
import { ReadModel } from "./read-model.ts";
import { RegisterVersions, type Versions } from "./register-versions.ts";
import { type SourceCursors, SourcePositions } from "./source-positions.ts";

export interface MachineListener {
  /**
   * One command of the frame is applied; its rows stand in the event log from `start` to `end` (doubles). `command` is
   * the machine's own record: valid during the call.
   */
  commandApplied(
    index: number,
    command: Command,
    start: number,
    end: number,
    firstSeq: number,
    repeated: Repeated | null,
  ): void;
  /** All of it is applied. The rows are a copy. */
  frameApplied(rows: EventRows): void;
}

/** What the snapshot has of the machine itself. Fields but the first are missing in older ones. */
interface MachineSection extends Partial<Versions> {
  readonly nextRecord: number;
  readonly sources?: SourceCursors;
}

const READ_MODEL_PREFIX = "read-model/";
const MACHINE_SECTION = "machine";

export class EngineMachine implements ReplayTarget {
  readonly core: Core;
  /** null: only the events are wanted. */
  readonly readModel: ReadModel | null;
  readonly sources = new SourcePositions();
  readonly versions = new RegisterVersions();
  listener: MachineListener | null = null;
  /** The listener hears only of frames that end behind so many commands: telling of all would slow recovery down. */
  heardAfter = 0;
  commands = 0;
  duplicates = 0;
  private readonly command = new Command();
  private readonly reader = new RecordReader();
  private nextRecord = 1;

  constructor(options: CoreOptions, withReadModel: boolean) {
    this.core = new Core(options);
    this.readModel = withReadModel ? new ReadModel() : null;
  }

  applyFrame(
    frame: Pick<DecodedFrame, "payload" | "recordCount" | "firstRecord" | "timeUs">,
    voided: ReadonlySet<number>,
  ): void {
    const { core, command, reader, readModel, sources } = this;
    const listener = this.commands + frame.recordCount > this.heardAfter ? this.listener : null;
    const { events } = core.state;
    events.clear();
    const frameFirstSeq = events.nextSeq;
    const anyVoided = voided.size > 0;
    reader.open(frame.payload);
    for (let index = 0; index < frame.recordCount; index++) {
      const start = events.length;
      const firstSeq = events.nextSeq;
      try {
        if (anyVoided && voided.has(frame.firstRecord + index)) {
          // Unread: what makes a record trip may be that it cannot be read.
          reader.skip();
          // Its entry is not to be read again: it would trip again.
          sources.advance(reader.source, reader.sourceMs, reader.sourceCounter);
          continue;
        }
        reader.next(command);
        core.apply(command, frame.timeUs);
      } catch (error) {
        throw new RecordFault(frame.firstRecord + index, error);
      }
      sources.advance(reader.source, reader.sourceMs, reader.sourceCounter);
      if (core.repeated !== null) this.duplicates += 1;
      if (events.length > start) readModel?.apply(core.state, start, firstSeq, frame.timeUs);
      if (command.type === COMMAND.operator) this.versions.apply(core.state, start, firstSeq);
      else if (command.type === COMMAND.sourceEpoch) sources.begin(reader.sourceEpoch());
      listener?.commandApplied(index, command, start, events.length, firstSeq, core.repeated);
    }
    this.commands += frame.recordCount;
    this.nextRecord = frame.firstRecord + frame.recordCount;
    listener?.frameApplied({
      rows: events.rows.slice(0, events.length),
      length: events.length,
      texts: events.texts.slice(),
      firstSeq: frameFirstSeq,
      timeUs: frame.timeUs,
    });
  }

  head(): TargetHead {
    const { events, timeUs } = this.core.state;
    return { nextRecord: this.nextRecord, nextEventSeq: events.nextSeq, eventHash: events.hash(), timeUs };
  }

  captureSnapshot(): readonly (SnapshotSection | StreamedSection)[] {
    const own: MachineSection = {
      nextRecord: this.nextRecord,
      sources: this.sources.cursors(),
      ...this.versions.capture(),
    };
    const machine = new TextEncoder().encode(JSON.stringify(own));
    const sections: (SnapshotSection | StreamedSection)[] = [
      ...capture(this.core.state),
      { name: MACHINE_SECTION, bytes: machine },
    ];
    if (this.readModel !== null) {
      for (const section of this.readModel.capture())
        sections.push({ ...section, name: READ_MODEL_PREFIX + section.name });
    }
    return sections;
  }

  restoreSnapshot(sections: readonly SnapshotSection[]): void {
    const own = sections.find((section) => section.name === MACHINE_SECTION);
    if (own === undefined) throw new SnapshotUnusable("the snapshot has no section of the machine");
    const core: Section[] = [];
    const model: Section[] = [];
    for (const { name, bytes } of sections) {
      if (name.startsWith(READ_MODEL_PREFIX)) model.push({ name: name.slice(READ_MODEL_PREFIX.length), bytes });
      else if (name !== MACHINE_SECTION) core.push({ name, bytes });
    }
    if (this.readModel !== null && model.length === 0) throw new SnapshotUnusable("the snapshot has no read model");
    const section = JSON.parse(new TextDecoder().decode(own.bytes)) as MachineSection;
    this.core.restore(core);
    this.readModel?.restore(model, this.core.state);
    this.nextRecord = section.nextRecord;
    this.sources.restore(section.sources);
    this.versions.restore(section, this.core.state.events.nextSeq - 1);
  }
}
