/**
 * A process that is nothing but the core: applies the frames of a record file (argv[2]) until at least argv[3] records
 * are in, and prints the fingerprint as JSON. Runs under any Node, once its types are stripped (stripped-copy.ts).
 */
import { openSync } from "node:fs";
import { Command } from "../core/command.ts";
import { Core } from "../core/core.ts";
import { RecordReader } from "../protocol/command-codec.ts";
import { fingerprintOf } from "./core-fingerprint.ts";
import { framesIn } from "./record-file.ts";

const [, , path = "", recordsMin = "0"] = process.argv;
const core = new Core();
const command = new Command();
const reader = new RecordReader();
let records = 0;
for (const frame of framesIn(openSync(path, "r"))) {
  core.state.events.clear();
  reader.open(frame.payload);
  for (let index = 0; index < frame.recordCount; index += 1) {
    reader.next(command);
    core.apply(command, frame.timeUs);
  }
  records += frame.recordCount;
  if (records >= Number(recordsMin)) break;
}
console.log(JSON.stringify(fingerprintOf(core)));
