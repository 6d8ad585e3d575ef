/** The settings of persistence as a function of its own; a process that installs its own database needs none. */
import { z } from "zod";
import { mistakesIn, SettingsMistaken } from "../_shared/function-config.ts";

const TOKEN_LENGTH_MIN = 16;

const schema = z
  .object({
    DATABASE_URL: z
      .url({ protocol: /^postgres(ql)?$/, error: "is an address like postgres://user:password@host:5432/database" })
      .optional(),
    TIDEBOOK_ENGINE: z
      .string()
      .regex(/^[a-z0-9-]{1,63}$/, "is a name of small letters, digits and hyphens")
      .default("e1"),
    TIDEBOOK_ENGINE_URL: z.url({ protocol: /^http$/, error: "is an address like http://engine:8081" }).optional(),
    TIDEBOOK_INTERNAL_TOKEN: z.string().min(TOKEN_LENGTH_MIN, `has at least ${TOKEN_LENGTH_MIN} characters`).optional(),
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

/** @throws SettingsMistaken */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): PersistenceConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new SettingsMistaken(mistakesIn(parsed.error));
  const { DATABASE_URL, TIDEBOOK_ENGINE, TIDEBOOK_ENGINE_URL: url, TIDEBOOK_INTERNAL_TOKEN: token } = parsed.data;
  const engineReads = url === undefined || token === undefined ? null : { url, token };
  return { databaseUrl: DATABASE_URL ?? null, engine: TIDEBOOK_ENGINE, engineReads };
}
