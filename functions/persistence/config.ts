/** The settings of persistence as a function of its own; a process that installs its own database needs none. */
import {
  type Environment,
  engineName,
  originUrl,
  postgresUrl,
  together,
  token,
} from "../../engine/protocol/setting.ts";
import { type EventGate, eventGateOf, PUSH_RULES, pushSettings } from "../_shared/event-gate.ts";
import { serverSchema, settingsOf } from "../_shared/function-config.ts";

export const persistenceSchema = serverSchema.extend({
  DATABASE_URL: postgresUrl.optional(),
  TIDEBOOK_ENGINE: engineName,
  TIDEBOOK_ENGINE_URL: originUrl.optional(),
  TIDEBOOK_INTERNAL_TOKEN: token.optional(),
  ...pushSettings,
});
const RULES = [together("TIDEBOOK_ENGINE_URL", "TIDEBOOK_INTERNAL_TOKEN"), ...PUSH_RULES];

export interface PersistenceConfig {
  /** null: not set, and every call is answered 503. */
  readonly databaseUrl: string | null;
  readonly engine: string;
  /** The engine's read port. null: nothing is pulled, nothing reported, and whose tables these are is not checked. */
  readonly engineReads: { readonly url: string; readonly token: string } | null;
  readonly gate: EventGate;
}

/** @throws SettingsMistaken */
export function readConfig(environment: Environment): PersistenceConfig {
  const given = settingsOf(persistenceSchema, environment, RULES);
  const { DATABASE_URL, TIDEBOOK_ENGINE, TIDEBOOK_ENGINE_URL: url, TIDEBOOK_INTERNAL_TOKEN: token } = given;
  const engineReads = url === undefined || token === undefined ? null : { url, token };
  return { databaseUrl: DATABASE_URL ?? null, engine: TIDEBOOK_ENGINE, engineReads, gate: eventGateOf(given) };
}
