/** Every process that starts on its own: the schema of its settings, and the reader that its start calls. */
import type { z } from "zod";
import type { Environment } from "../../engine/protocol/setting.ts";
import { engineSchema, readEngineSettings } from "../../engine/settings.ts";
import { readStreamSettings, streamSchema } from "../../engine/stream/settings.ts";
import { EDGE_FUNCTIONS, EDGE_SCHEMAS, readEdgeConfig, SettingsMistaken } from "../_shared/function-config.ts";
import { deadLettersSchema, readConfig as readDeadLetters } from "../dead-letters/config.ts";
import { persistenceSchema, readConfig as readPersistence } from "../persistence/config.ts";
import { readConfig as readWeb, webSchema } from "../web/config.ts";

export interface ProcessSettings {
  readonly name: string;
  readonly schema: z.ZodObject;
  /** The mistakes in an environment. */
  readonly mistakes: (environment: Environment) => readonly string[];
}

export const PROCESSES: readonly ProcessSettings[] = [
  { name: "engine", schema: engineSchema, mistakes: (environment) => told(readEngineSettings(environment)) },
  { name: "stream", schema: streamSchema, mistakes: (environment) => told(readStreamSettings(environment)) },
  ...EDGE_FUNCTIONS.map((name) => ({
    name,
    schema: EDGE_SCHEMAS[name],
    mistakes: (environment: Environment) => thrown(() => readEdgeConfig(name, environment)),
  })),
  {
    name: "persistence",
    schema: persistenceSchema,
    mistakes: (environment) => thrown(() => readPersistence(environment)),
  },
  {
    name: "dead-letters",
    schema: deadLettersSchema,
    mistakes: (environment) => thrown(() => readDeadLetters(environment)),
  },
  { name: "web", schema: webSchema, mistakes: (environment) => thrown(() => readWeb(environment)) },
];

function told(read: ReturnType<typeof readEngineSettings> | ReturnType<typeof readStreamSettings>): readonly string[] {
  return read.outcome === "ok" ? [] : read.mistakes;
}

function thrown(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof SettingsMistaken) return error.mistakes;
    throw error;
  }
}
