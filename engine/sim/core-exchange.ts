/**
 * The fast core behind the one door of the tests: a command goes through its binary form, as in the journal, and its
 * rows come back as events.
 */
import { Command } from "../core/command.ts";
import { Core } from "../core/core.ts";
import { RecordReader, RecordWriter, toRecord } from "../protocol/command-codec.ts";
import type { CommandEnvelope, EngineCommand } from "../protocol/commands.ts";
import { decodeEvents } from "../protocol/event-decoder.ts";
import type { EngineEvent } from "../protocol/events.ts";
import type { Exchange } from "./exchange.ts";

export class CoreExchange implements Exchange {
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
