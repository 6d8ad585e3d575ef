/**
 * The fast core behind the one door of the tests: a command goes through its binary form, as in the journal, and its
 * rows come back as events.
 */
import { Command } from "../core/command.ts";
import { Core } from "../core/core.ts";
import { capture } from "../core/snapshot.ts";
import { RecordReader, RecordWriter, toRecord } from "../protocol/command-codec.ts";
import type { CommandEnvelope, EngineCommand } from "../protocol/commands.ts";
import { decodeEvents } from "../protocol/event-decoder.ts";
import type { EngineEvent } from "../protocol/events.ts";
import type { Exchange } from "./exchange.ts";

export class CoreExchange implements Exchange {
  /** Small tables, so that they grow within a session. */
  readonly core = new Core({ ordersExpected: 16 });
  readonly #command = new Command();
  readonly #writer = new RecordWriter();
  readonly #reader = new RecordReader();

  apply(command: EngineCommand, envelope: CommandEnvelope, timeUs: number): EngineEvent[] {
    this.#writer.clear();
    this.#writer.write(toRecord(command, envelope, this.#command));
    this.#reader.open(this.#writer.bytes());
    this.#reader.next(this.#command);
    const { events } = this.core.state;
    events.clear();
    const firstSeq = events.nextSeq;
    this.core.apply(this.#command, timeUs);
    return decodeEvents({ rows: events.rows, length: events.length, texts: events.texts, firstSeq, timeUs });
  }
}

/** A core that is captured and restored every few commands: from its snapshots it goes on as if nothing had been. */
export class RestartingCoreExchange implements Exchange {
  readonly #everyCommands: number;
  #exchange = new CoreExchange();
  #commands = 0;

  constructor(everyCommands: number) {
    this.#everyCommands = everyCommands;
  }

  get core(): Core {
    return this.#exchange.core;
  }

  apply(command: EngineCommand, envelope: CommandEnvelope, timeUs: number): EngineEvent[] {
    this.#commands += 1;
    if (this.#commands % this.#everyCommands === 0) {
      const sections = capture(this.#exchange.core.state);
      this.#exchange = new CoreExchange();
      this.#exchange.core.restore(sections);
    }
    return this.#exchange.apply(command, envelope, timeUs);
  }
}
