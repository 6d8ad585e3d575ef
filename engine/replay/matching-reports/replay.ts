/**
 * Replays a matching-reports stream through the core's book and gives its report hash.
 *
 * A row is matched when the core's book and the slow venue, which shares no code with it, report the same of it;
 * contradicted when they differ. Where the stream is one whose hash is published, the hash is a bound.
 */
import { createHash } from "node:crypto";
import { readInput, unpackedName } from "../input-file.ts";
import { type Bound, type Outcome, perSecond, Tally } from "../outcome.ts";
import type { Progress } from "../progress.ts";
import { SlowVenue } from "../slow-venue.ts";
import { matchStream } from "./match-stream.ts";
import { differingRecords, EXCLUDED } from "./report-log.ts";
import { digestReports } from "./report-text.ts";
import { matchSlowly } from "./slow-match.ts";
import { readMessageStream } from "./stream-reader.ts";

/** Published report hashes, by the SHA-256 of the stream itself: a file's name proves nothing. */
export const PUBLISHED_REPORTS: Readonly<Record<string, string>> = {
  // normal
  d925e1a4fc03cfcf7f0db8f9ad4c6c8674991250b702e9dc3f1b2b7c9f4bfbc1:
    "e9b2e3926854410b01a035aeb25dd05f1e597c233be8263de9eb49b6713d367e",
  // static
  "22f782cf6865a53ed150424b87f51a35dc80be87e2427c78c3b5a12d6ccc0ae5":
    "9803843ee404fc29c9a0aa5614f8f0d5a58b5c44fcac9ef89067886fcaaa30d1",
};

/** Passes that are measured, behind a first one that compiles the code. */
const WARM_PASSES = 3;

export interface MatchingReportsOptions {
  /** What the reports must hash to, where the caller knows. */
  readonly expectSha256?: string | undefined;
}

export async function replayMatchingReports(
  path: string,
  progress: Progress,
  options: MatchingReportsOptions = {},
): Promise<Outcome> {
  const bytes = await readInput(path);
  const stream = readMessageStream(unpackedName(path), bytes);
  const coldStarted = performance.now();
  const log = matchStream(stream);
  const coldMs = performance.now() - coldStarted;
  const warmMs = medianMs(() => matchStream(stream));
  const reportStarted = performance.now();
  const digest = digestReports(stream, log);
  const reportMs = performance.now() - reportStarted;
  progress.begin("second opinion", stream.count);
  const differs = differingRecords(log, matchSlowly(stream, new SlowVenue(), progress));
  progress.end();

  const tally = new Tally();
  for (let record = 0; record < stream.count; record++) {
    if (differs[record] !== 0) tally.contradict("the_two_books_differ");
    else if (log.outcomes[record] === EXCLUDED) tally.exclude("id_still_resting");
    else tally.match();
  }
  const expected = options.expectSha256 ?? PUBLISHED_REPORTS[createHash("sha256").update(bytes).digest("hex")] ?? null;
  const agreement: Bound = {
    name: "two_books_agree",
    value: stream.count - tally.contradicted,
    of: stream.count,
    atLeast: stream.count,
    holds: tally.contradicted === 0,
  };
  const hashHolds = expected === null || expected === digest.sha256;
  const hash: Bound = { name: "published_report_hash", value: hashHolds ? 1 : 0, of: 1, atLeast: 1, holds: hashHolds };
  return {
    kind: "matching-reports",
    file: path,
    through: "core",
    ...tally.closed(stream.count),
    reportSha256: digest.sha256,
    ordersPerSecond: perSecond(stream.count, warmMs),
    bounds: expected === null ? [agreement] : [agreement, hash],
    figures: {
      trades: digest.trades,
      reports: digest.reports,
      expectedSha256: expected,
      matchingMs: Math.round(warmMs),
      reportWritingMs: Math.round(reportMs),
      ordersPerSecondFirstPass: perSecond(stream.count, coldMs),
      ordersPerSecondWithReports: perSecond(stream.count, warmMs + reportMs),
      contradictedBy: tally.contradictedBy,
    },
  };
}

function medianMs(pass: () => void): number {
  const elapsedMs = Array.from({ length: WARM_PASSES }, () => {
    const started = performance.now();
    pass();
    return performance.now() - started;
  });
  return elapsedMs.sort((one, other) => one - other)[Math.floor(WARM_PASSES / 2)]!;
}
