/** The settings of dead-letters as a function of its own. */
import { z } from "zod";
import { mistakesIn, SettingsMistaken } from "../_shared/function-config.ts";

const TOKEN_LENGTH_MIN = 16;

const schema = z.object({
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: "is an address like postgres://user:password@host:5432/database",
  }),
  TIDEBOOK_OPERATOR_TOKEN: z.string().min(TOKEN_LENGTH_MIN, `has at least ${TOKEN_LENGTH_MIN} characters`),
  K_SINK: z.url({ protocol: /^https?$/, error: "is the address of a broker" }).optional(),
});

export interface DeadLettersConfig {
  readonly databaseUrl: string;
  readonly operatorToken: string;
  /** Where replayed events go; null: they cannot be replayed. */
  readonly sinkUrl: string | null;
}

/** @throws SettingsMistaken */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): DeadLettersConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new SettingsMistaken(mistakesIn(parsed.error));
  const { DATABASE_URL: databaseUrl, TIDEBOOK_OPERATOR_TOKEN: operatorToken, K_SINK } = parsed.data;
  return { databaseUrl, operatorToken, sinkUrl: K_SINK ?? null };
}
