/**
 * JSON Schema (2020-12) of answers and events, by the words that this dialect has: prices, ids, times, enum words.
 *
 * Every schema carries its sentence. What a schema names by `ref` stands in the table of named schemas (answer-schemas.ts).
 */

export type Schema = { readonly [keyword: string]: unknown };

/** A field that is not always there. */
export interface Maybe {
  readonly maybe: Schema;
}

export type Fields = Readonly<Record<string, Schema | Maybe>>;

const PLACES_8 = "^[0-9]+\\.[0-9]{8}$";
const SIGNED_PLACES_8 = "^-?[0-9]+\\.[0-9]{8}$";
const PERCENT = "^-?[0-9]+\\.[0-9]{3}$";
const ID_MAX = Number.MAX_SAFE_INTEGER;

/** A decimal in a string, with eight places. */
export function decimal(description: string): Schema {
  return { type: "string", pattern: PLACES_8, description };
}

/** The same, perhaps below zero. */
export function signedDecimal(description: string): Schema {
  return { type: "string", pattern: SIGNED_PLACES_8, description };
}

/** In percent, with three places. */
export function percent(description: string): Schema {
  return { type: "string", pattern: PERCENT, description };
}

/** A whole number from 0, or from -1 where that stands for none. */
export function integer(description: string, minimum = 0): Schema {
  return { type: "integer", minimum, maximum: ID_MAX, description };
}

/** Since the epoch: ms, or µs where the request asks for them. */
export function time(description: string, minimum = 0): Schema {
  return { type: "integer", format: "unix-time", minimum, maximum: ID_MAX, description };
}

export function flag(description: string): Schema {
  return { type: "boolean", description };
}

export function text(description: string): Schema {
  return { type: "string", description };
}

export function word(values: readonly string[], description: string): Schema {
  return { type: "string", enum: [...values], description };
}

/** Always this. */
export function constant(value: string | number | boolean, description: string): Schema {
  return { const: value, description };
}

export function orNull(schema: Schema): Schema {
  return { ...schema, type: [schema.type, "null"] };
}

export function list(items: Schema, description: string): Schema {
  return { type: "array", items, description };
}

/** An array whose elements each mean something of their own. */
export function tuple(items: readonly Schema[], description: string): Schema {
  return { type: "array", prefixItems: [...items], items: false, minItems: items.length, description };
}

export function object(fields: Fields, description: string): Schema {
  const entries = Object.entries(fields);
  return {
    type: "object",
    description,
    properties: Object.fromEntries(entries.map(([name, field]) => [name, schemaOf(field)])),
    required: entries.filter(([, field]) => !isMaybe(field)).map(([name]) => name),
  };
}

export function either(schemas: readonly Schema[], description: string): Schema {
  return { anyOf: [...schemas], description };
}

export const EMPTY: Schema = object({}, "Nothing.");

export function maybe(schema: Schema): Maybe {
  return { maybe: schema };
}

export const SCHEMA_PREFIX = "#/components/schemas/";

export function ref(name: string): Schema {
  return { $ref: `${SCHEMA_PREFIX}${name}` };
}

function isMaybe(field: Schema | Maybe): field is Maybe {
  return "maybe" in field;
}

function schemaOf(field: Schema | Maybe): Schema {
  return isMaybe(field) ? (field as Maybe).maybe : (field as Schema);
}
