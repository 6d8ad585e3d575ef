/** The part of the page about sockets: streams, methods, user data events. */

import { SESSION_METHODS, SESSION_PARAMETERS } from "../../../engine/api/reference/session-methods.ts";
import { USER_EVENTS } from "../../../engine/api/reference/user-event-schemas.ts";
import {
  type Field,
  SERVER_SHUTDOWN,
  STREAMS,
  STREAMS_OF_ALL,
  type StreamEntry,
} from "../../../engine/stream/stream-catalog.ts";
import type { Examples } from "./examples.ts";
import { headingOf } from "./page-requests.ts";
import { anchorOf, fieldsOf, readableJson, tableOf } from "./page-schemas.ts";
import { METHODS } from "./socket-methods.ts";

export function streamSections(): string {
  const entries = [...Object.values(STREAMS), ...Object.values(STREAMS_OF_ALL)];
  const told = `### Server shutdown\n\nTold to every connection before a planned stop; over \`/stream\` as \`!serverShutdown\`.\n\n${fieldsTable(SERVER_SHUTDOWN)}`;
  return [...entries.map(streamSection), told].join("\n\n");
}

function streamSection({ title, patterns, speeds, says, shape, fields }: StreamEntry): string {
  const names = patterns.map((pattern, index) => `\`${pattern}\` (${speeds[index]})`).join(", ");
  const array = shape === "array" ? " A list of:" : "";
  return [`### ${title}`, `${names}`, `${says}${array}`, fieldsTable(fields)].join("\n\n");
}

function fieldsTable(fields: readonly Field[]): string {
  return tableOf(["field", "kind", ""], rowsOf(fields, ""));
}

function rowsOf(fields: readonly Field[], prefix: string): readonly (readonly string[])[] {
  return fields.flatMap((field) => {
    const row = [`\`${prefix}${field.name}\``, fieldKind(field), field.says];
    return field.type === "object" ? [row, ...rowsOf(field.fields, `${prefix}${field.name}.`)] : [row];
  });
}

function fieldKind(field: Field): string {
  switch (field.type) {
    case "constant":
      return `\`${JSON.stringify(field.value)}\``;
    case "one_of":
      return field.values.map((value) => `\`${value}\``).join(" ");
    case "symbol":
    case "interval":
      return "text";
    case "boolean":
    case "time":
    case "object":
      return field.type;
    case "price":
    case "quantity":
    case "amount":
      return "decimal";
    case "percent":
      return "decimal, 3 places";
    case "id":
    case "count":
      return "number";
    case "levels":
      return "list of [price, quantity]";
  }
}

export function methodsTable(): string {
  const calls = METHODS.filter(({ operation }) => operation !== null);
  const sessions = METHODS.filter(({ operation }) => operation === null);
  const ofCalls = tableOf(
    ["method", "is", "weight"],
    calls.map(({ method, operation, weight }) => {
      const heading = headingOf(operation!);
      return [`\`${method}\``, `[${heading.replace("/api/v3/", "")}](#${anchorOf(heading)})`, weight];
    }),
  );
  const ofSessions = tableOf(
    ["method", "takes", "does", "answers"],
    sessions.map(({ method, mandatory, optional, title }) => {
      const { says = "", answer } = SESSION_METHODS[method] ?? {};
      const takes = [...mandatory.map((name) => `**${name}**`), ...optional].join(", ");
      const fields = Object.keys((answer?.properties ?? {}) as object);
      return [`\`${method}\``, takes, [title, says].filter((part) => part !== "").join(". "), fields.join(", ")];
    }),
  );
  const own = Object.entries(SESSION_PARAMETERS).map(([name, says]) => `\`${name}\`: ${says}`);
  return [ofCalls, "What has no path (each weighs 2):", ofSessions, `${own.join("; ")}.`].join("\n\n");
}

export function userEventSections(examples: Examples): string {
  return Object.entries(USER_EVENTS)
    .map(([name, { says, schema }]) => {
      const example = examples[name];
      const shown = example === undefined ? [] : [["```json", readableJson(example.answer), "```"].join("\n")];
      return [`### ${name}`, says, fieldsOf(schema), ...shown].join("\n\n");
    })
    .join("\n\n");
}
