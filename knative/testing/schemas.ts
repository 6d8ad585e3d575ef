/**
 * The strict schemas of every kind that we write (unknown fields fail). They lie beside the project, not in it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { sharedPath } from "../../engine/replay/shared-dir.ts";
import { groupOf, type Manifest, nameOf } from "./manifest.ts";

const SCHEMAS = sharedPath("schemas");
/** Kubernetes' own formats, which say nothing that a JSON Schema can check. */
const DUMMY_FORMATS = ["int-or-string", "quantity", "byte", "int32", "int64", "double", "float"];

export const haveSchemas = SCHEMAS !== null;

export function readSchema(...parts: readonly string[]): unknown {
  if (SCHEMAS === null) throw new Error("the schemas are not there");
  return JSON.parse(readFileSync(join(SCHEMAS, ...parts), "utf8"));
}

/** A schema that is not there: null. */
export function schemaFile(...parts: readonly string[]): string | null {
  return sharedPath("schemas", ...parts);
}

export function compile(schema: unknown): ValidateFunction {
  const { $schema } = schema as { $schema?: string };
  const options = { strict: false, allErrors: true };
  const ajv = $schema?.includes("2020-12") ? new Ajv2020(options) : new Ajv(options);
  // ajv-formats is CommonJS: its function is the module's default.
  (addFormats as unknown as { default: (ajv: Ajv) => void }).default(ajv as Ajv);
  for (const format of DUMMY_FORMATS) ajv.addFormat(format, true);
  return ajv.compile(schema as object);
}

const compiled = new Map<string, ValidateFunction>();

/** One sentence per mistake; [] for none. A kind without a schema is a mistake: it is either misspelt or unknown here. */
export function schemaMistakes(manifest: Manifest): string[] {
  const group = groupOf(manifest);
  const version = manifest.apiVersion.split("/").at(-1);
  const file = `${manifest.kind.toLowerCase()}_${version}.json`;
  if (schemaFile(group, file) === null) return [`${nameOf(manifest)}: no schema ${group}/${file}`];
  const key = `${group}/${file}`;
  const validate = compiled.get(key) ?? compile(readSchema(group, file));
  compiled.set(key, validate);
  if (validate(manifest)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${nameOf(manifest)}: ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
