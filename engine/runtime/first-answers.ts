/**
 * The first answers to commands that came again after memory had let go of their events: made from the journal, and given
 * later. Newer ones never come here (event-retention.ts).
 *
 * Whoever waits is served by one replay at a time, in the order of the journal, and whoever joins meanwhile by the same one
 * where it has not passed yet. A replay rests as long as it ran, ends as soon as nobody waits for it, and so many wait at
 * most: a flood of repetitions costs half of one other thread, and no memory. Invariant I24: engine/INVARIANTS.md.
 */
import type { Repeated } from "../core/core.ts";
import { assert } from "../domain/assert.ts";
import type { CommandAnswer } from "../protocol/bus-messages.ts";
import type { EngineEvent } from "../protocol/events.ts";
import type { Reply } from "../protocol/views.ts";
import type { Waiting } from "./batch-queue.ts";
import type { EventHistory } from "./event-history.ts";
import { EventRetention, seqAfter } from "./event-retention.ts";
import type { AskedCommand } from "./replies.ts";

/** Half of what a bus hands in at most before it waits for answers: the other half goes on. */
const WAITING_MAX = 4_096;
/** Whoever has reached the deadline is told so within this. */
const LOOK_EVERY_MS = 100;
const REST_MS_MAX = 2_000;

export interface FirstAnswersOptions {
  /** Nobody else's: who asks for another place ends the replay under way. */
  readonly history: Pick<EventHistory, "page" | "close">;
  /** null: the order it speaks of has changed since, or the first command of this id was another one. */
  readonly reply: (asked: AskedCommand, events: readonly EngineEvent[]) => Reply | null;
  readonly nowUs: () => number;
}

/** A command that came again, and where the events of its first coming stand. */
export interface Repetition extends Repeated {
  readonly asked: AskedCommand;
  readonly deadlineUs: number;
}

interface Asker extends Repetition {
  readonly waiting: Waiting;
}

export class FirstAnswers {
  private readonly options: FirstAnswersOptions;
  private askers: Asker[] = [];
  private replaying: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  /** Nobody waited any more: the replay under way was ended for that, and tells nothing about the journal. */
  private isAbandoned = false;

  constructor(options: FirstAnswersOptions) {
    this.options = options;
  }

  /** Answers later: with the first answer, or that it cannot be told and why. */
  ask(repetition: Repetition, waiting: Waiting): void {
    if (this.askers.length >= WAITING_MAX) {
      waiting.answer(unknown("the first answer is in the journal, where too many others are being looked for"));
      return;
    }
    this.askers.push({ ...repetition, waiting });
    this.timer ??= setInterval(() => this.dismissLate(), LOOK_EVERY_MS).unref();
    this.replaying ??= this.replayWhileAsked();
  }

  /** Nobody is answered any more; who waits in this process is told that all is lost. */
  async close(cause: unknown): Promise<void> {
    for (const { waiting } of this.askers.splice(0)) waiting.lost?.(cause);
    this.stopLooking();
    await this.abandon();
  }

  private async replayWhileAsked(): Promise<void> {
    // Of one frame many may ask.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.askers.length > 0) {
      const startedMs = performance.now();
      this.isAbandoned = false;
      try {
        await this.replay();
      } catch (error) {
        // The journal cannot be read: then it cannot be told. Trading does not depend on it.
        if (this.isAbandoned) continue;
        const reason = error instanceof Error ? error.message : String(error);
        this.answerAll(this.askers.splice(0), unknown(`the journal did not tell the first answer: ${reason}`));
      }
      await this.options.history.close();
      const restMs = Math.min(performance.now() - startedMs, REST_MS_MAX);
      if (this.askers.length > 0) await new Promise((resolve) => setTimeout(resolve, restMs).unref());
    }
    this.replaying = null;
    this.stopLooking();
  }

  /** From the oldest that is asked for to the newest that is ahead of the replay by the time it comes there. */
  private async replay(): Promise<void> {
    let fromSeq = Math.min(...this.askers.map(({ firstSeq }) => firstSeq));
    while (this.askers.some(({ firstSeq }) => firstSeq >= fromSeq)) {
      const frames = await this.options.history.page(fromSeq, seqAfter);
      const [first] = frames;
      if (first === undefined) {
        const missing = this.takeOut((asker) => asker.firstSeq >= fromSeq);
        this.answerAll(missing, unknown("the journal ends before the first answer"));
        return;
      }
      const page = new EventRetention(first.firstSeq, Number.MAX_SAFE_INTEGER);
      for (const frame of frames) page.add(frame, seqAfter(frame));
      assert(page.endSeq > fromSeq, "every page leads on");
      fromSeq = page.endSeq;
      const here = this.takeOut(({ firstSeq }) => firstSeq >= page.firstSeq && firstSeq < page.endSeq);
      for (const asker of here.sort((one, other) => one.firstSeq - other.firstSeq)) this.answer(asker, page);
    }
  }

  private answer({ waiting, asked, firstSeq, eventCount }: Asker, page: EventRetention): void {
    const events = page.eventsOf(firstSeq, eventCount);
    waiting.answer(
      events === null ? unknown("the journal has other events there") : answerOf(this.options.reply(asked, events)),
    );
  }

  private dismissLate(): void {
    const nowUs = this.options.nowUs();
    const late = this.takeOut(({ deadlineUs }) => deadlineUs < nowUs);
    this.answerAll(late, unknown("the first answer was still being looked for in the journal at the deadline"));
    if (late.length > 0 && this.askers.length === 0) void this.abandon();
  }

  private abandon(): Promise<void> {
    this.isAbandoned = true;
    return this.options.history.close();
  }

  private takeOut(isIn: (asker: Asker) => boolean): Asker[] {
    const taken = this.askers.filter(isIn);
    if (taken.length > 0) this.askers = this.askers.filter((asker) => !isIn(asker));
    return taken;
  }

  private answerAll(askers: readonly Asker[], answer: CommandAnswer): void {
    for (const { waiting } of askers) waiting.answer(answer);
  }

  private stopLooking(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }
}

/** @param reply null: see FirstAnswersOptions. */
export function answerOf(reply: Reply | null): CommandAnswer {
  return reply === null
    ? unknown("the order has changed since the first answer, or this command's id is another command's")
    : { reply };
}

function unknown(message: string): CommandAnswer {
  return { error: "outcome_unknown", message };
}
