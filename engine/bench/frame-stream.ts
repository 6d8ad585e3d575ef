/**
 * A flow as the journal's records, stamped with random command ids and with deadlines as an edge would set them, at a given
 * number of commands a second. Cut into frames of equal record counts.
 */
import { Command } from "../core/command.ts";
import { RecordWriter, toRecord } from "../protocol/command-codec.ts";
import type { EngineCommand } from "../protocol/commands.ts";
import { JavaRandom } from "../replay/java-random.ts";

/** What Binance's default recvWindow makes an edge set. */
export const DEADLINE_AHEAD_US = 5_000_000;
export const START_US = 1_700_000_000_000_000;

export interface Frame {
  readonly payload: Uint8Array;
  readonly recordCount: number;
  readonly timeUs: number;
}

export class FrameMaker {
  private readonly perSecond: number;
  private readonly random: JavaRandom;
  private readonly record = new Command();
  private made = 0;

  /** @param perSecond commands a second by the frames' clock. */
  constructor(perSecond: number, seed = 7) {
    this.perSecond = perSecond;
    this.random = new JavaRandom(seed);
  }

  /** The next frame: `count` commands that `next` gives. */
  frame(count: number, next: () => EngineCommand, source: "trade" | "ops" = "trade"): Frame {
    const writer = new RecordWriter(count * 160);
    const timeUs = START_US + Math.floor((this.made / this.perSecond) * 1_000_000);
    const idWords = new Uint32Array(4);
    const commandId = new Uint8Array(idWords.buffer);
    for (let index = 0; index < count; index++) {
      for (let word = 0; word < idWords.length; word++) idWords[word] = 2 * this.random.below(2 ** 31);
      writer.write(toRecord(next(), { commandId, deadlineUs: timeUs + DEADLINE_AHEAD_US, source }, this.record));
    }
    this.made += count;
    return { payload: writer.bytes().slice(), recordCount: count, timeUs };
  }

  frames(commands: number, perFrame: number, next: () => EngineCommand): readonly Frame[] {
    return Array.from({ length: Math.ceil(commands / perFrame) }, () => this.frame(perFrame, next));
  }

  /** The operator's commands before the flow, as one frame. */
  setUp(commands: readonly EngineCommand[]): Frame {
    const left = commands.values();
    return this.frame(commands.length, () => left.next().value as EngineCommand, "ops");
  }
}
