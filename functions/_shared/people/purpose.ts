/** What an assertion is asked for (people-api.ts), parsed, and as the hash by which a challenge is bound to all of it. */
import type { Purpose } from "./people-api.ts";
import { hashOf } from "./person-secrets.ts";

/** @param purpose as a schema gave it: the same fields in whatever order are the same purpose, left out ones included. */
export function purposeHash(purpose: Purpose): string {
  return hashOf("purpose", canonicalJson(purpose));
}

/** Fields in the order of their names; what is undefined is not there. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(",")}}`;
}
