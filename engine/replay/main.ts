/** `npm run replay`: other people's order flow through the book, or through a running exchange. See README.md. */
import { BadArguments, parseReplayArguments, type ReplayArguments, USAGE } from "./arguments.ts";
import { replayBinance } from "./binance/replay.ts";
import { replayBitstamp } from "./bitstamp/replay.ts";
import { ExchangeUnreachable } from "./exchange/http-client.ts";
import { replayThroughExchange } from "./exchange/replay.ts";
import { UnreadableInput } from "./input-file.ts";
import { replayLobster } from "./lobster/replay.ts";
import { replayMatchingReports } from "./matching-reports/replay.ts";
import { allHold, type Outcome } from "./outcome.ts";
import { type Progress, progressOn } from "./progress.ts";

const EXIT_BOUND_FAILED = 1;
const EXIT_UNREADABLE = 2;

function replay(request: ReplayArguments, progress: Progress): Promise<Outcome> {
  if (request.through === "exchange") return replayThroughExchange(request, progress);
  switch (request.kind) {
    case "matching-reports":
      return replayMatchingReports(request.file, progress, { expectSha256: request.expectSha256 });
    case "lobster":
      return replayLobster(request.file, progress);
    case "bitstamp":
      return replayBitstamp(request.file, progress);
    case "binance":
      return replayBinance(request.file, progress);
  }
}

try {
  const request = parseReplayArguments(process.argv.slice(2), process.env);
  const outcome = await replay(request, progressOn(process.stderr));
  for (const bound of outcome.bounds) {
    const { name, value, of, atLeast, holds } = bound;
    console.log(`${holds ? "holds" : "FAILS"}  ${name}: ${value} of ${of}, at least ${atLeast}`);
  }
  console.log(JSON.stringify(outcome));
  if (!allHold(outcome)) process.exitCode = EXIT_BOUND_FAILED;
} catch (cause) {
  if (cause instanceof BadArguments) console.error(`${cause.message}\n\n${USAGE}`);
  else if (cause instanceof UnreadableInput || cause instanceof ExchangeUnreachable) console.error(cause.message);
  else throw cause;
  process.exitCode = EXIT_UNREADABLE;
}
