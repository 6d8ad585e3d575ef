/**
 * Many rows in one statement: each column travels as one array literal and is unnested in the database.
 *
 * The literals are text (`$1::text::bigint[]`), because PGlite and pg turn JavaScript arrays into parameters each in
 * their own way, and both more slowly.
 */
export type ColumnType = "bigint" | "integer" | "smallint" | "numeric" | "boolean" | "text" | "jsonb";
export type ColumnValue = string | number | bigint | boolean | null;
export type Columns = Readonly<Record<string, ColumnType>>;

/** `unnest(…) as r(…)`, its parameters numbered from `first`. */
export function unnest(columns: Columns, first: number): string {
  const types = Object.values(columns).map((type, index) => `$${first + index}::text::${type}[]`);
  return `unnest(${types.join(", ")}) as r(${Object.keys(columns).join(", ")})`;
}

/** The parameters of `unnest`, in the same order. */
export function columnLiterals<Row extends object>(columns: Columns, rows: readonly Row[]): string[] {
  return Object.entries(columns).map(([name, type]) => {
    const quoted = type === "text" || type === "jsonb";
    let literal = "";
    for (const row of rows) {
      const value = (row as Record<string, ColumnValue>)[name] ?? null;
      const text = value === null ? "null" : quoted ? quote(String(value)) : String(value);
      literal += literal === "" ? text : `,${text}`;
    }
    return `{${literal}}`;
  });
}

/** A NUL is no character of a text in Postgres; an old journal may have one in a name or a reference, and history goes on. */
function quote(value: string): string {
  return `"${value.replaceAll("\0", "\uFFFD").replace(/[\\"]/g, "\\$&")}"`;
}
