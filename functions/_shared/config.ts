/**
 * The settings of an exchange in one process. The only reader of the environment there; every mistake is reported at once.
 * Secrets have no defaults here: what is not set is made at the first start and kept in the data folder.
 */
import { z } from "zod";

const TOKEN_LENGTH_MIN = 16;
const SEALING_KEY_PATTERN = /^[0-9a-fA-F]{64}$/;

const schema = z.object({
  /** 0: any free one. */
  PORT: z
    .string()
    .regex(/^[0-9]{1,5}$/, "is a number from 0 to 65535")
    .transform(Number)
    .refine((port) => port <= 65_535, "is a number from 0 to 65535")
    .default(8_080),
  HOST: z.string().min(1, "is an address or a name; leave it out for 127.0.0.1").default("127.0.0.1"),
  TIDEBOOK_DATA_DIR: z.string().min(1, "is a folder; leave it out for .data").default(".data"),
  TIDEBOOK_OPERATOR_TOKEN: z
    .string()
    .min(TOKEN_LENGTH_MIN, `has at least ${TOKEN_LENGTH_MIN} characters`)
    .regex(/^[\x21-\x7e]*$/, "has no spaces and nothing outside ASCII")
    .optional(),
  TIDEBOOK_SEAL_KEY: z.string().regex(SEALING_KEY_PATTERN, "is 32 bytes as 64 hexadecimal digits").optional(),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDirectory: string;
  /** null: kept in the data folder. */
  readonly operatorToken: string | null;
  /** null: kept in the data folder. */
  readonly sealingKey: Uint8Array | null;
}

export type ReadConfig =
  | { readonly outcome: "ok"; readonly config: Config }
  /** One sentence a mistake, without the value. */
  | { readonly outcome: "mistakes"; readonly mistakes: readonly string[] };

export function readConfig(environment: Readonly<Record<string, string | undefined>>): ReadConfig {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    return {
      outcome: "mistakes",
      mistakes: parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`),
    };
  }
  const { PORT, HOST, TIDEBOOK_DATA_DIR, TIDEBOOK_OPERATOR_TOKEN, TIDEBOOK_SEAL_KEY } = parsed.data;
  return {
    outcome: "ok",
    config: {
      port: PORT,
      host: HOST,
      dataDirectory: TIDEBOOK_DATA_DIR,
      operatorToken: TIDEBOOK_OPERATOR_TOKEN ?? null,
      sealingKey: TIDEBOOK_SEAL_KEY === undefined ? null : Buffer.from(TIDEBOOK_SEAL_KEY, "hex"),
    },
  };
}
