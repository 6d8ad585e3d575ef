/**
 * Begins another lineage in a restored journal: an empty segment whose header names it. The first start after it begins the
 * epoch of that name, every start the next one, and every later segment carries the name on.
 */
import { assert } from "../domain/assert.ts";
import { type Disk, realDisk } from "./disk.ts";
import { EPOCH_MAX } from "./frame.ts";
import { JournalWalk } from "./journal-walk.ts";
import { listSegments } from "./segment.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { repairTail } from "./tail.ts";

/** @param lineage above the journal's epoch. Throws JournalError `locked`, `corrupt`; JournalFailure when it cannot be written. */
export function beginLineage(directory: string, lineage: number, disk: Disk = realDisk): void {
  const unlock = disk.lock(directory);
  try {
    const last = listSegments(disk, directory).at(-1);
    assert(last !== undefined, "a lineage begins in a journal that is there");
    const walk = new JournalWalk(disk, directory, last, "all");
    try {
      while (walk.next() !== null);
    } finally {
      walk.close();
    }
    const { header, position } = walk;
    assert(lineage > position.epoch && lineage < EPOCH_MAX, "a lineage's epoch is above all before it");
    repairTail(disk, last, header, position, walk.lastPlace);
    const writer = new SegmentWriter({
      disk,
      directory,
      identity: { ...header, lineage },
      position,
      current: { file: last, segmentBytes: header.segmentBytes },
      onRotated: () => {},
      onPrepareFailed: () => {},
    });
    try {
      writer.rotateSync();
    } finally {
      writer.closeSync();
    }
  } finally {
    unlock();
  }
}
