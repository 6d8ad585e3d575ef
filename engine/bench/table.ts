/**
 * Results as a Markdown table whose columns also line up in a terminal.
 */
import type { BenchLine } from "./result.ts";

const HEADINGS = ["what", "value", "unit", "peer", "ratio", "conditions"] as const;
/** The last column is prose and is not padded. */
const PADDED = HEADINGS.length - 1;
const RIGHT: ReadonlySet<number> = new Set([1, 4]);

export function tableOf(lines: readonly BenchLine[]): string {
  const rows = [HEADINGS, ...lines.map(cellsOf)];
  const widths = HEADINGS.map((_, column) =>
    column < PADDED ? Math.max(...rows.map((row) => row[column]?.length ?? 0)) : 3,
  );
  const rule = widths.map((width, column) => (RIGHT.has(column) ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  const [headings, ...body] = rows.map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0, column)));
  return [headings, rule, ...body].map((cells) => `| ${cells?.join(" | ")} |\n`).join("");
}

function cellsOf(line: BenchLine): readonly string[] {
  if ("skipped" in line) return [line.name, "–", "", "", "", `not measured: ${line.skipped}`].map(escaped);
  const peer = line.peer === null ? "" : `${readable(line.peer)} (${line.peerName})`;
  const ratio = line.ratio === null ? "" : readable(line.ratio);
  return [line.name, readable(line.value), line.unit, peer, ratio, line.conditions].map(escaped);
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function padded(cell: string, width: number, column: number): string {
  if (column >= PADDED) return cell;
  return RIGHT.has(column) ? cell.padStart(width) : cell.padEnd(width);
}

const MILLION = 1_000_000;
const TEN_THOUSAND = 10_000;

/** 12.3 M, 456,000, 78.9, 0.123. */
export function readable(value: number): string {
  const size = Math.abs(value);
  if (size >= MILLION)
    return `${(value / MILLION).toFixed(size >= 100 * MILLION ? 0 : size >= 10 * MILLION ? 1 : 2)} M`;
  if (size >= TEN_THOUSAND) return (Math.round(value / 100) * 100).toLocaleString("en-US");
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
