/**
 * The engine's loop: commands are taken in, made durable a frame at a time, applied, and only then answered.
 *
 * Owns: the order of these four, and one frame in flight. What arrives during one fdatasync makes the next frame. Does
 * not own: what a command means (core), what a frame is (journal), who asks (bus).
 * Invariant I26: engine/INVARIANTS.md.
 */
import {
  COMMAND_STREAMS,
  type CommandStream,
  type SourceIdentity,
  type StreamPosition,
} from "../bus/command-intake.ts";
import { type EngineStanding, OperationalError } from "../bus/engine-client.ts";
import { COMMAND, Command } from "../core/command.ts";
import type { Repeated } from "../core/core.ts";
import { RULES_VERSION } from "../core/state.ts";
import { assert } from "../domain/assert.ts";
import { openJournal } from "../journal/journal.ts";
import type { CommandAnswer, FeedFrame } from "../protocol/bus-messages.ts";
import { toRecord } from "../protocol/command-codec.ts";
import type { EngineCommand } from "../protocol/commands.ts";
import type { EventRows } from "../protocol/event-decoder.ts";
import type { OperatorReply, Reply, TradeReply } from "../protocol/views.ts";
import { type Batch, BatchQueue, type Waiting } from "./batch-queue.ts";
import { randomCommandId } from "./command-id.ts";
import { CommittedMark } from "./committed-mark.ts";
import type { Engine, EngineOptions, EngineStats } from "./contract.ts";
import { EventHistory } from "./event-history.ts";
import { EventRetention, eventsOfCommand } from "./event-retention.ts";
import { feedFrameOf } from "./feed.ts";
import { answerOf, FirstAnswers, type Repetition } from "./first-answers.ts";
import { EngineMachine } from "./machine.ts";
import type { ReadModel } from "./read-model.ts";
import { ReadPort } from "./read-port.ts";
import { askedOf, eventsBetween, ReplyMaker } from "./replies.ts";
import type { SourceCursors } from "./source-positions.ts";
import { ENGINE_NAME_DEFAULT, type EngineStart, standingOf } from "./standing.ts";

/** A frame is cut at this size, so that one burst does not hold everybody's answer back. */
const FRAME_BYTES_MAX = 1 << 20;
/** That long without a command, and the journal is sealed. */
const IDLE_SEAL_MS = 50;
/** More than this waiting, and the edge is told at once that nothing was sent. */
const QUEUED_MAX = 100_000;
/**
 * Of the journal's last records recovery keeps the events in memory, to answer at once whoever asks again: four times what
 * a bus can have unanswered. To keep all that memory has room for costs every start a tenth of its time.
 */
const RECOVERED_RECORDS_MAX = 32_768;
const NOBODY_VOIDED: ReadonlySet<number> = new Set();
/** A stream's server says who it is in 40 hexadecimal digits. */
const IDENTITY_CHARACTERS_MAX = 128;

export async function startEngine(options: EngineOptions): Promise<Engine> {
  const ordersExpected = options.ordersExpected ?? 1024;
  const machine = new EngineMachine({ ordersExpected }, true);
  const mark = new CommittedMark(options.directory);
  machine.readModel?.expectCommitted(mark.read());
  const retention = new EventRetention(1, options.retainedBytesMax);
  machine.listener = {
    commandApplied: () => {},
    frameApplied: (rows) => retention.add(rows, machine.core.state.events.nextSeq),
  };
  const { journal, report } = await openJournal({
    directory: options.directory,
    target: machine,
    engine: options.engine ?? ENGINE_NAME_DEFAULT,
    rulesVersion: RULES_VERSION,
    wallClockUs: options.wallClockUs,
    ...(options.disk === undefined ? {} : { disk: options.disk }),
    ...(options.segmentBytes === undefined ? {} : { segmentBytes: options.segmentBytes }),
    ...(options.snapshotEveryRecords === undefined ? {} : { snapshotEveryRecords: options.snapshotEveryRecords }),
    ...(options.onNotice === undefined ? {} : { onNotice: options.onNotice }),
    onProgress: (progress) => {
      machine.heardAfter = progress.recordsTotal - RECOVERED_RECORDS_MAX;
      options.onProgress?.(progress);
    },
  });
  machine.heardAfter = 0;
  // Of what a snapshot restored, no events are at hand.
  retention.endSeq = machine.core.state.events.nextSeq;
  return new RunningEngine(options, machine, retention, journal, report, mark);
}

