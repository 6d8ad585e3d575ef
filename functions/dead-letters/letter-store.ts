/**
 * Where letters are kept: one table in Postgres (migrations/0002_dead_letters.sql), bounded in rows.
 *
 * An event that is refused again is one row with a higher count, waiting again. Every call rejects with
 * `history_unavailable` while the database cannot be asked.
 */
import type { Database, Queryable, Row } from "../_shared/database.ts";
import type { Letter } from "./letter.ts";

/** Beyond it the oldest settled ones go, then the oldest; a letter is a batch of up to 256 KiB as a rule. */
export const LETTERS_MAX = 1_000;

export const LETTER_STATES = ["waiting", "replayed", "discarded"] as const;
export type LetterState = (typeof LETTER_STATES)[number];

export interface KeptLetter extends Omit<Letter, "identity" | "headers" | "body"> {
  /** Its number. */
  readonly letter: number;
  readonly bodyBytes: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly arrivals: number;
  readonly state: LetterState;
  readonly settledMs: number | null;
}
export type WholeLetter = KeptLetter & Pick<Letter, "headers" | "body">;

export interface LetterStore {
  /** @returns numbers of letters that had to go for it. */
  keep(letter: Letter, nowMs: number): Promise<readonly number[]>;
  /** Newest first, of numbers below `before`; null state: all. */
  list(range: {
    readonly before: number | null;
    readonly limit: number;
    readonly state: LetterState | null;
  }): Promise<readonly KeptLetter[]>;
  show(letter: number): Promise<WholeLetter | null>;
  /**
   * Runs `settle` on a letter that is not in this state, then marks it. No transaction is held meanwhile: two callers at
   * once may both run it. A letter that arrives again in between stays waiting. What `settle` throws leaves it as it was.
   *
   * @returns as it is now; null: there is no such letter.
   */
  settle(
    letter: number,
    state: Exclude<LetterState, "waiting">,
    nowMs: number,
    settle: (letter: WholeLetter) => Promise<void>,
  ): Promise<KeptLetter | null>;
}

const COLUMNS = `letter, source, event_id, destination, type, error_code, error_text, length(body) as body_bytes,
  first_ms, last_ms, arrivals, state, settled_ms`;
const WHOLE = `${COLUMNS}, headers, encode(body, 'base64') as body`;

const KEEP = `
  insert into dead_letters.letters as t
    (identity, source, event_id, destination, type, error_code, error_text, headers, body, first_ms, last_ms, arrivals, state)
  values ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, decode($9, 'base64'), $10::bigint, $10::bigint, 1, 'waiting')
  on conflict (identity) do update set
    error_code = excluded.error_code, error_text = excluded.error_text, last_ms = excluded.last_ms,
    arrivals = t.arrivals + 1, state = 'waiting', settled_ms = null`;

const TRIM = `
  delete from dead_letters.letters where letter in (
    select letter from dead_letters.letters order by (state = 'waiting'), letter
    limit greatest(0, (select count(*) from dead_letters.letters) - $1::bigint))
  returning letter`;

/** @param opened awaited before each call: the database with the table in it. */
export function letterStore(opened: () => Promise<Database>, lettersMax = LETTERS_MAX): LetterStore {
  return {
    async keep(letter, nowMs) {
      const { identity, source, eventId, destination, type, errorCode, errorText, headers, body } = letter;
      const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("base64");
      const said = [source, eventId, destination, type, errorCode, errorText];
      const database = await opened();
      return database.transaction(async (tx) => {
        await tx.query(KEEP, [identity, ...said, JSON.stringify(headers), bytes, nowMs]);
        return (await tx.query(TRIM, [lettersMax])).map((row) => Number(row.letter));
      });
    },
    async list({ before, limit, state }) {
      const database = await opened();
      const rows = await database.query(
        `select ${COLUMNS} from dead_letters.letters
         where ($1::bigint is null or letter < $1::bigint) and ($2::text is null or state = $2::text)
         order by letter desc limit $3::bigint`,
        [before, state, limit],
      );
      return rows.map(keptOf);
    },
    async show(letter) {
      return wholeLetter(await opened(), letter);
    },
    async settle(number, state, nowMs, settle) {
      const database = await opened();
      const letter = await wholeLetter(database, number);
      if (letter === null || letter.state === state) return letter === null ? null : withoutContents(letter);
      await settle(letter);
      const [row] = await database.transaction((tx) =>
        tx.query(
          `update dead_letters.letters set state = $2, settled_ms = $3 where letter = $1 and arrivals = $4
           returning ${COLUMNS}`,
          [number, state, nowMs, letter.arrivals],
        ),
      );
      if (row !== undefined) return keptOf(row);
      const again = await wholeLetter(database, number);
      return again === null ? null : withoutContents(again);
    },
  };
}

async function wholeLetter(on: Queryable, letter: number): Promise<WholeLetter | null> {
  const [row] = await on.query(`select ${WHOLE} from dead_letters.letters where letter = $1`, [letter]);
  if (row === undefined) return null;
  const headers = row.headers as unknown as Letter["headers"];
  return { ...keptOf(row), headers, body: Buffer.from(String(row.body), "base64") };
}

function withoutContents({ headers: _headers, body: _body, ...kept }: WholeLetter): KeptLetter {
  return kept;
}

function keptOf(row: Row): KeptLetter {
  return {
    letter: Number(row.letter),
    source: String(row.source),
    eventId: String(row.event_id),
    destination: String(row.destination),
    type: String(row.type),
    errorCode: Number(row.error_code),
    errorText: String(row.error_text),
    bodyBytes: Number(row.body_bytes),
    firstMs: Number(row.first_ms),
    lastMs: Number(row.last_ms),
    arrivals: Number(row.arrivals),
    state: row.state as LetterState,
    settledMs: row.settled_ms === null ? null : Number(row.settled_ms),
  };
}
