/** What may be done so often, or so much of it, in a window of time; whoever asks names the window in `what`. */
import type { Database } from "../database.ts";
import { big } from "../row-views.ts";

export interface AllowanceStore {
  /** Those that are over are forgotten with it. @returns false: more than `max`, and nothing has changed. */
  spend(what: string, amount: bigint, max: bigint, endsMs: number, nowMs: number): Promise<boolean>;
  /** What was spent for nothing. */
  giveBack(what: string, amount: bigint): Promise<void>;
  /** By name; 0 where nothing was spent. */
  spent(names: readonly string[]): Promise<ReadonlyMap<string, bigint>>;
}

export function allowanceStore(opened: () => Promise<Database>): AllowanceStore {
  return {
    async spend(what, amount, max, endsMs, nowMs) {
      if (amount > max) return false;
      const sql = `insert into people.allowances as held (what, used, ends_ms) values ($1, $2::text::bigint, $4)
        on conflict (what) do update set used = held.used + excluded.used
          where held.used + excluded.used <= $3::text::bigint
        returning used`;
      return (await opened()).transaction(async (tx) => {
        await tx.query("delete from people.allowances where ends_ms <= $1", [nowMs]);
        return (await tx.query(sql, [what, String(amount), String(max), endsMs])).length === 1;
      });
    },

    async giveBack(what, amount) {
      const sql = "update people.allowances set used = greatest(0, used - $2::text::bigint) where what = $1";
      await (await opened()).transaction((tx) => tx.query(sql, [what, String(amount)]));
    },

    async spent(names) {
      const sql = `select what, used from people.allowances
        where what in (select jsonb_array_elements_text($1::text::jsonb))`;
      const rows = await (await opened()).query(sql, [JSON.stringify(names)]);
      const used = new Map(rows.map((row) => [String(row.what), big(row, "used")]));
      return new Map(names.map((name) => [name, used.get(name) ?? 0n]));
    },
  };
}
