/**
 * Every workload gets by its manifest what its settings ask for, and no secret that it could do without. Over the overlay
 * gke, whose sealed secrets name their keys; skipped where neither kubectl nor kustomize is installed.
 */
import { describe, expect, test } from "vitest";
import { readEngineSettings } from "../engine/settings.ts";
import { readStreamSettings } from "../engine/stream/settings.ts";
import { EDGE_FUNCTIONS, readEdgeConfig } from "../functions/_shared/function-config.ts";
import { readConfig as readDeadLetters } from "../functions/dead-letters/config.ts";
import { readConfig as readPersistence } from "../functions/persistence/config.ts";
import { readConfig as readWeb } from "../functions/web/config.ts";
import { containersOf, type Manifest, podOf } from "./testing/manifest.ts";
import { canRender, render } from "./testing/render.ts";

type Environment = Record<string, string>;

/** A value that each sealed key could have. */
const VALUES: Readonly<Record<string, string>> = {
  REDIS_URL: "redis://edge:secret@valkey.tidebook-data:6379",
  DATABASE_URL: "postgresql://tidebook:secret@tidebook-pg-pooler.tidebook-data:5432/tidebook?sslmode=no-verify",
  TIDEBOOK_PEOPLE_DATABASE_URL:
    "postgresql://tidebook_people:secret@tidebook-pg-pooler.tidebook-data:5432/tidebook?sslmode=no-verify",
  TIDEBOOK_SEAL_KEY: "0".repeat(64),
  TIDEBOOK_INTERNAL_TOKEN: "i".repeat(32),
  TIDEBOOK_OPERATOR_TOKEN: "o".repeat(32),
};
/** What the image itself says (Dockerfile). */
const OF_IMAGE: Readonly<Record<string, Environment>> = { engine: { TIDEBOOK_DATA_DIR: "/data" } };

/** Where history and people are kept: without them a function says so. And the settings, which are no secret. */
const OPTIONAL = /^tidebook-(database|people)$|^tidebook-settings/;

function throwMistakes(read: { readonly outcome: string }): void {
  if (read.outcome !== "ok") throw new Error(JSON.stringify(read));
}
/** @throws when the settings are not enough. */
const READERS: Readonly<Record<string, (environment: Environment) => void>> = {
  engine: (environment) => throwMistakes(readEngineSettings(environment)),
  stream: (environment) => throwMistakes(readStreamSettings(environment)),
  persistence: readPersistence,
  "dead-letters": readDeadLetters,
  web: readWeb,
  ...Object.fromEntries(
    EDGE_FUNCTIONS.map((name) => [name, (environment: Environment) => void readEdgeConfig(name, environment)]),
  ),
};

const manifests = (): readonly Manifest[] => render("overlays/gke");

interface Source {
  readonly name: string;
  readonly values: Environment;
}

/** What a workload's `envFrom` gives it, in order. @throws when a secret has a key that has no value here. */
function sourcesOf(name: string): Source[] {
  const workload = manifests().find((each) => each.metadata.name === name && podOf(each) !== null) as Manifest;
  const [container] = containersOf(workload);
  return container.envFrom.map(({ configMapRef, secretRef }: { configMapRef?: Named; secretRef?: Named }) => {
    const named = configMapRef?.name ?? secretRef?.name ?? "";
    const kind = configMapRef === undefined ? "SealedSecret" : "ConfigMap";
    const found = manifests().find((each) => each.kind === kind && each.metadata.name === named) as Manifest;
    if (kind === "ConfigMap") return { name: named, values: found.data };
    const keys = Object.keys(found.spec.encryptedData);
    const values = keys.map((key) => {
      if (VALUES[key] === undefined) throw new Error(`${named} has a key that nobody reads: ${key}`);
      return [key, VALUES[key]];
    });
    return { name: named, values: Object.fromEntries(values) };
  });
}
interface Named {
  readonly name: string;
}

function environmentOf(name: string, sources: readonly Source[]): Environment {
  return Object.assign({}, OF_IMAGE[name], ...sources.map(({ values }) => values));
}

describe.skipIf(!canRender)("rendered (skipped without kubectl or kustomize)", () => {
  for (const [name, read] of Object.entries(READERS)) {
    test(`${name} starts with what its manifest gives it`, () => {
      expect(() => read(environmentOf(name, sourcesOf(name)))).not.toThrow();
    });

    test(`${name} gets no secret that it could do without, but those for history and for people`, () => {
      const sources = sourcesOf(name);
      const spare = sources
        .filter(({ name: source }) => !OPTIONAL.test(source))
        .filter((left) => {
          try {
            read(
              environmentOf(
                name,
                sources.filter((source) => source !== left),
              ),
            );
            return true;
          } catch {
            return false; // It was needed.
          }
        });
      expect(spare.map(({ name: source }) => source)).toEqual([]);
    });
  }

  test("those who know people, and nobody else, are given their address and the origin of their passkeys", () => {
    const given = Object.keys(READERS).filter((name) =>
      sourcesOf(name).some(({ values }) => "TIDEBOOK_PEOPLE_DATABASE_URL" in values),
    );
    expect(given.sort()).toEqual(["funding", "users"]);
    for (const name of given)
      expect(environmentOf(name, sourcesOf(name))).toMatchObject({ PUBLIC_ORIGIN: "https://exchange.example.org" });
  });

  test("the stream is told of the one proxy before it", () => {
    const stream = manifests().find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "stream");
    expect(stream?.spec.template.spec.containers[0].env).toEqual([{ name: "TIDEBOOK_FORWARDED_HOPS", value: "1" }]);
  });

  test("a function that goes by addresses is told of all three proxies before it, and the activator is always one of them", () => {
    for (const name of EDGE_FUNCTIONS) {
      const service = manifests().find(
        ({ apiVersion, metadata }) => apiVersion === "serving.knative.dev/v1" && metadata.name === name,
      );
      expect(service?.spec.template.metadata.annotations).toMatchObject({
        "autoscaling.knative.dev/target-burst-capacity": "-1",
      });
      expect(readEdgeConfig(name, environmentOf(name, sourcesOf(name))).TIDEBOOK_FORWARDED_HOPS).toBe(3);
    }
  });
});
