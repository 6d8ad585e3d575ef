/**
 * The charts' values files: every value we set is a key that the chart's values.yaml knows, since Helm takes an unknown
 * one in silence.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { compile, readSchema, schemaFile } from "./schemas.ts";

export const HELM_VALUES = resolve(import.meta.dirname, "..", "..", "helm-values");

/** Names of the charts that have a file. */
export function valuesFiles(): string[] {
  return readdirSync(HELM_VALUES)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.slice(0, -".yaml".length));
}

export function readValues(chart: string): object {
  return (parse(readFileSync(join(HELM_VALUES, `${chart}.yaml`), "utf8")) ?? {}) as object;
}

/** Paths to what is no map, `a.b.c`; an empty map counts as a value. A dot within a name is written `\.`. */
export function leafPaths(value: unknown, path: readonly string[] = []): string[] {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap || Object.keys(value).length === 0) return [path.join(".")];
  return Object.entries(value).flatMap(([name, inner]) => leafPaths(inner, [...path, name.replaceAll(".", "\\.")]));
}

interface ChartKeys {
  readonly version: string;
  /** [path, type]. */
  readonly keys: readonly (readonly [string, string])[];
}

/** The version whose keys are known. */
export function knownVersion(chart: string): string {
  return (readSchema("charts", `${chart}.json`) as ChartKeys).version;
}

/** Types below which a chart takes what it is given. */
const OPEN_TYPES: ReadonlySet<string> = new Set(["map", "NoneType"]);

/** Values that the chart does not know: not a key of it, nor below a key that is an open map. */
export function unknownValues(chart: string, values: object): string[] {
  const { keys } = readSchema("charts", `${chart}.json`) as ChartKeys;
  const types = new Map(keys);
  return leafPaths(values).filter((leaf) => {
    if (types.has(leaf)) return false;
    const parts = leaf.split(/(?<!\\)\./);
    return !parts.some((_part, index) => OPEN_TYPES.has(types.get(parts.slice(0, index).join(".")) ?? ""));
  });
}

/** By the chart's own schema, where it ships one. */
export function schemaBreaches(chart: string, values: object): string[] {
  if (schemaFile("charts", `${chart}.schema.json`) === null) return [];
  const validate = compile(readSchema("charts", `${chart}.schema.json`));
  if (validate(values)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${chart}: ${instancePath} ${message}`);
}

/** Values without a reason: a leaf's line, or the head of the block it is in, has a comment on the line above. */
export function unreasonedValues(chart: string): string[] {
  const lines = readFileSync(join(HELM_VALUES, `${chart}.yaml`), "utf8").split("\n");
  const isComment = (line: string | undefined): boolean => /^\s*#/.test(line ?? "");
  const indent = (line: string): number => line.length - line.trimStart().length;
  return lines.flatMap((line, at) => {
    if (line.trim() === "" || isComment(line) || /^\s*[\w."/-]+:\s*$/.test(line)) return [];
    // Up through the lines that enclose this one, until one of them is explained.
    let limit = indent(line);
    for (let above = at; above >= 0; above--) {
      const enclosing = lines[above] ?? "";
      if (enclosing.trim() === "" || isComment(enclosing)) continue;
      if (above !== at && indent(enclosing) >= limit) continue;
      limit = indent(enclosing);
      if (isComment(lines[above - 1])) return [];
    }
    return [`${chart}.yaml:${at + 1} ${line.trim()}`];
  });
}
