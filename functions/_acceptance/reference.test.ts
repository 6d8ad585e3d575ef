/**
 * What the reference says and what a running exchange answers is the same, both ways; and the documents are up to date.
 * `UPDATE_DOCS=1 npx vitest run functions/_acceptance/reference.test.ts` writes examples and documents anew.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { ANSWER_SCHEMAS } from "../../engine/api/reference/answer-schemas.ts";
import type { Schema } from "../../engine/api/reference/json-schema.ts";
import { SESSION_METHODS } from "../../engine/api/reference/session-methods.ts";
import { USER_EVENTS } from "../../engine/api/reference/user-event-schemas.ts";
import { DOCUMENTS } from "./reference/documents.ts";
import { examplesOf, formOf } from "./reference/example-forms.ts";
import { type Examples, readExamples, writeExamples } from "./reference/examples.ts";
import { OPERATIONS } from "./reference/operations.ts";
import { misfits, SeenFields } from "./reference/schema-check.ts";
import { type Tour, tour } from "./reference/tour.ts";
import type { Visit } from "./reference/visits.ts";

const UPDATE = process.env.UPDATE_DOCS === "1";
/** Told only once a listen key has ended by itself: engine/stream/user-data/listen-streams.test.ts. */
const NOT_ON_THE_TOUR = ["listenKeyExpired"];

let seen: Tour;
let live: Examples;
beforeAll(async () => {
  seen = await tour();
  live = examplesOf(seen);
  if (UPDATE) writeExamples(live);
});

function schemaOf({ call, status }: Pick<Visit, "call" | "status">): Schema {
  if (status !== 200) return ANSWER_SCHEMAS.Refusal as Schema;
  const described =
    OPERATIONS.find((operation) => operation.call === call)?.entry.answer ?? SESSION_METHODS[call]?.answer;
  if (described === undefined || described === null) throw new Error(`${call} is answered, and described as refused`);
  return described;
}

function eventSchema(event: { readonly e: string }): Schema {
  const entry = USER_EVENTS[event.e];
  if (entry === undefined) throw new Error(`no event ${event.e} is described`);
  return entry.schema;
}

test("the tour calls every route and every method of a session", () => {
  const called = new Set(seen.visits.map(({ call }) => call));
  const all = [...OPERATIONS.map(({ call }) => call), ...Object.keys(SESSION_METHODS)];
  expect(all.filter((call) => !called.has(call))).toEqual([]);
});

test("every answer is as it is described, and has no field that is not", () => {
  const wrong = seen.visits.flatMap((visit) =>
    misfits(schemaOf(visit), visit.answer).map((what) => `${visit.call} ${visit.query}: ${what}`),
  );
  expect([...new Set(wrong)]).toEqual([]);
});

test("every user data event is as it is described, and has no field that is not", () => {
  const wrong = seen.events.flatMap((event) => misfits(eventSchema(event), event).map((what) => `${event.e}: ${what}`));
  expect([...new Set(wrong)]).toEqual([]);
});

test("every field that is described is in some answer, and every event and field of one has been told", () => {
  const fields = new SeenFields();
  for (const visit of seen.visits) fields.note(schemaOf(visit), visit.answer);
  for (const event of seen.events) fields.note(eventSchema(event), event);
  const events = Object.entries(USER_EVENTS).filter(([name]) => !NOT_ON_THE_TOUR.includes(name));
  const methods = Object.entries(SESSION_METHODS).map(([name, { answer }]) => [name, answer] as const);
  const all = {
    ...ANSWER_SCHEMAS,
    ...Object.fromEntries([...events.map(([name, { schema }]) => [name, schema]), ...methods]),
  };
  expect([...new Set(fields.unseen(all))]).toEqual([]);
});

test("the examples have the forms of what is answered now", () => {
  const kept = readExamples();
  expect(Object.keys(kept)).toEqual(Object.keys(live));
  for (const [call, { answer }] of Object.entries(live))
    expect([call, formOf(kept[call]?.answer)]).toEqual([call, formOf(answer)]);
});

describe("the documents are what the code says", () => {
  test.each(DOCUMENTS.map(({ path, make }) => [path, make] as const))("docs/%s", (path, make) => {
    const file = new URL(`../../docs/${path}`, import.meta.url);
    const text = make(readExamples());
    if (UPDATE) writeFileSync(file, text);
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});
