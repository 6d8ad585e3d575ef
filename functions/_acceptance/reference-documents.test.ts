/** The documents for machines are valid: their form, every schema in them, every reference, every example. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { DESCRIBED_ROUTES } from "../../engine/api/reference/endpoint-catalog.ts";
import { METHOD_NAMES } from "../../engine/stream/ws-api/methods.ts";
import { ASYNCAPI_META, OPENAPI_META } from "./reference/meta-schemas.ts";
import { anchorOf } from "./reference/page-schemas.ts";

type Node = { readonly [name: string]: unknown };

const OPTIONS = { strict: false, allErrors: true, formats: { "unix-time": true as const } };
const openapi = documentOf("openapi");
const asyncapi = documentOf("asyncapi");

function documentOf(name: string): Node {
  return JSON.parse(readFileSync(new URL(`../../docs/${name}.json`, import.meta.url), "utf8"));
}

/** Every object within, with its path, outermost first. */
function* nodesIn(value: unknown, path = "#"): Generator<readonly [string, Node]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Node];
  for (const [name, inner] of Object.entries(value)) {
    yield* nodesIn(inner, `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  }
}

function at(root: Node, pointer: string): unknown {
  return pointer
    .slice(2)
    .split("/")
    .reduce<unknown>(
      (node, part) => (node as Node | undefined)?.[part.replaceAll("~1", "/").replaceAll("~0", "~")],
      root,
    );
}

function danglingIn(document: Node): string[] {
  return [...nodesIn(document)].flatMap(([path, { $ref }]) =>
    typeof $ref === "string" && at(document, $ref) === undefined ? [`${path} → ${$ref}`] : [],
  );
}

/** JSON Schemas of a document, by path: what stands under `schema`, `payload` and in components. */
function schemasIn(document: Node): (readonly [string, Node])[] {
  const named = Object.entries((at(document, "#/components/schemas") ?? {}) as Readonly<Record<string, Node>>);
  const inline = [...nodesIn(document)].flatMap(([path, node]) =>
    ["schema", "payload"].flatMap((name) => {
      const schema = node[name];
      const isSchema = typeof schema === "object" && schema !== null && !/\/(example|examples|answer)(\/|$)/.test(path);
      return isSchema ? [[`${path}/${name}`, schema as Node] as const] : [];
    }),
  );
  return [...named, ...inline];
}

describe.each([
  ["openapi", openapi, OPENAPI_META, new Ajv2020(OPTIONS)],
  ["asyncapi", asyncapi, ASYNCAPI_META, new Ajv(OPTIONS)],
] as const)("%s.json", (_name, document, meta, ajv) => {
  test("has the form that its standard asks for", () => {
    const validate = new Ajv2020(OPTIONS).compile(meta);
    validate(document);
    expect((validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)).toEqual([]);
  });

  test("names nothing that is not there", () => {
    expect(danglingIn(document)).toEqual([]);
  });

  test("has no schema that is none", () => {
    const schemas = schemasIn(document);
    expect(schemas.length).toBeGreaterThan(100);
    expect(schemas.filter(([, schema]) => !ajv.validateSchema(schema)).map(([path]) => path)).toEqual([]);
  });
});

interface OpenApiOperation {
  readonly operationId: string;
  readonly parameters?: readonly Node[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Node>> }>>;
  readonly requestBody?: { readonly content: Readonly<Record<string, Node>> };
}

const operations = Object.entries(
  openapi.paths as Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>,
).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ method, path, operation })));

test("openapi.json has every route of the table that programs ask for, each with an id of its own", () => {
  const named = operations.map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{[a-zA-Z]+\}$/, "*")}`);
  expect(named.toSorted()).toEqual(DESCRIBED_ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted());
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test("what a path leaves open is a parameter of it", () => {
  const wrong = operations.filter(({ path, operation }) => {
    const open = [...path.matchAll(/\{([a-zA-Z]+)\}/g)].map(([, name]) => name);
    const given = (operation.parameters ?? []).filter((parameter) => parameter.in === "path").map(({ name }) => name);
    return open.join() !== given.join();
  });
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test("every example of openapi.json is what its own schema says", () => {
  const ajv = new Ajv2020(OPTIONS);
  ajv.addSchema(openapi, "openapi");
  const wrong = operations.flatMap(({ method, path, operation }) => {
    const { content } = operation.responses["200"] ?? {};
    const media = [content?.["application/json"], operation.requestBody?.content["application/json"]];
    return media.flatMap((each) => {
      if (each === undefined || !("example" in each)) return [];
      const schema = JSON.parse(JSON.stringify(each.schema).replaceAll('"#/', '"openapi#/'));
      return ajv.validate(schema, each.example) ? [] : [`${method} ${path}: ${ajv.errorsText()}`];
    });
  });
  expect(wrong).toEqual([]);
});

test("asyncapi.json has every method of the WebSocket API, with its answer", () => {
  const known = asyncapi.operations as Readonly<Record<string, { readonly reply?: object }>>;
  expect(METHOD_NAMES.filter((method) => known[method.replaceAll(".", "_")]?.reply === undefined)).toEqual([]);
});

test("every link within docs/api.md leads to one heading of it", () => {
  const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = ""]) => anchor);
  expect(links.length).toBeGreaterThan(100);
  const strays = [...new Set(links)].filter((anchor) => headings.filter((each) => each === anchor).length !== 1);
  expect(strays).toEqual([]);
});
