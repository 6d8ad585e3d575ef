/**
 * What the webhooks of Knative Eventing 1.22 refuse in Brokers and Triggers (platform.md D.3), and what they let pass
 * although it loses events.
 */
import { groupOf, type Manifest } from "./manifest.ts";
import type { Rule } from "./rule.ts";

/** ISO 8601, as `PT0.2S`, `PT5S`, `PT1M`; more than nothing. */
const DURATION = /^P(?!$)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;
const FILTER_DIALECTS = ["exact", "prefix", "suffix", "all", "any", "not", "cesql"];

function isKind(kind: string): Rule["applies"] {
  return (manifest) => manifest.kind === kind && groupOf(manifest) === "eventing.knative.dev";
}
function isEither(manifest: Manifest): boolean {
  return isKind("Broker")(manifest) || isKind("Trigger")(manifest);
}
function delivery(manifest: Manifest): Manifest["spec"] {
  return manifest.spec?.delivery ?? {};
}

function deliveryRule(id: string, isBroken: (delivery: Manifest["spec"]) => boolean, ...changes: object[]): Rule {
  return {
    id,
    applies: isEither,
    isBroken: (manifest) => isBroken(delivery(manifest)),
    plants: changes.map((change) => (manifest: Manifest) => {
      manifest.spec.delivery = { ...manifest.spec.delivery, ...change };
    }),
  };
}

function isAddress(destination: Manifest["spec"] | undefined): boolean {
  if (destination?.ref?.name !== undefined && destination.ref.kind !== undefined) return true;
  return typeof destination?.uri === "string" && URL.canParse(destination.uri);
}

export const EVENTING_RULES: readonly Rule[] = [
  deliveryRule(
    "backoffPolicy is linear or exponential",
    ({ backoffPolicy }) => backoffPolicy !== undefined && !["linear", "exponential"].includes(backoffPolicy),
    { backoffPolicy: "quadratic" },
  ),
  deliveryRule(
    "backoffDelay is an ISO 8601 duration",
    ({ backoffDelay }) => backoffDelay !== undefined && !DURATION.test(backoffDelay),
    { backoffDelay: "5s" },
  ),
  deliveryRule(
    "a backoff has its delay, or there is none between tries",
    ({ backoffPolicy, backoffDelay, retry }) =>
      (backoffPolicy !== undefined || retry > 0) && backoffDelay === undefined,
    { backoffDelay: undefined },
  ),
  deliveryRule("retry is not negative", ({ retry }) => retry !== undefined && !(retry >= 0), { retry: -1 }),
  deliveryRule(
    "a timeout is longer than nothing",
    ({ timeout }) => timeout !== undefined && (!DURATION.test(timeout) || /^PT?0+(\.0+)?[SMH]?$/.test(timeout)),
    { timeout: "PT0S" },
    { timeout: "10s" },
  ),
  deliveryRule("retryAfterMax is switched off", (each) => "retryAfterMax" in each, { retryAfterMax: "PT10S" }),
  deliveryRule(
    "a dead letter sink has an address",
    ({ deadLetterSink }) => deadLetterSink !== undefined && !isAddress(deadLetterSink),
    { deadLetterSink: {} },
    { deadLetterSink: { uri: "/dead-letters" } },
  ),
  deliveryRule(
    "what cannot be delivered goes somewhere",
    ({ deadLetterSink, retry }) => deadLetterSink === undefined || retry === undefined,
    { deadLetterSink: undefined },
    { retry: undefined },
  ),
  {
    id: "a trigger has a subscriber with an address",
    applies: isKind("Trigger"),
    isBroken: ({ spec }) => !isAddress(spec?.subscriber),
    plants: [
      ({ spec }) => delete spec.subscriber,
      ({ spec }) => {
        spec.subscriber = {};
      },
      ({ spec }) => {
        spec.subscriber = { uri: "/events" };
      },
    ],
  },
  {
    id: "a trigger names its broker",
    applies: isKind("Trigger"),
    isBroken: ({ spec }) => !spec?.broker,
    plants: [({ spec }) => delete spec.broker],
  },
  {
    id: "a trigger filters in one way",
    applies: isKind("Trigger"),
    isBroken: ({ spec }) => spec?.filter !== undefined && spec?.filters !== undefined,
    plants: [
      ({ spec }) => {
        spec.filter = { attributes: { type: "tidebook.journal.batch.v1" } };
      },
    ],
  },
  {
    id: "an entry of filters has one dialect",
    applies: isKind("Trigger"),
    isBroken: ({ spec }) =>
      (spec?.filters ?? []).some(
        (entry: object) =>
          Object.keys(entry).length !== 1 || !Object.keys(entry).every((dialect) => FILTER_DIALECTS.includes(dialect)),
      ),
    plants: [
      ({ spec }) => {
        spec.filters = [{ exact: { type: "a" }, prefix: { type: "b" } }];
      },
    ],
  },
  {
    id: "CESQL is not used: nothing here can check it",
    applies: isKind("Trigger"),
    isBroken: ({ spec }) => /"cesql":/.test(JSON.stringify(spec?.filters ?? [])),
    plants: [
      ({ spec }) => {
        spec.filters = [{ cesql: "type = = 'a'" }];
      },
    ],
  },
  {
    id: "an attribute that is filtered on is lower-case letters and digits",
    applies: isKind("Trigger"),
    isBroken: ({ spec }) =>
      attributesOf(spec?.filters ?? []).some((name) => !/^[a-z0-9]{1,20}$/.test(name)) ||
      Object.keys(spec?.filter?.attributes ?? {}).some((name) => !/^[a-z0-9]{1,20}$/.test(name)),
    plants: [
      ({ spec }) => {
        spec.filters = [{ exact: { "partition-key": "BTCUSDT" } }];
      },
      ({ spec }) => {
        spec.filters = [{ any: [{ exact: { partitionKey: "BTCUSDT" } }] }];
      },
    ],
  },
];

type Filter = Readonly<Record<string, unknown>>;

function attributesOf(filters: readonly Filter[]): string[] {
  return filters.flatMap((filter) =>
    Object.entries(filter).flatMap(([dialect, value]) => {
      if (dialect === "all" || dialect === "any") return attributesOf(value as readonly Filter[]);
      if (dialect === "not") return attributesOf([value as Filter]);
      return dialect === "cesql" ? [] : Object.keys(value as object);
    }),
  );
}
