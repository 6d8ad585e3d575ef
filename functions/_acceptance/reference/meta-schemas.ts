/**
 * What an OpenAPI 3.1 and an AsyncAPI 3.0 document may look like, as far as ours use them: stricter than the standards where
 * those allow what we never write. Names of fields are the standards'.
 */

type Meta = Readonly<Record<string, unknown>>;

const TEXT: Meta = { type: "string", minLength: 1 };
const ANY_OBJECT: Meta = { type: "object" };
const EXTENSIONS: Meta = { "^x-": {} };

function exact(properties: Meta, required: readonly string[]): Meta {
  return { type: "object", properties, required, patternProperties: EXTENSIONS, additionalProperties: false };
}

function mapOf(values: Meta, names?: string): Meta {
  return {
    type: "object",
    additionalProperties: values,
    ...(names === undefined ? {} : { propertyNames: { pattern: names } }),
  };
}

const COMPONENT_NAME = "^[a-zA-Z0-9._-]+$";
const REFERENCE = exact({ $ref: { type: "string", pattern: "^#/" } }, ["$ref"]);
const orReference = (meta: Meta): Meta => ({ anyOf: [REFERENCE, meta] });
/** Checked by the dialect of JSON Schema itself, beside. */
const SCHEMA: Meta = { type: "object" };

const INFO = exact(
  {
    title: TEXT,
    version: TEXT,
    description: TEXT,
    license: exact({ name: TEXT, identifier: TEXT, url: TEXT }, ["name"]),
  },
  ["title", "version"],
);
const MEDIA = mapOf(exact({ schema: SCHEMA, example: {} }, ["schema"]));
const PARAMETER: Meta = {
  ...exact(
    {
      name: TEXT,
      in: { enum: ["query", "header", "path", "cookie"] },
      description: TEXT,
      required: { type: "boolean" },
      schema: SCHEMA,
      example: {},
    },
    ["name", "in", "schema"],
  ),
  // A part of a path is never left out.
  anyOf: [
    { properties: { in: { not: { const: "path" } } } },
    { properties: { required: { const: true } }, required: ["required"] },
  ],
};
const HEADER = exact({ description: TEXT, schema: SCHEMA }, ["schema"]);
const RESPONSE = exact({ description: TEXT, headers: mapOf(orReference(HEADER)), content: MEDIA }, ["description"]);
const OPERATION = exact(
  {
    operationId: { type: "string", pattern: "^[a-z][A-Za-z0-9]+$" },
    tags: { type: "array", items: TEXT, minItems: 1 },
    summary: TEXT,
    description: TEXT,
    security: { type: "array", items: mapOf({ type: "array", items: TEXT }) },
    parameters: { type: "array", items: orReference(PARAMETER), uniqueItems: true },
    requestBody: exact({ description: TEXT, required: { type: "boolean" }, content: MEDIA }, ["content"]),
    responses: {
      ...mapOf(orReference(RESPONSE), "^(default|[1-5]([0-9]{2}|XX))$"),
      minProperties: 1,
    },
  },
  ["operationId", "tags", "summary", "responses"],
);
const SECURITY_SCHEME: Meta = {
  oneOf: [
    exact({ type: { const: "apiKey" }, in: { enum: ["query", "header", "cookie"] }, name: TEXT, description: TEXT }, [
      "type",
      "in",
      "name",
    ]),
    exact({ type: { const: "http" }, scheme: TEXT, description: TEXT }, ["type", "scheme"]),
  ],
};

export const OPENAPI_META: Meta = exact(
  {
    openapi: { type: "string", pattern: "^3\\.1\\.[0-9]+$" },
    info: INFO,
    servers: { type: "array", items: exact({ url: TEXT }, ["url"]) },
    tags: { type: "array", items: exact({ name: TEXT }, ["name"]), uniqueItems: true },
    paths: mapOf(exact({ get: OPERATION, put: OPERATION, post: OPERATION, delete: OPERATION }, []), "^/"),
    components: exact(
      {
        schemas: mapOf(SCHEMA, COMPONENT_NAME),
        parameters: mapOf(PARAMETER, COMPONENT_NAME),
        headers: mapOf(HEADER, COMPONENT_NAME),
        responses: mapOf(RESPONSE, COMPONENT_NAME),
        securitySchemes: mapOf(SECURITY_SCHEME, COMPONENT_NAME),
      },
      [],
    ),
  },
  ["openapi", "info", "paths"],
);

const REFERENCES: Meta = { type: "array", items: REFERENCE, minItems: 1, uniqueItems: true };
const CHANNEL = exact(
  {
    address: TEXT,
    title: TEXT,
    description: TEXT,
    parameters: mapOf(exact({ description: TEXT }, [])),
    messages: mapOf(REFERENCE, COMPONENT_NAME),
  },
  ["address", "messages"],
);
const ASYNC_OPERATION = exact(
  {
    action: { enum: ["send", "receive"] },
    title: TEXT,
    description: TEXT,
    channel: REFERENCE,
    messages: REFERENCES,
    reply: exact({ channel: REFERENCE, messages: REFERENCES }, ["channel"]),
  },
  ["action", "channel"],
);
const MESSAGE = exact(
  {
    title: TEXT,
    summary: TEXT,
    description: { type: "string" },
    payload: SCHEMA,
    examples: { type: "array", items: exact({ payload: {} }, ["payload"]) },
  },
  ["payload"],
);

export const ASYNCAPI_META: Meta = exact(
  {
    asyncapi: { const: "3.0.0" },
    info: INFO,
    defaultContentType: TEXT,
    servers: mapOf(exact({ host: TEXT, protocol: { enum: ["ws", "wss"] }, description: TEXT }, ["host", "protocol"])),
    channels: mapOf(CHANNEL, COMPONENT_NAME),
    operations: mapOf(ASYNC_OPERATION, COMPONENT_NAME),
    components: exact({ messages: mapOf(MESSAGE, COMPONENT_NAME), schemas: mapOf(ANY_OBJECT, COMPONENT_NAME) }, []),
  },
  ["asyncapi", "info"],
);
