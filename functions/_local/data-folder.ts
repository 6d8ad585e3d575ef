/**
 * The data folder: what lies where, and the two secrets that are made at the first start.
 *
 *   journal/             the engine's journal: the only record of truth
 *   history/             PGlite: a projection, rebuilt from the journal when it is missing
 *   people/              PGlite: who has signed up, their passkeys and sessions; nothing rebuilds it: `ops backup` copies it
 *   people.lock          held while anybody asks it
 *   outbox-cursor.json   where persistence goes on
 *   demo-accounts.json   keys of the demo accounts        (0600)
 *   bot-accounts.json    keys of the demo's bots          (0600), theirs alone (bots/bot-accounts.ts)
 *   operator-token       bearer token of /ops/v1          (0600)
 *   seal-key             key under which secrets are sealed (0600); without it every HMAC key is lost
 */
import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { randomText } from "../../engine/api/random-text.ts";
import { SEALING_KEY_BYTES } from "../../engine/api/seal.ts";
import { forgetOutboxCursor } from "../../engine/bus/outbox-cursor.ts";
import type { Config } from "../_shared/config.ts";
import { readFileIfThere, writeSecretFile } from "./atomic-file.ts";

const OPERATOR_TOKEN_LENGTH = 48;
const HEX_PATTERN = /^[0-9a-f]+$/i;

export interface DataFolder {
  readonly root: string;
  readonly journal: string;
  readonly history: string;
  readonly people: string;
  readonly outboxCursor: string;
  readonly demoAccounts: string;
  /** null: the token came from the environment. */
  readonly operatorTokenFile: string | null;
  readonly operatorToken: string;
  readonly sealingKey: Uint8Array;
  /** Where a history of another journal was moved; null: there was none. */
  readonly historyMovedTo: string | null;
}

/** Made or opened. @throws Error in words for an operator when a secret's file is damaged or missing. */
export function openDataFolder(config: Config): DataFolder {
  const root = config.dataDirectory;
  // Orders and balances are nobody else's business on this machine. A folder that is there keeps its mode.
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(root, name);
  const journal = at("journal");
  const isNew = !existsSync(journal) || readdirSync(journal).length === 0;
  return {
    root,
    journal,
    history: at("history"),
    people: at("people"),
    outboxCursor: at("outbox-cursor.json"),
    demoAccounts: at("demo-accounts.json"),
    operatorTokenFile: config.operatorToken === null ? at("operator-token") : null,
    operatorToken: config.operatorToken ?? keptToken(at("operator-token")),
    sealingKey: config.sealingKey ?? keptSealingKey(at("seal-key"), isNew),
    // Before the first frame of the new journal is written: a kill between the two leaves nothing that contradicts it.
    historyMovedTo: isNew ? leaveOldHistory(at("history"), at("outbox-cursor.json")) : null,
  };
}

function keptToken(path: string): string {
  const kept = readFileIfThere(path);
  if (kept !== null) {
    const token = kept.trim();
    if (token === "") throw new Error(`${path} is empty: remove it, and a new token is made`);
    return token;
  }
  const made = randomText(OPERATOR_TOKEN_LENGTH);
  writeSecretFile(path, `${made}\n`);
  return made;
}

function keptSealingKey(path: string, journalIsNew: boolean): Uint8Array {
  const kept = readFileIfThere(path)?.trim();
  if (kept === undefined) {
    if (!journalIsNew) {
      throw new Error(
        `${path} is missing, and the journal's API keys are sealed under it: put it back, or set TIDEBOOK_SEAL_KEY`,
      );
    }
    const made = crypto.getRandomValues(Buffer.alloc(SEALING_KEY_BYTES));
    writeSecretFile(path, `${made.toString("hex")}\n`);
    return made;
  }
  if (kept.length !== SEALING_KEY_BYTES * 2 || !HEX_PATTERN.test(kept)) {
    throw new Error(`${path} is damaged: it holds 64 hexadecimal digits`);
  }
  return Buffer.from(kept, "hex");
}

/** A history beside a journal that begins anew belongs to another one. */
function leaveOldHistory(history: string, cursor: string): string | null {
  forgetOutboxCursor(cursor);
  if (!existsSync(history)) return null;
  const movedTo = setAsidePath(history);
  renameSync(history, movedTo);
  return movedTo;
}

/** A name beside it that is not taken. */
export function setAsidePath(folder: string): string {
  const stem = `${folder}.set-aside-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
  for (let number = 0; ; number++) {
    const path = number === 0 ? stem : `${stem}-${number}`;
    if (!existsSync(path)) return path;
  }
}
