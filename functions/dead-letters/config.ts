/** The settings of dead-letters as a function of its own. */
import { z } from "zod";

const TOKEN_LENGTH_MIN = 16;

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  TIDEBOOK_OPERATOR_TOKEN: z.string().min(TOKEN_LENGTH_MIN),
  K_SINK: z.url({ protocol: /^https?$/ }).optional(),
});

export interface DeadLettersConfig {
  readonly databaseUrl: string;
  readonly operatorToken: string;
  /** Where replayed events go; null: they cannot be replayed. */
  readonly sinkUrl: string | null;
}

/** @throws Error that names every mistake. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): DeadLettersConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new Error(`dead-letters: ${z.prettifyError(parsed.error)}`);
  const { DATABASE_URL: databaseUrl, TIDEBOOK_OPERATOR_TOKEN: operatorToken, K_SINK } = parsed.data;
  return { databaseUrl, operatorToken, sinkUrl: K_SINK ?? null };
}