class RunningEngine extends ReadPort implements Engine {
  readonly recovery: Engine["recovery"];
  private readonly options: EngineOptions;
  private readonly journal: Awaited<ReturnType<typeof openJournal>>["journal"];
  private readonly mark: CommittedMark;
  private readonly replies: ReplyMaker;
  private readonly firstAnswers: FirstAnswers;
  private readonly record = new Command();
  private readonly queue: BatchQueue;
  private inFlight: Batch | null = null;
  private running: Promise<void> | null = null;
  private idle: NodeJS.Timeout | null = null;
  private isClosing = false;
  private failure: unknown = null;
  private readonly feedListeners = new Set<(frame: FeedFrame) => void>();
  private readonly eventWaiters = new Set<() => void>();
  /** Of the frame at hand, held back until all of it is applied: an answer for each that waits, and the feed. */
  private answers: (CommandAnswer | Repetition)[] = [];
  private feedFrame: FeedFrame | null = null;
  private readonly start: EngineStart;

  constructor(
    options: EngineOptions,
    machine: EngineMachine,
    retention: EventRetention,
    journal: RunningEngine["journal"],
    recovery: Engine["recovery"],
    mark: CommittedMark,
  ) {
    const history = (): EventHistory => new EventHistory(options.directory, options.ordersExpected ?? 1024);
    super(machine, retention, history(), recovery.lineage);
    this.options = options;
    this.committedSeq = machine.readModel?.committedSeq ?? 0;
    this.journal = journal;
    // A batch ends with the record that passes the limit: that one must find room, too.
    this.queue = new BatchQueue(Math.min(FRAME_BYTES_MAX, journal.payloadBytesMax / 2));
    this.mark = mark;
    this.recovery = recovery;
    this.replies = new ReplyMaker(
      machine.readModel as ReadModel,
      (id) => machine.core.state.instruments[id]!.definition,
      (account) => this.countsAt(account, machine.core.state.timeUs),
    );
    this.firstAnswers = new FirstAnswers({
      history: history(),
      reply: (asked, events) => this.replies.again(asked, events),
      nowUs: options.wallClockUs,
    });
    machine.listener = {
      commandApplied: (_index, command, start, end, firstSeq, repeated) =>
        this.commandApplied(command, start, end, firstSeq, repeated),
      frameApplied: (rows) => this.frameApplied(rows),
    };
    this.start = { engine: options.engine, startedUs: options.wallClockUs(), recovery, atStart: this.stats() };
  }

  protected override get nowUs(): number {
    return Math.max(this.options.wallClockUs(), this.journal.timeUs);
  }

  get epoch(): number {
    return this.journal.epoch;
  }

  submit(command: Parameters<Engine["submit"]>[0], deadlineUs: number, commandId?: Uint8Array): Promise<TradeReply> {
    return this.enqueue(command, deadlineUs, commandId, "trade") as Promise<TradeReply>;
  }

  submitOperator(
    command: Parameters<Engine["submitOperator"]>[0],
    deadlineUs: number,
    commandId?: Uint8Array,
  ): Promise<OperatorReply> {
    return this.enqueue(command, deadlineUs, commandId, "ops") as Promise<OperatorReply>;
  }

  private enqueue(
    command: EngineCommand,
    deadlineUs: number,
    id: Uint8Array | undefined,
    source: CommandStream,
  ): Promise<Reply> {
    const refusal = this.refusal();
    if (refusal !== null) return Promise.reject(refusal);
    if (this.queue.queued >= QUEUED_MAX)
      return Promise.reject(new OperationalError("not_sent", "too many commands wait"));
    const commandId = id ?? randomCommandId();
    return new Promise((resolve, reject) => {
      // First of all: what cannot be encoded throws here, and must not leave an empty batch behind.
      const record = toRecord(command, { commandId, deadlineUs, source }, this.record);
      const batch = this.queue.filling();
      batch.writer.write(record);
      this.wait(batch, {
        answer: (answer) => {
          if ("reply" in answer) resolve(answer.reply);
          else reject(new OperationalError(answer.error, answer.message));
        },
        lost: (cause) => reject(new OperationalError("outcome_unknown", "the engine has stopped", { cause })),
      });
    });
  }

