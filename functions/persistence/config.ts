/** The settings of persistence as a function of its own; a process that installs its own database needs none. */
import { z } from "zod";

const TOKEN_LENGTH_MIN = 16;

const schema = z
  .object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    TIDEBOOK_ENGINE: z
      .string()
      .regex(/^[a-z0-9-]{1,63}$/)
      .default("e1"),
    TIDEBOOK_ENGINE_URL: z.url({ protocol: /^http$/ }).optional(),
    TIDEBOOK_INTERNAL_TOKEN: z.string().min(TOKEN_LENGTH_MIN).optional(),
  })
  .refine((all) => (all.TIDEBOOK_ENGINE_URL === undefined) === (all.TIDEBOOK_INTERNAL_TOKEN === undefined), {
    message: "TIDEBOOK_ENGINE_URL and TIDEBOOK_INTERNAL_TOKEN are set together or not at all",
  });

export interface PersistenceConfig {
  /** null: not set, and every call is answered 503. */
  readonly databaseUrl: string | null;
  readonly engine: string;
  /** The engine's read port. null: nothing is pulled, nothing reported, and whose tables these are is not checked. */
  readonly engineReads: { readonly url: string; readonly token: string } | null;
}

/** @throws Error that names every mistake. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): PersistenceConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new Error(`persistence: ${z.prettifyError(parsed.error)}`);
  const { DATABASE_URL, TIDEBOOK_ENGINE, TIDEBOOK_ENGINE_URL: url, TIDEBOOK_INTERNAL_TOKEN: token } = parsed.data;
  const engineReads = url === undefined || token === undefined ? null : { url, token };
  return { databaseUrl: DATABASE_URL ?? null, engine: TIDEBOOK_ENGINE, engineReads };
}
