/**
 * What is said of an answer against the answer itself, both ways: nothing in it that is not described, and nothing described
 * that no answer has.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { ANSWER_SCHEMAS } from "../../../engine/api/reference/answer-schemas.ts";
import { SCHEMA_PREFIX, type Schema } from "../../../engine/api/reference/json-schema.ts";

const ajv = new Ajv2020({ strict: true, allErrors: true, strictTypes: false, formats: { "unix-time": true } });
/** Strict forms by the schema they were made of: a schema is one object wherever it is used. */
const strictOf = new Map<Schema, Schema>();
const validators = new Map<Schema, ValidateFunction>();

/** Objects have no field but those described; names of schemas are replaced by what they stand for when they are met. */
function strict(schema: Schema): Schema {
  const known = strictOf.get(schema);
  if (known !== undefined) return known;
  const made: Record<string, unknown> = {};
  strictOf.set(schema, made);
  for (const [keyword, value] of Object.entries(schema)) made[keyword] = strictValue(keyword, value);
  if ("properties" in schema) made.additionalProperties = false;
  return made;
}

const NAMED = "urn:tidebook:";

function strictValue(keyword: string, value: unknown): unknown {
  if (keyword === "$ref") return String(value).replace(SCHEMA_PREFIX, NAMED);
  if (keyword === "properties") {
    const properties = Object.entries(value as Readonly<Record<string, Schema>>);
    return Object.fromEntries(properties.map(([name, of]) => [name, strict(of)]));
  }
  if (keyword === "anyOf" || keyword === "prefixItems") return (value as readonly Schema[]).map(strict);
  if (keyword === "items" && typeof value === "object") return strict(value as Schema);
  return value;
}

for (const [name, schema] of Object.entries(ANSWER_SCHEMAS)) {
  ajv.addSchema({ ...strict(schema), $id: `${NAMED}${name}` });
}

function validatorOf(schema: Schema): ValidateFunction {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = ajv.compile(strict(schema));
    validators.set(schema, validator);
  }
  return validator;
}

/** What of a value is not as described; none: all of it is. */
export function misfits(schema: Schema, value: unknown): string[] {
  const validator = validatorOf(schema);
  if (validator(value)) return [];
  return (validator.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath || "/"} ${message} ${JSON.stringify(params)}`;
  });
}

/** Notes which described fields have been met. */
export class SeenFields {
  readonly #seen = new Map<Schema, Set<string>>();

  note(schema: Schema, value: unknown): void {
    const named = resolved(schema);
    const { anyOf, items, prefixItems, properties } = named;
    if (anyOf !== undefined) {
      for (const branch of anyOf as readonly Schema[])
        if (misfits(branch, value).length === 0) this.note(branch, value);
    }
    if (Array.isArray(value)) {
      const tuple = prefixItems as readonly Schema[] | undefined;
      for (const [index, each] of value.entries()) {
        const of = tuple?.[index] ?? (items as Schema | undefined);
        if (of !== undefined) this.note(of, each);
      }
      return;
    }
    if (properties === undefined || typeof value !== "object" || value === null) return;
    const seen = this.#seen.get(named) ?? new Set();
    this.#seen.set(named, seen);
    for (const [name, of] of Object.entries(properties as Readonly<Record<string, Schema>>)) {
      if (!(name in value)) continue;
      seen.add(name);
      this.note(of, (value as Readonly<Record<string, unknown>>)[name]);
    }
  }

  /** Fields that are described in schemas that were met, or not met at all, and that nothing had. */
  unseen(schemas: Readonly<Record<string, Schema>>): string[] {
    return Object.entries(schemas).flatMap(([name, schema]) => this.#unseenIn(name, schema));
  }

  #unseenIn(path: string, schema: Schema): string[] {
    const { anyOf, items, prefixItems, properties } = schema;
    const inner = [
      ...((anyOf as readonly Schema[] | undefined) ?? []),
      ...((prefixItems as readonly Schema[] | undefined) ?? []),
      ...(typeof items === "object" && items !== null ? [items as Schema] : []),
    ].flatMap((each) => this.#unseenIn(path, each));
    if (properties === undefined) return inner;
    const seen = this.#seen.get(schema) ?? new Set();
    const fields = Object.entries(properties as Readonly<Record<string, Schema>>);
    return [
      ...inner,
      ...fields.flatMap(([name, of]) => (seen.has(name) ? this.#unseenIn(`${path}.${name}`, of) : [`${path}.${name}`])),
    ];
  }
}

function resolved(schema: Schema): Schema {
  const name = typeof schema.$ref === "string" ? schema.$ref.slice(SCHEMA_PREFIX.length) : null;
  if (name === null) return schema;
  const found = ANSWER_SCHEMAS[name];
  if (found === undefined) throw new Error(`no schema is called ${name}`);
  return found;
}
