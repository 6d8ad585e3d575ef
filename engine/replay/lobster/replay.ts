/** Replays a LOBSTER day through the core: executions at the prior best price, the queue, and the best prices. */
import { existsSync } from "node:fs";
import { CoreVenue } from "../core-venue.ts";
import { companionOf, readLines, UnreadableInput, unpackedName } from "../input-file.ts";
import { type Bound, type Outcome, perSecond, ratioBound } from "../outcome.ts";
import type { Progress } from "../progress.ts";
import { drive, type LobsterDrive } from "./drive.ts";
import { type LobsterDay, readLobsterDay } from "./message-reader.ts";

/** Published for AMZN, 2012-06-21: of 4,482 executions of known orders 4,478 are first in their queue. */
const QUEUE_BOUND = [4478, 4482] as const;

export async function readLobster(path: string): Promise<LobsterDay> {
  const name = unpackedName(path);
  if (!existsSync(path)) throw new UnreadableInput(`${path} is not there`);
  const companion = companionOf(path, "orderbook.csv") ?? companionOf(path, name.replace("message", "orderbook"));
  if (companion === null) throw new UnreadableInput(`no orderbook.csv (plain, .xz or .gz) lies beside ${path}`);
  return readLobsterDay(name, await readLines(path), await readLines(companion));
}

export async function replayLobster(path: string, progress: Progress): Promise<Outcome> {
  const day = await readLobster(path);
  progress.begin("lobster", day.messages.length);
  const run = drive(day, new CoreVenue(), progress);
  progress.end();
  return {
    kind: "lobster",
    file: path,
    through: "core",
    ...run.tally.closed(day.messages.length),
    ordersPerSecond: perSecond(run.submitted, run.elapsedMs),
    bounds: boundsOf(run),
    figures: figuresOf(day, run),
  };
}

export function boundsOf(run: LobsterDrive): readonly Bound[] {
  const { visible, atPriorBest, ofKnownOrders, knownFirstInQueue, knownOfSweep } = run.executions;
  return [
    ratioBound("visible_executions_at_the_prior_best", atPriorBest, visible, 1, 1),
    ratioBound(
      "known_orders_first_in_queue_or_in_one_sweep",
      knownFirstInQueue + knownOfSweep,
      ofKnownOrders,
      ...QUEUE_BOUND,
    ),
    ratioBound("best_bid_and_ask_equal_the_row", run.tops.equal, run.tops.explainable, 1, 1),
  ];
}

export function figuresOf(day: LobsterDay, run: LobsterDrive): Record<string, unknown> {
  return {
    tick: day.tick,
    ordersSubmitted: run.submitted,
    ...run.executions,
    topsExplainable: run.tops.explainable,
    topsEqual: run.tops.equal,
    corrections: run.corrections,
    contradictedBy: run.tally.contradictedBy,
  };
}
