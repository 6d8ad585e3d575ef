/** Which exchange is meant, and by which token: options first, then the environment, then what `npm start` would take. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Environment, whatIsSet } from "../protocol/setting.ts";
import { UsageError } from "./command-spec.ts";

const PORT_DEFAULT = "8080";
const DATA_FOLDER_DEFAULT = ".data";

export interface Settings {
  readonly origin: string;
  readonly dataFolder: string;
  readonly journalFolder: string;
  /** @throws UsageError when there is none to be found. */
  readonly token: () => string;
}

export interface GivenSettings {
  readonly origin: string | undefined;
  readonly dataFolder: string | undefined;
}

export function settingsFrom(given: GivenSettings, environment: Environment): Settings {
  const { TIDEBOOK_DATA_DIR, TIDEBOOK_ORIGIN, PORT = PORT_DEFAULT, TIDEBOOK_OPERATOR_TOKEN } = whatIsSet(environment);
  const dataFolder = given.dataFolder ?? TIDEBOOK_DATA_DIR ?? DATA_FOLDER_DEFAULT;
  const origin = given.origin ?? TIDEBOOK_ORIGIN ?? `http://127.0.0.1:${PORT}`;
  if (!URL.canParse(origin)) throw new UsageError("--origin is an address like http://127.0.0.1:8080");
  return {
    origin: new URL(origin).origin,
    dataFolder,
    journalFolder: join(dataFolder, "journal"),
    token: () => TIDEBOOK_OPERATOR_TOKEN ?? tokenFile(join(dataFolder, "operator-token")),
  };
}

function tokenFile(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    throw new UsageError(`${path} cannot be read: name the folder with --data-dir, or set TIDEBOOK_OPERATOR_TOKEN`);
  }
}
