/** An answer as text for a terminal: a list as a table, an object as lines, what is inside them as JSON. */

type Fields = Readonly<Record<string, unknown>>;

export function plainText(answer: unknown): string {
  if (Array.isArray(answer)) return answer.length === 0 ? "(none)" : tableOf(answer as Fields[]);
  return linesOf((answer ?? {}) as Fields);
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return "-";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function tableOf(rows: readonly Fields[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [names, ...rows.map((row) => names.map((name) => cellOf(row[name])))];
  const widths = names.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function linesOf(fields: Fields): string {
  const width = Math.max(0, ...Object.keys(fields).map((name) => name.length));
  return Object.entries(fields)
    .map(([name, value]) => {
      const isTable = Array.isArray(value) && value.length > 0 && typeof value[0] === "object";
      if (isTable) return `${name}\n${tableOf(value as Fields[]).replaceAll(/^/gm, "  ")}`;
      return `${name.padEnd(width)}  ${cellOf(value)}`;
    })
    .join("\n");
}
