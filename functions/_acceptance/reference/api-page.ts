/** docs/api.md: the prose of api-page.md, and at each of its marks what the tables of the code say. */
import { readFileSync } from "node:fs";
import { ANSWER_SCHEMAS } from "../../../engine/api/reference/answer-schemas.ts";
import { EXCHANGE_FILTER_SCHEMAS, FILTER_SCHEMAS } from "../../../engine/api/reference/market-schemas.ts";
import { rejectsTable } from "../readme-tables.ts";
import type { Examples } from "./examples.ts";
import { contentsOf, peopleTable, requestSections } from "./page-requests.ts";
import { connectionsTable, errorsTable, limitsTable, orderTypesTable, vectorsTable } from "./page-rules.ts";
import { schemaSection, tableOf } from "./page-schemas.ts";
import { methodsTable, streamSections, userEventSections } from "./page-streams.ts";

const PROSE = new URL("./api-page.md", import.meta.url);

export function apiPage(examples: Examples): string {
  const parts: Readonly<Record<string, () => string>> = {
    contents: contentsOf,
    vectors: vectorsTable,
    limits: limitsTable,
    "order-types": orderTypesTable,
    filters: filtersTable,
    requests: () => requestSections(examples),
    streams: streamSections,
    connections: connectionsTable,
    methods: methodsTable,
    "user-events": () => userEventSections(examples),
    people: peopleTable,
    errors: errorsTable,
    rejects: rejectsTable,
    schemas: () =>
      Object.entries(ANSWER_SCHEMAS)
        .map(([name, schema]) => schemaSection(name, schema))
        .join("\n\n"),
  };
  // Links lead from where the prose lies; the page lies in docs/.
  const prose = readFileSync(PROSE, "utf8").replaceAll("](../../../docs/", "](");
  return prose.replaceAll(/^<!-- ([a-z-]+) -->$/gm, (_mark, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`nothing is called ${name}`);
    return part().replaceAll("(ours)", "(**ours**)");
  });
}

function filtersTable(): string {
  const filters = Object.entries({ ...FILTER_SCHEMAS, ...EXCHANGE_FILTER_SCHEMAS });
  return tableOf(
    ["filter", "passes", "fields"],
    filters.map(([name, { description, properties }]) => {
      const fields = Object.keys(properties as object).filter((field) => field !== "filterType");
      return [`\`${name}\``, String(description), fields.map((field) => `\`${field}\``).join(", ")];
    }),
  );
}
