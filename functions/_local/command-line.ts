/** The command line of `npm start`: `-- [--no-bots | --replay <file> [--speed <factor>]]`. Everything else is a setting. */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";

export const START_USAGE = `npm start -- [--no-bots | --replay <file> [--speed <factor>]]

  --no-bots         nobody trades but you (as TIDEBOOK_BOTS=0)
  --replay <file>   in place of the bots, a Binance capture (plain, .gz or .xz) trades on BTCUSDT, at its own pace, over and over
  --speed <factor>  of the replay: 2 is twice as fast (default 1)`;

const SPEED_MIN = 0.1;
const SPEED_MAX = 20;

export type StartArguments =
  /** As the settings say. */
  | { readonly trading: "as_set" }
  | { readonly trading: "none" }
  | { readonly trading: "replay"; readonly file: string; readonly speed: number }
  | { readonly trading: "mistaken"; readonly mistake: string };

export function parseStartArguments(words: readonly string[]): StartArguments {
  const read = parsed(words);
  if (typeof read === "string") return { trading: "mistaken", mistake: read };
  const { "no-bots": noBots = false, replay, speed } = read;
  if (replay === undefined) {
    if (speed !== undefined) return { trading: "mistaken", mistake: "--speed goes with --replay" };
    return { trading: noBots ? "none" : "as_set" };
  }
  if (noBots) return { trading: "mistaken", mistake: "--no-bots and --replay: one of them" };
  const factor = Number(speed ?? 1);
  if (!(factor >= SPEED_MIN && factor <= SPEED_MAX)) {
    return { trading: "mistaken", mistake: `--speed ${speed}: a number from ${SPEED_MIN} to ${SPEED_MAX}` };
  }
  if (!existsSync(replay)) return { trading: "mistaken", mistake: `--replay ${replay}: there is no such file` };
  return { trading: "replay", file: replay, speed: factor };
}

/** A text: what is wrong with it. */
function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: { "no-bots": { type: "boolean" }, replay: { type: "string" }, speed: { type: "string" } },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
