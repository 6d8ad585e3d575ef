/** The part of the page that has a heading per request: what it is, what it takes, what it costs, an example. */

import type { DescribedSecurity } from "../../../engine/api/reference/endpoint-catalog.ts";
import { ENDPOINT_GROUPS, type EndpointGroup } from "../../../engine/api/reference/endpoint-entry.ts";
import type { Schema } from "../../../engine/api/reference/json-schema.ts";
import { PEOPLE_SAYS, type PersonHandler } from "../../../engine/api/reference/people-endpoints.ts";
import { ROUTES } from "../../../engine/api/routes.ts";
import type { Example, Examples } from "./examples.ts";
import { type DescribedParameter, OPERATIONS, type Operation } from "./operations.ts";
import { anchorOf, fieldsOf, kindOf, readableJson, tableOf } from "./page-schemas.ts";

const NEEDS: Readonly<Record<DescribedSecurity, string>> = {
  NONE: "needs no key",
  TRADE: "needs a signature by a key that may trade",
  USER_DATA: "needs a signature by a key that may read",
  WITHDRAW: "needs a signature by a key that may withdraw",
  USER_STREAM: "needs a key that may read, no signature",
  OPERATOR: "needs the operator's token",
};

const INTRODUCTION: Partial<Readonly<Record<EndpointGroup, string>>> = {
  "Market data":
    "All of it needs no key. Depth, newest trades, tickers and the running candle are at most a second old.",
  Orders: "See [Orders, by type](#orders-by-type) for what a type needs.",
  "Other markets": "What clients ask of the venue's other markets when they start.",
  "Operator: venue":
    "Header `Authorization: Bearer <token>`; bodies are JSON, and a field that is misspelt is an error. Without the token every path is 401 -1002. Refusals: 400 -1130 names the fields; the engine's reasons lead the message (`account_exists: …`) with 404, 409 or 400 and code -2010. The same can be done by `npm run ops -- …`.",
};

export function contentsOf(): string {
  const groups = ENDPOINT_GROUPS.map((group) => `[${group}](#${anchorOf(group)})`).join(" · ");
  const before = ["Connect", "Conventions", "Signatures", "Limits", "Orders, by type"];
  const after = ["Market streams", "WebSocket API", "User data", "People", "Errors", "Answers, field by field"];
  const links = (names: readonly string[]): string => names.map((name) => `[${name}](#${anchorOf(name)})`).join(" · ");
  return `${links(before)}\\\nRequests: ${groups}\\\n${links(after)}`;
}

export function requestSections(examples: Examples): string {
  return ENDPOINT_GROUPS.map((group) => {
    const operations = OPERATIONS.filter(({ entry }) => entry.group === group);
    const introduction = INTRODUCTION[group];
    const sections = operations.map((operation) => sectionOf(operation, examples[operation.call]));
    return [`## ${group}`, ...(introduction === undefined ? [] : [introduction]), ...sections].join("\n\n");
  }).join("\n\n");
}

/** Calls of the screen's, which programs have no part in. */
export function peopleTable(): string {
  const calls = ROUTES.filter(({ security }) => security === "PERSON");
  return tableOf(
    ["request", ""],
    calls.map(({ method, path, handler }) => [
      `\`${method} ${path.replace("*", "<id>")}\``,
      PEOPLE_SAYS[handler as PersonHandler],
    ]),
  );
}

function sectionOf(operation: Operation, example: Example | undefined): string {
  const { route, entry, weight, freeWhenDone, parameters, body } = operation;
  const isOperator = route.security === "OPERATOR";
  const cost = isOperator ? "" : `weight ${weight}${freeWhenDone ? ", 0 when it succeeds" : ""}; `;
  return [
    `### ${headingOf(operation)}`,
    `**${entry.title}**: ${cost}${NEEDS[route.security]}.`,
    entry.says,
    ...(parameters.length === 0 ? [] : [parametersTable(parameters)]),
    ...(body === null ? [] : [`Body:`, bodyTable(body)]),
    ...(entry.answer === null ? [] : [`Answer: ${kindOf(entry.answer)}.`]),
    ...(example === undefined ? [] : [exampleBlock(route.method, example)]),
  ].join("\n\n");
}

/** Unique, and what people search for. */
export function headingOf({ route, entry }: Operation): string {
  return `${route.method} ${route.path.replace("*", `<${entry.name}>`)}`;
}

function parametersTable(parameters: readonly DescribedParameter[]): string {
  return tableOf(
    ["parameter", "kind", ""],
    parameters.map(({ name, mandatory, entry, says, words }) => {
      const shown = words === null ? says : `${says}: ${words.map((word) => `\`${word}\``).join(" ")}`;
      return [mandatory ? `**${name}**` : name, words === null ? KIND[entry.kind] : "word", shown];
    }),
  );
}

const KIND: Readonly<Record<DescribedParameter["entry"]["kind"], string>> = {
  decimal: "decimal",
  integer: "number",
  time: "time",
  boolean: "true, false",
  word: "word",
  text: "text",
  list: "list",
};

function bodyTable(body: Schema): string {
  return fieldsOf(body);
}

function exampleBlock(method: string, { path, query, body, answer }: Example): string {
  const request = `${method} ${path}${query === "" ? "" : `?${query}`}`;
  const sent = body === undefined ? [] : [readableJson(body)];
  return [
    "```jsonc",
    `// ${request}`,
    ...sent,
    ...(body === undefined ? [] : ["// answers"]),
    readableJson(answer),
    "```",
  ].join("\n");
}
