/**
 * The command line of `npm run replay`: `-- <kind> <file> [--through core|exchange] [options]`.
 */
import { parseArgs } from "node:util";
import { REPLAY_KINDS, type ReplayKind } from "./outcome.ts";

export const USAGE = `npm run replay -- <kind> <file> [--through core|exchange]

  <kind>            ${REPLAY_KINDS.join(", ")}
  <file>            plain, .gz or .xz; companion files lie beside it
  --through         core (default): the engine's book, in this process
                    exchange: a running exchange, over its public and operator HTTP API
  --expect-sha256   matching-reports: what the reports must hash to
  --origin          exchange: its address (default http://127.0.0.1:8080)
  --data-dir        exchange: where its operator-token lies (default TIDEBOOK_DATA_DIR, else .data;
                    TIDEBOOK_OPERATOR_TOKEN is used before it)
  --rows            matching-reports through the exchange: how many records (default 20000)

The last line of output is one JSON object. Exit 1: a bound failed. Exit 2: the input or the command cannot be read.`;

const ROWS_DEFAULT = 20_000;

export interface ReplayArguments {
  readonly kind: ReplayKind;
  readonly file: string;
  readonly through: "core" | "exchange";
  readonly expectSha256: string | undefined;
  readonly origin: string;
  readonly dataDir: string;
  /** undefined: what lies in dataDir. */
  readonly operatorToken: string | undefined;
  readonly rows: number;
}

export class BadArguments extends Error {
  readonly code = "bad_arguments";
}

/** @param env of the settings that the options' defaults come from. */
export function parseReplayArguments(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): ReplayArguments {
  const { values, positionals } = parsed(words);
  const [kind, file, ...more] = positionals;
  if (kind === undefined || file === undefined || more.length > 0)
    throw new BadArguments("a kind and a file are needed");
  if (!isKind(kind)) throw new BadArguments(`${kind} is no kind; there are ${REPLAY_KINDS.join(", ")}`);
  const through = values.through ?? "core";
  if (through !== "core" && through !== "exchange") throw new BadArguments(`--through ${through}: core or exchange`);
  const rows = Number(values.rows ?? ROWS_DEFAULT);
  if (!Number.isSafeInteger(rows) || rows < 1) throw new BadArguments(`--rows ${values.rows}: a whole number from 1`);
  const origin = values.origin ?? "http://127.0.0.1:8080";
  if (!/^http:\/\//.test(origin) || !URL.canParse(origin))
    throw new BadArguments(`--origin ${origin}: http://host:port`);
  const expectSha256 = values["expect-sha256"]?.toLowerCase();
  if (expectSha256 !== undefined && !/^[0-9a-f]{64}$/.test(expectSha256))
    throw new BadArguments("--expect-sha256: 64 hexadecimal digits");
  const named = values["data-dir"];
  const dataDir = named ?? env.TIDEBOOK_DATA_DIR ?? ".data";
  const operatorToken = named === undefined ? env.TIDEBOOK_OPERATOR_TOKEN : undefined;
  return { kind, file, through, expectSha256, origin, dataDir, operatorToken, rows };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        through: { type: "string" },
        "expect-sha256": { type: "string" },
        origin: { type: "string" },
        "data-dir": { type: "string" },
        rows: { type: "string" },
      },
    });
  } catch (cause) {
    throw new BadArguments(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function isKind(word: string): word is ReplayKind {
  return (REPLAY_KINDS as readonly string[]).includes(word);
}
