/** The settings of persistence as a function of its own; a process that installs its own database needs none. */
import { z } from "zod";

const schema = z.object({ DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional() });

export interface PersistenceConfig {
  /** null: not set, and every call is answered 503. */
  readonly databaseUrl: string | null;
}

/** @throws Error that names every mistake. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): PersistenceConfig {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) throw new Error(`persistence: ${z.prettifyError(parsed.error)}`);
  return { databaseUrl: parsed.data.DATABASE_URL ?? null };
}
