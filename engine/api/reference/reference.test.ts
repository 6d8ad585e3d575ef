/** The catalogues of the reference against what they are catalogues of. */
import { expect, test } from "vitest";
import * as refusals from "../refusal.ts";
import * as sessions from "../session-refusals.ts";
import { ANSWER_SCHEMAS } from "./answer-schemas.ts";
import { DESCRIBED_ROUTES, ENDPOINTS } from "./endpoint-catalog.ts";
import type { EndpointEntry } from "./endpoint-entry.ts";
import { ERRORS_BY_MAKER } from "./error-catalog.ts";
import { PARAMETER_CATALOG } from "./parameter-catalog.ts";
import { PARAMETER_WORDS } from "./parameter-words.ts";

const routeParameters = new Set(DESCRIBED_ROUTES.flatMap(({ mandatory, optional }) => [...mandatory, ...optional]));

test("every parameter of every route is in the catalogue, and every one of the catalogue is some route's", () => {
  const signed = ["timestamp", "recvWindow"];
  const known = Object.keys(PARAMETER_CATALOG);
  expect([...routeParameters].filter((name) => !known.includes(name))).toEqual([]);
  // A leg's name that no list has is there because its prefix is.
  const leg = /^(above|below|working|pending|pendingAbove|pendingBelow)[A-Z]/;
  expect(known.filter((name) => !routeParameters.has(name) && !signed.includes(name) && !leg.test(name))).toEqual([]);
});

test("every example and every word of a parameter lies within its legal range", () => {
  const outside = Object.entries(PARAMETER_CATALOG).flatMap(([name, { legal, example }]) =>
    // A key's public half is too long to be shown whole.
    [example.replace("…", ""), ...(PARAMETER_WORDS[name] ?? [])]
      .filter((value) => !new RegExp(legal).test(value))
      .map((value) => `${name}=${value}`),
  );
  expect(outside).toEqual([]);
});

test("what an endpoint says of a parameter is said of one that its route has", () => {
  const strangers = DESCRIBED_ROUTES.flatMap(({ handler, mandatory, optional }) => {
    const { notes = {}, words = {}, limit }: EndpointEntry = ENDPOINTS[handler];
    const said = [...Object.keys(notes), ...Object.keys(words), ...(limit === undefined ? [] : ["limit"])];
    return said.filter((name) => ![...mandatory, ...optional].includes(name)).map((name) => `${handler}: ${name}`);
  });
  expect(strangers).toEqual([]);
});

test("every route that has `limit` says how many rows it gives", () => {
  const silent = DESCRIBED_ROUTES.filter(({ handler, optional }) => {
    const { limit }: EndpointEntry = ENDPOINTS[handler];
    return optional.includes("limit") && limit === undefined;
  });
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test("a path that names a thing says what it names", () => {
  const unnamed = DESCRIBED_ROUTES.filter(({ handler, path }) => {
    const { name }: EndpointEntry = ENDPOINTS[handler];
    return path.endsWith("*") !== (name !== undefined);
  });
  expect(unnamed.map(({ path }) => path)).toEqual([]);
});

test("whatever a schema names is there", () => {
  const text = JSON.stringify([ANSWER_SCHEMAS, ENDPOINTS]);
  const named = [...text.matchAll(/"#\/components\/schemas\/([A-Za-z0-9]+)"/g)].map(([, name = ""]) => name);
  expect([...new Set(named)].filter((name) => !(name in ANSWER_SCHEMAS))).toEqual([]);
});

test("every maker of a refusal has its line in the table of errors", () => {
  const makers = Object.entries({ ...refusals, ...sessions })
    .filter(([, value]) => typeof value === "function" && !/^class\b/.test(String(value)))
    .map(([name]) => name)
    .filter((name) => name !== "refusalBody");
  expect(makers.toSorted()).toEqual(Object.keys(ERRORS_BY_MAKER).toSorted());
});
