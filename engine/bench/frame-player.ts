/**
 * Plays frames on a core, timing what the core does and not how its commands are read: each frame's commands are filled
 * into records beforehand. Nothing is allocated on the way.
 */
import { Command } from "../core/command.ts";
import type { Core } from "../core/core.ts";
import { RecordReader } from "../protocol/command-codec.ts";
import type { Frame } from "./frame-stream.ts";

export class FramePlayer {
  private readonly core: Core;
  private readonly reader = new RecordReader();
  private readonly records: Command[] = [];

  constructor(core: Core) {
    this.core = core;
  }

  /** @returns how long the core was at it, ms. */
  play(frames: readonly Frame[]): number {
    let elapsedMs = 0;
    for (const frame of frames) elapsedMs += this.playFrame(frame);
    return elapsedMs;
  }

  private playFrame(frame: Frame): number {
    const { core, reader, records } = this;
    while (records.length < frame.recordCount) records.push(new Command());
    reader.open(frame.payload);
    for (let index = 0; index < frame.recordCount; index++) reader.next(records[index]!);
    const startedMs = performance.now();
    core.state.events.clear();
    for (let index = 0; index < frame.recordCount; index++) core.apply(records[index]!, frame.timeUs);
    return performance.now() - startedMs;
  }
}

export function recordsOf(frames: readonly Frame[]): number {
  return frames.reduce((sum, { recordCount }) => sum + recordCount, 0);
}
