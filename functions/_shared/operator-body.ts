/** The JSON body of an operator's request, judged by a schema; every field that is wrong is named, in our own words. */
import type { z } from "zod";
import { Refusal } from "../../engine/api/refusal.ts";

const BODY_INVALID = -1130;

/** @throws Refusal 400 -1130 naming every field that is wrong. */
export function operatorBody<Schema extends z.ZodType>(rawBody: Uint8Array, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(rawBody));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `'${issue.path.join(".") || "body"}' ${issue.message}`);
  throw new Refusal(400, BODY_INVALID, `${faults.join("; ")}.`);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // Neither UTF-8 nor JSON: the sender's mistake, whatever the parser calls it.
    throw new Refusal(400, BODY_INVALID, "The body is not a JSON object.");
  }
}