  take(
    record: Uint8Array,
    stream: CommandStream,
    position: StreamPosition,
    answer: (answer: CommandAnswer) => void,
  ): void {
    if (this.refusal() !== null) return;
    const batch = this.queue.filling();
    batch.writer.writeDelivered(record, COMMAND_STREAMS.indexOf(stream), position.ms, position.counter);
    this.wait(batch, { answer, lost: null });
  }

  startSourceEpoch(stream: CommandStream, { runId, replicationId }: SourceIdentity): Promise<void> {
    for (const id of [runId, replicationId])
      assert(id.length >= 1 && id.length <= IDENTITY_CHARACTERS_MAX, "a stream's server has a name");
    const refusal = this.refusal();
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const batch = this.queue.filling();
      batch.writer.writeSourceEpoch({ stream, runId, replicationId });
      this.wait(batch, {
        answer: () => resolve(),
        lost: (cause) => reject(new OperationalError("outcome_unknown", "the engine has stopped", { cause })),
      });
    });
  }

  sourceCursors(): SourceCursors {
    return this.machine.sources.cursors();
  }

  private refusal(): OperationalError | null {
    if (this.failure !== null)
      return new OperationalError("not_sent", "the engine has stopped", { cause: this.failure });
    return this.isClosing ? new OperationalError("not_sent", "the engine is stopping") : null;
  }

  private wait(batch: Batch, waiting: Waiting): void {
    this.queue.add(batch, waiting);
    this.running ??= this.run();
  }

  private async run(): Promise<void> {
    // What else arrives in this turn of the event loop shares the frame.
    await new Promise<void>((resolve) => setImmediate(resolve));
    try {
      for (let batch = this.queue.shift(); batch !== undefined; batch = this.queue.shift()) {
        this.inFlight = batch;
        await this.commit(batch);
        this.inFlight = null;
        this.queue.reuse(batch);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.running = null;
    }
    this.sealWhenIdle();
  }

  /** After a quiet moment an empty frame follows the last one, so that damage to that one cannot pass for a torn tail. */
  private sealWhenIdle(): void {
    if (this.isClosing || this.failure !== null) return;
    if (this.idle !== null) this.idle.refresh();
    else {
      this.idle = setTimeout(() => {
        if (this.running === null && !this.isClosing && this.failure === null) this.running = this.sealThenRun();
      }, IDLE_SEAL_MS);
      this.idle.unref();
    }
  }

  private async sealThenRun(): Promise<void> {
    try {
      await this.journal.seal(this.nowUs);
    } catch (error) {
      this.fail(error);
    }
    this.running = this.queue.isEmpty ? null : this.run();
  }

  private async commit(batch: Batch): Promise<void> {
    const timeUs = this.nowUs;
    const payload = batch.writer.bytes();
    const { count } = batch.writer;
    const { nextRecord } = this.machine.head();
    await this.journal.append({ recordCount: count, payload, timeUs });
    this.answers = [];
    this.feedFrame = null;
    this.machine.applyFrame({ payload, recordCount: count, firstRecord: nextRecord, timeUs }, NOBODY_VOIDED);
    for (const [index, waiting] of batch.waiting.entries()) {
      const answer = this.answers[index]!;
      if ("asked" in answer) this.firstAnswers.ask(answer, waiting);
      else waiting.answer(answer);
    }
    const { feedFrame } = this;
    if (feedFrame !== null) for (const listener of this.feedListeners) listener(feedFrame);
    this.journal.snapshotIfDue();
  }

  private commandApplied(
    command: Command,
    start: number,
    end: number,
    firstSeq: number,
    repeated: Repeated | null,
  ): void {
    const { state } = this.machine.core;
    if (command.type === COMMAND.sourceEpoch) {
      this.answers.push({ reply: { outcome: "done", seq: firstSeq - 1, timeUs: state.timeUs } });
      return;
    }
    if (repeated !== null) {
      this.answers.push(this.firstAnswer(command, repeated, end));
      return;
    }
    this.answers.push({
      reply: this.replies.reply(command, eventsBetween(state, start, end, firstSeq, state.timeUs)),
    });
  }

  /** The first coming may have been in this very frame, or so long ago that only the journal knows what it caused. */
  private firstAnswer(command: Command, repeated: Repeated, end: number): CommandAnswer | Repetition {
    const { firstSeq, eventCount } = repeated;
    const { events: log, timeUs } = this.machine.core.state;
    const frameFirstSeq = this.retention.endSeq;
    const { rows, texts } = log;
    const thisFrame = { rows, texts, length: end, firstSeq: frameFirstSeq, timeUs };
    const events =
      firstSeq < frameFirstSeq
        ? this.retention.eventsOf(firstSeq, eventCount)
        : eventsOfCommand(thisFrame, firstSeq, eventCount);
    if (events !== null) return answerOf(this.replies.again(command, events));
    return { ...repeated, asked: askedOf(command), deadlineUs: command.deadlineUs };
  }

  private frameApplied(rows: EventRows): void {
    const nextSeq = this.machine.core.state.events.nextSeq;
    this.retention.add(rows, nextSeq);
    if (this.feedListeners.size > 0 && rows.length > 0) this.feedFrame = feedFrameOf(rows, this.epoch, nextSeq - 1);
    for (const wake of this.eventWaiters) wake();
  }

  private fail(error: unknown): void {
    this.failure = error;
    void this.firstAnswers.close(error);
    for (let batch = this.inFlight ?? this.queue.shift(); batch !== undefined; batch = this.queue.shift())
      for (const { lost } of batch.waiting) lost?.(error);
    this.options.onFatal(error);
  }

  subscribeFeed(listener: (frame: FeedFrame) => void): () => void {
    this.feedListeners.add(listener);
    return () => this.feedListeners.delete(listener);
  }

  async waitForEvent(seq: number, timeoutMs: number): Promise<void> {
    if (this.headSeq >= seq) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.eventWaiters.delete(wake);
        resolve();
      };
      const wake = (): void => {
        if (this.headSeq >= seq) done();
      };
      const timer = setTimeout(done, timeoutMs);
      this.eventWaiters.add(wake);
    });
  }

  committed(seq: number): void {
    this.committedSeq = Math.max(this.committedSeq, seq);
    this.machine.readModel?.forgetUpTo(this.committedSeq);
    this.mark.put(this.committedSeq);
  }

  stats(): EngineStats {
    const { core, commands, duplicates, readModel, versions } = this.machine;
    const { instruments, accounts } = core.state;
    return {
      epoch: this.epoch,
      headSeq: this.headSeq,
      committedSeq: this.committedSeq,
      timeUs: this.journal.timeUs,
      commands,
      trades: readModel?.trades ?? 0,
      rejects: readModel?.rejects ?? 0,
      duplicates,
      queued: this.queue.queued,
      openOrders: instruments.reduce((sum, { book }) => sum + book.orders.live, 0),
      openSpecialOrders: readModel?.openSpecialOrders ?? 0,
      openOrderLists: readModel?.lists.open ?? 0,
      instruments: instruments.length,
      accounts: accounts.length,
      ...versions.capture(),
      journal: this.journal.stats(),
    };
  }

  async standing(): Promise<EngineStanding> {
    return standingOf(this.start, this.stats(), this.machine.core.state.withdrawalsFrozen);
  }

  async close(): Promise<void> {
    this.isClosing = true;
    if (this.idle !== null) clearTimeout(this.idle);
    while (this.running !== null) await this.running;
    await this.firstAnswers.close(new Error("the engine is stopping"));
    await Promise.all([this.journal.close(), this.history.close(), this.mark.flush()]);
  }
}
