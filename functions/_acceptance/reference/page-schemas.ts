/** Schemas and examples as a person reads them: tables of fields, links, JSON of some width. */
import { SCHEMA_PREFIX, type Schema } from "../../../engine/api/reference/json-schema.ts";

const WIDTH = 150;
/** So that a schema and a section of one name are two places. */
const HEADING = "Fields of ";

export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lineOf = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [lineOf(head), lineOf(head.map(() => "---")), ...rows.map(lineOf)].join("\n");
}

/** A named schema under a heading of its own. */
export function schemaSection(name: string, schema: Schema): string {
  return [`### ${HEADING}${name}`, String(schema.description ?? ""), fieldsOf(schema)]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** A table of fields; of anything but an object, its kind. */
export function fieldsOf(schema: Schema): string {
  if (schema.prefixItems !== undefined) {
    const places = schema.prefixItems as readonly Schema[];
    return tableOf(
      ["place", "kind", ""],
      places.map((place, index) => [String(index), kindOf(place), saysOf(place)]),
    );
  }
  if (schema.properties === undefined) return kindOf(schema);
  const rows = rowsOf(schema, "");
  return rows.length === 0 ? "" : tableOf(["field", "kind", ""], rows);
}

function rowsOf(schema: Schema, prefix: string): readonly (readonly string[])[] {
  const required = (schema.required as readonly string[] | undefined) ?? [];
  const fields = Object.entries((schema.properties ?? {}) as Readonly<Record<string, Schema>>);
  return fields.flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const row = [`\`${path}\`${required.includes(name) ? "" : " **?**"}`, kindOf(field), saysOf(field)];
    const items = field.items as Schema | undefined;
    if (field.properties !== undefined) return [row, ...rowsOf(field, `${path}.`)];
    return items?.properties === undefined ? [row] : [row, ...rowsOf(items, `${path}[].`)];
  });
}

function saysOf({ description, enum: words, $ref, default: usual }: Schema): string {
  const own = $ref === undefined ? String(description ?? "") : "";
  const said =
    usual === undefined || String(usual) === "" || own.includes("where it is not sent")
      ? own
      : `${own}; \`${usual}\` where it is not sent`;
  const isWords = Array.isArray(words) && typeof words[0] === "string";
  return isWords ? `${said}: ${words.map((word) => `\`${word}\``).join(" ")}` : said;
}

/** In a word, with links to what has a name. */
export function kindOf(schema: Schema): string {
  if (typeof schema.$ref === "string") return linkTo(schema.$ref.slice(SCHEMA_PREFIX.length));
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.anyOf !== undefined) return (schema.anyOf as readonly Schema[]).map(kindOf).join(" or ");
  if (schema.prefixItems !== undefined) return `[${(schema.prefixItems as readonly Schema[]).map(saysOf).join(", ")}]`;
  const type = (schema.type ?? "anything") as string | readonly string[];
  const types = typeof type === "string" ? [type] : type;
  return types.map((type) => typeWord(type, schema)).join(" or ");
}

function typeWord(type: string, schema: Schema): string {
  switch (type) {
    case "array":
      return `list of ${kindOf((schema.items as Schema | undefined) ?? {})}`;
    case "integer":
      return schema.format === "unix-time" ? "time" : "number";
    case "string":
      if (schema.enum !== undefined) return "word";
      return typeof schema.pattern === "string" && schema.pattern.includes("{8}$") ? "decimal" : "text";
    case "object":
      return Object.keys((schema.properties ?? { any: 1 }) as object).length === 0 ? "`{}`" : "object";
    default:
      return type;
  }
}

export function linkTo(name: string): string {
  return `[${name}](#${anchorOf(HEADING + name)})`;
}

/** As GitHub and others make them of a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, "")
    .replaceAll(" ", "-");
}

/** JSON with lines of some width: what fits on one stands on one. */
export function readableJson(value: unknown, indent = ""): string {
  const flat = flatJson(value);
  if (indent.length + flat.length <= WIDTH || typeof value !== "object" || value === null) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((each) => `${inner}${readableJson(each, inner)}`).join(",\n")}\n${indent}]`;
  }
  return `{\n${filled(Object.entries(value), inner).join(",\n")}\n${indent}}`;
}

/** Short fields share a line. */
function filled(entries: readonly (readonly [string, unknown])[], indent: string): string[] {
  const lines: string[] = [];
  for (const [name, value] of entries) {
    const flat = `${JSON.stringify(name)}: ${flatJson(value)}`;
    const last = lines.at(-1);
    if (indent.length + flat.length > WIDTH)
      lines.push(`${indent}${JSON.stringify(name)}: ${readableJson(value, indent)}`);
    else if (last !== undefined && !last.includes("\n") && last.length + flat.length + 2 <= WIDTH) {
      lines[lines.length - 1] = `${last}, ${flat}`;
    } else lines.push(`${indent}${flat}`);
  }
  return lines;
}

function flatJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, of]) => `${JSON.stringify(name)}: ${flatJson(of)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}
