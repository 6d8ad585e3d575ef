/** Events of the market streams as JSON Schema, of the fields that the catalog of streams has. */
import {
  constant,
  decimal,
  flag,
  integer,
  list,
  object,
  percent,
  type Schema,
  signedDecimal,
  text,
  time,
  tuple,
  word,
} from "../../../engine/api/reference/json-schema.ts";
import type { Field, StreamEntry } from "../../../engine/stream/stream-catalog.ts";

/** Names of fields that say by how much something has changed. */
const MAY_BE_NEGATIVE = "change of the price";

export function streamSchema({ title, shape, fields }: StreamEntry): Schema {
  const one = fieldsSchema(fields, `${title}.`);
  return shape === "array" ? list(one, `${title}.`) : one;
}

export function fieldsSchema(fields: readonly Field[], says: string): Schema {
  return object(Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])), says);
}

function fieldSchema(field: Field): Schema {
  const { says } = field;
  switch (field.type) {
    case "constant":
      return constant(field.value, says);
    case "one_of":
      return word(field.values, says);
    case "symbol":
    case "interval":
      return text(says);
    case "boolean":
      return flag(says);
    case "price":
    case "quantity":
    case "amount":
      return says === MAY_BE_NEGATIVE ? signedDecimal(says) : decimal(says);
    case "percent":
      return percent(says);
    case "id":
    case "count":
      return integer(says, -1);
    case "time":
      return time(says);
    case "levels":
      return list(tuple([decimal("Price"), decimal("Quantity")], "One price"), says);
    case "object":
      return fieldsSchema(field.fields, says);
  }
}
