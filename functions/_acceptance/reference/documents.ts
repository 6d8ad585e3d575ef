/** The documents that are made of the reference. */
import { apiPage } from "./api-page.ts";
import { asyncApiDocument } from "./asyncapi.ts";
import type { Examples } from "./examples.ts";
import { openApiDocument } from "./openapi.ts";

export const DOCUMENTS: readonly { readonly path: string; readonly make: (examples: Examples) => string }[] = [
  { path: "openapi.json", make: (examples) => jsonText(openApiDocument(examples)) },
  { path: "asyncapi.json", make: (examples) => jsonText(asyncApiDocument(examples)) },
  { path: "api.md", make: apiPage },
];

function jsonText(document: object): string {
  return `${JSON.stringify(document, null, 1)}\n`;
}
