/**
 * The book alone on the matching-reports streams: what a matching engine is compared by.
 */
import { basename } from "node:path";
import { Book } from "../core/book.ts";
import { readInput } from "../replay/input-file.ts";
import { matchStream } from "../replay/matching-reports/match-stream.ts";
import { makeReportLog } from "../replay/matching-reports/report-log.ts";
import { readMessageStream, withFirst } from "../replay/matching-reports/stream-reader.ts";
import { sharedPath } from "../replay/shared-dir.ts";
import { median, rate, timed } from "./measure.ts";
import { PLAIN_BOOK, plainBook, plainCommandsOfStream, playPlain } from "./plain-book.ts";
import { type BenchLine, type BenchOptions, result } from "./result.ts";

const STREAMS = ["normal.bin.xz", "static.bin.xz"];
const WARM_ROUNDS = 2;
const ROUNDS = 7;
/** The peer is slow: a prefix of the same stream, the better of two rounds. */
const PEER_RECORDS = 100_000;
const PEER_ROUNDS = 2;

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const file of STREAMS) lines.push(await benchStream(file, quick));
  return lines;
}

async function benchStream(file: string, quick: boolean): Promise<BenchLine> {
  const name = `book alone, matching-reports ${basename(file, ".bin.xz")}`;
  const path = sharedPath("data", "matching-reports", file);
  if (path === null) return { name, skipped: `${file} is not below TIDEBOOK_SHARED_DIR` };
  const stream = readMessageStream(file, await readInput(path));
  const rounds = quick ? 2 : ROUNDS;
  const perSecond: number[] = [];
  for (let round = 0; round < WARM_ROUNDS + rounds; round++) {
    const book = new Book();
    const log = makeReportLog(stream.count);
    const elapsedMs = timed(() => matchStream(stream, book, log));
    if (round >= WARM_ROUNDS) perSecond.push(rate(stream.count, elapsedMs));
  }
  const prefix = withFirst(stream, quick ? PEER_RECORDS / 10 : PEER_RECORDS);
  const commands = plainCommandsOfStream(prefix);
  const peerRates = Array.from({ length: PEER_ROUNDS }, () => {
    const book = plainBook();
    return rate(
      prefix.count,
      timed(() => playPlain(commands, book, 0, prefix.count)),
    );
  });
  return result(name, median(perSecond), "commands/s", { name: PLAIN_BOOK, value: Math.max(...peerRates) }, [
    `${stream.count.toLocaleString("en-US")} messages, decoded beforehand; in the loop: match, rest, remove, a report row for each outcome and trade`,
    `median of ${rounds} rounds, each on a new book with room for 1,024 orders`,
    `peer: the first ${prefix.count.toLocaleString("en-US")} messages, orders made beforehand, the better of ${PEER_ROUNDS} rounds`,
  ]);
}
