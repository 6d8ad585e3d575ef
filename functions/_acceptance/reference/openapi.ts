/** The OpenAPI 3.1 document: every operation, its parameters, its answer with a real example. */
import { ANSWER_SCHEMAS } from "../../../engine/api/reference/answer-schemas.ts";
import type { DescribedSecurity } from "../../../engine/api/reference/endpoint-catalog.ts";
import { ENDPOINT_GROUPS } from "../../../engine/api/reference/endpoint-entry.ts";
import { ref, type Schema } from "../../../engine/api/reference/json-schema.ts";
import type { ParameterEntry } from "../../../engine/api/reference/parameter-catalog.ts";
import type { Example, Examples } from "./examples.ts";
import { type DescribedParameter, OPERATIONS, type Operation, ofSignedRequests } from "./operations.ts";
import { VERSION } from "./version.ts";

const DESCRIPTION = [
  "The spot dialect of Binance: names, enum values, codes and messages are literal. The page that people read is docs/api.md.",
  "Parameters of POST, PUT and DELETE may also stand in a form-encoded body; the query wins.",
  "A signature covers the raw query followed by the raw body, without the pair `signature`, byte by byte as sent.",
].join("\n\n");

const SECURITY: Readonly<Record<DescribedSecurity, readonly object[]>> = {
  NONE: [],
  TRADE: [{ apiKey: [], signature: [] }],
  USER_DATA: [{ apiKey: [], signature: [] }],
  WITHDRAW: [{ apiKey: [], signature: [] }],
  USER_STREAM: [{ apiKey: [] }],
  OPERATOR: [{ operatorToken: [] }],
};

/** What the key must be permitted. */
export const PERMISSION: Readonly<Partial<Record<DescribedSecurity, string>>> = {
  TRADE: "trade",
  USER_DATA: "read",
  WITHDRAW: "withdraw",
  USER_STREAM: "read",
};

export const SIGNED: readonly DescribedSecurity[] = ["TRADE", "USER_DATA", "WITHDRAW"];

export function openApiDocument(examples: Examples): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS) {
    const path = pathOf(operation);
    paths[path] = { ...paths[path], [operation.route.method.toLowerCase()]: operationObject(operation, examples) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Tidebook",
      version: VERSION,
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: ENDPOINT_GROUPS.map((name) => ({ name })),
    paths,
    components: {
      schemas: ANSWER_SCHEMAS,
      parameters: {
        timestamp: parameterObject(ofSignedRequests("timestamp", true)),
        recvWindow: parameterObject(ofSignedRequests("recvWindow", false)),
        timeUnit: {
          name: "X-MBX-TIME-UNIT",
          in: "header",
          description: "Unit of every time in the answer; ms where it is not sent",
          schema: { type: "string", enum: ["MILLISECOND", "MICROSECOND"] },
        },
      },
      headers: {
        usedWeight: {
          description: "Weight that the sender's address has used in the running minute",
          schema: { type: "integer", minimum: 0 },
        },
        retryAfter: { description: "Seconds to wait, of 429 and 418", schema: { type: "integer", minimum: 1 } },
      },
      responses: {
        refused: {
          description: "Refused; 5xx: see the code, -1007 means that the outcome is unknown",
          headers: { "Retry-After": { $ref: "#/components/headers/retryAfter" } },
          content: { "application/json": { schema: ref("Refusal") } },
        },
      },
      securitySchemes: {
        apiKey: { type: "apiKey", in: "header", name: "X-MBX-APIKEY" },
        signature: {
          type: "apiKey",
          in: "query",
          name: "signature",
          description: "HMAC-SHA256 in hex, or Ed25519 or RSA (PKCS#1 v1.5, SHA-256) in base64, over what was sent",
        },
        operatorToken: { type: "http", scheme: "bearer" },
      },
    },
  };
}

/** Names that stand in the path are parameters of the dialect too. */
function pathOf({ route, entry }: Operation): string {
  return route.path.replace("*", `{${entry.name ?? "name"}}`);
}

function operationObject(operation: Operation, examples: Examples): object {
  const { route, entry, call, id, parameters, weight, freeWhenDone, body } = operation;
  const permission = PERMISSION[route.security];
  const example = examples[call];
  return {
    operationId: id,
    tags: [entry.group],
    summary: entry.title,
    description: entry.says,
    security: SECURITY[route.security],
    ...(permission === undefined ? {} : { "x-permission": permission }),
    "x-weight": freeWhenDone ? `${weight}; 0 when it succeeds` : weight,
    parameters: [
      ...(entry.name === undefined ? [] : [namedParameter(entry.name, example)]),
      ...parameters.map(parameterObject),
      ...(SIGNED.includes(route.security) ? [component("timestamp"), component("recvWindow")] : []),
      ...(route.path.startsWith("/ops/") ? [] : [component("timeUnit")]),
    ],
    ...(body === null
      ? {}
      : {
          requestBody: { required: true, content: { "application/json": { schema: body, ...bodyExample(example) } } },
        }),
    responses: {
      ...(entry.answer === null ? {} : { "200": answerObject(entry.answer, example) }),
      default: { $ref: "#/components/responses/refused" },
    },
  };
}

function component(name: string): object {
  return { $ref: `#/components/parameters/${name}` };
}

function bodyExample(example: Example | undefined): object {
  return example?.body === undefined ? {} : { example: example.body };
}

function answerObject(schema: Schema, example: Example | undefined): object {
  return {
    description: "Done",
    headers: { "X-MBX-USED-WEIGHT-1M": { $ref: "#/components/headers/usedWeight" } },
    content: { "application/json": { schema, ...(example === undefined ? {} : { example: example.answer }) } },
  };
}

function namedParameter(name: string, example: Example | undefined): object {
  const value = example?.path.split("/").at(-1);
  return {
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
    ...(value === undefined ? {} : { example: value }),
  };
}

function parameterObject({ name, mandatory, says, words, entry }: DescribedParameter): object {
  return {
    name,
    in: "query",
    required: mandatory,
    description: says,
    schema: words === null ? typeOf(entry) : { type: "string", enum: words },
    example: exampleOf(entry, words),
  };
}

function typeOf({ kind, legal }: ParameterEntry): Schema {
  switch (kind) {
    case "integer":
    case "time":
      return { type: "integer", minimum: 0 };
    case "boolean":
      return { type: "boolean" };
    case "decimal":
    case "word":
    case "text":
    case "list":
      return { type: "string", pattern: legal };
  }
}

function exampleOf({ kind, example }: ParameterEntry, words: readonly string[] | null): string | number | boolean {
  if (words !== null) return words.includes(example) ? example : (words[0] ?? example);
  if (kind === "integer" || kind === "time") return Number(example);
  return kind === "boolean" ? example === "true" : example;
}
