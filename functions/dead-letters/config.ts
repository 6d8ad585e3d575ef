/** The settings of dead-letters as a function of its own. */
import { type Environment, engineName, httpUrl, postgresUrl, token } from "../../engine/protocol/setting.ts";
import { serverSchema, settingsOf } from "../_shared/function-config.ts";

export const deadLettersSchema = serverSchema.extend({
  DATABASE_URL: postgresUrl,
  TIDEBOOK_OPERATOR_TOKEN: token,
  TIDEBOOK_ENGINE: engineName,
  K_SINK: httpUrl.optional(),
});

export interface DeadLettersConfig {
  readonly databaseUrl: string;
  readonly operatorToken: string;
  /** Whose history an operator may empty. */
  readonly engine: string;
  /** Where replayed events go; null: they cannot be replayed. */
  readonly sinkUrl: string | null;
}

/** @throws SettingsMistaken */
export function readConfig(environment: Environment): DeadLettersConfig {
  const given = settingsOf(deadLettersSchema, environment);
  return {
    databaseUrl: given.DATABASE_URL,
    operatorToken: given.TIDEBOOK_OPERATOR_TOKEN,
    engine: given.TIDEBOOK_ENGINE,
    sinkUrl: given.K_SINK ?? null,
  };
}
