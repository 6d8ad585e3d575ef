/** Segments: their names and their listing. */
import { expect, test } from "vitest";
import { FaultyDisk } from "../sim/faulty-disk.ts";
import { listSegments, segmentFileName } from "./segment.ts";

test("a segment that is archived while the folder is being listed is not missed", () => {
  const disk = new FaultyDisk();
  const name = segmentFileName(1, 1);
  let calls = 0;
  disk.list = (path) => {
    calls += 1;
    if (path.endsWith("archive")) return calls > 1 ? [`${name}.zst`] : [];
    return calls > 1 ? [] : [name];
  };
  expect(listSegments(disk, "/data").map((file) => file.number)).toEqual([1]);
});

test("segments are listed by number, raw before archived, and other files are left out", () => {
  const disk = new FaultyDisk();
  const names = [2, 10, 1].map((number) => segmentFileName(number, number * 100));
  disk.list = (path) =>
    path.endsWith("archive")
      ? [`${names[2]}.zst`, `${names[0]}.zst`, `${names[1]}.zst.tmp`]
      : [names[1] ?? "", names[0] ?? "", "lock", "snapshot-0000000000000001", "next-segment-1.tmp"];
  expect(listSegments(disk, "/data")).toEqual([
    { number: 1, firstRecord: 100, archived: true, path: `/data/archive/${names[2]}.zst` },
    { number: 2, firstRecord: 200, archived: false, path: `/data/${names[0]}` },
    { number: 10, firstRecord: 1000, archived: false, path: `/data/${names[1]}` },
  ]);
});
