/**
 * The list rules of trading-api.md §1.2 in SQL: no time: the newest `limit`; only start: oldest from there; only end: newest
 * up to there; both: from start, cut at end; bounds inclusive; always returned oldest first.
 */
import type { Database, Row, SqlParameter } from "./database.ts";

/** Whether a list starts at its oldest end: with a start (time or id) it does, else it is the newest `limit`. */
export type From = "oldest" | "newest";

/** Conditions and parameters of one statement, numbered as they are added. */
export class Conditions {
  readonly parameters: SqlParameter[] = [];
  readonly #clauses: string[] = [];

  /** @param clause with `?` where the parameter goes. */
  add(clause: string, value: SqlParameter): this {
    this.#clauses.push(clause.replaceAll("?", this.parameter(value)));
    return this;
  }

  /** A condition without a parameter. */
  say(clause: string): this {
    this.#clauses.push(clause);
    return this;
  }

  parameter(value: SqlParameter): string {
    this.parameters.push(value);
    return `$${this.parameters.length}`;
  }

  where(): string {
    return this.#clauses.join(" and ");
  }
}

/** First microsecond of a millisecond, and of the one after it: bounds are inclusive by the millisecond. */
export const startUs = (startMs: number): number => startMs * 1_000;
export const endUsExclusive = (endMs: number): number => (endMs + 1) * 1_000;

/** Runs one list: oldest first, whichever end it starts at. */
export function listOn(database: Pick<Database, "query">) {
  return async (
    select: string,
    conditions: Conditions,
    orderBy: string,
    from: From,
    limit: number,
  ): Promise<readonly Row[]> => {
    const direction = from === "oldest" ? "asc" : "desc";
    const sql =
      `${select} where ${conditions.where()} order by ${orderBy} ${direction} ` +
      `limit ${conditions.parameter(limit)}`;
    const rows = await database.query(sql, conditions.parameters);
    return from === "oldest" ? rows : rows.toReversed();
  };
}
