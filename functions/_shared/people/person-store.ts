/** People themselves, and the two ways back in: one-time links and recovery codes. */
import type { Database, Queryable, Row } from "../database.ts";
import { whole, wordIn } from "../row-views.ts";
import type { StoredPasskey } from "./passkey-store.ts";
import { insertPasskey } from "./passkey-store.ts";

/** Rolls back what was begun. */
class AlreadyThere extends Error {}

export interface StoredPerson {
  readonly person: string;
  readonly name: string;
  /** null: not opened yet. */
  readonly account: number | null;
  /** As the ledger calls it, or will: an account of that number and another name is of another journal. */
  readonly accountName: string;
  readonly isGuest: boolean;
}

export interface NewPerson extends StoredPerson {
  readonly nameKey: string;
  readonly createdMs: number;
  /** What they come with; none: a guest, or somebody whom an operator lets in. */
  readonly passkey?: StoredPasskey;
  readonly codeHashes: readonly string[];
}

export interface PersonStore {
  /** All of them or nothing. @returns false: the name, or the passkey, is somebody's already. */
  add(person: NewPerson): Promise<boolean>;
  find(person: string): Promise<StoredPerson | null>;
  byNameKey(nameKey: string): Promise<StoredPerson | null>;
  byAccount(account: number, accountName: string): Promise<StoredPerson | null>;
  /** Once; a later one changes nothing. */
  setAccount(person: string, account: number): Promise<void>;
  /** A guest has a passkey now, and codes: is a guest no more. */
  settle(person: string, codeHashes: readonly string[]): Promise<void>;
  replaceCodes(person: string, codeHashes: readonly string[]): Promise<void>;
  /** @returns whether it was there: it is no more. */
  takeCode(person: string, codeHash: string): Promise<boolean>;
  /** A newer link takes the older ones of the same person back. */
  addLink(tokenHash: string, person: string, endsMs: number): Promise<void>;
  /** @returns whose it was; null: no such link, or an old one. */
  takeLink(tokenHash: string, nowMs: number): Promise<string | null>;
}

const COLUMNS = "person, name, account, account_name, is_guest";

export function personStore(opened: () => Promise<Database>): PersonStore {
  const one = async (where: "person" | "name_key" | "account_name", value: string): Promise<StoredPerson | null> => {
    const [row] = await (await opened()).query(`select ${COLUMNS} from people.people where ${where} = $1`, [value]);
    return row === undefined ? null : personOf(row);
  };
  const change = async <T>(work: (tx: Queryable) => Promise<T>): Promise<T> => (await opened()).transaction(work);

  return {
    async add({ person, name, nameKey, account, accountName, isGuest, createdMs, passkey, codeHashes }) {
      try {
        await change(async (tx) => {
          const rows = await tx.query(
            `insert into people.people (person, name, name_key, account, account_name, is_guest, created_ms)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning person`,
            [person, name, nameKey, account, accountName, isGuest, createdMs],
          );
          if (rows.length === 0 || (passkey !== undefined && !(await insertPasskey(tx, passkey))))
            throw new AlreadyThere();
          await insertCodes(tx, person, codeHashes);
        });
        return true;
      } catch (error) {
        if (!(error instanceof AlreadyThere)) throw error;
        return false;
      }
    },

    find: (person) => one("person", person),
    byNameKey: (nameKey) => one("name_key", nameKey),
    async byAccount(account, accountName) {
      const person = await one("account_name", accountName);
      return person?.account === account ? person : null;
    },

    async setAccount(person, account) {
      const sql = "update people.people set account = $2 where person = $1 and account is null";
      await change((tx) => tx.query(sql, [person, account]));
    },

    async settle(person, codeHashes) {
      await change(async (tx) => {
        await tx.query("update people.people set is_guest = false where person = $1", [person]);
        await insertCodes(tx, person, codeHashes);
      });
    },

    async replaceCodes(person, codeHashes) {
      await change(async (tx) => {
        // The person's row is held, so that of two who renew at once one set of ten is left.
        await tx.query("select person from people.people where person = $1 for update", [person]);
        await tx.query("delete from people.recovery_codes where person = $1", [person]);
        await insertCodes(tx, person, codeHashes);
      });
    },

    async takeCode(person, codeHash) {
      const sql = "delete from people.recovery_codes where person = $1 and code_hash = $2 returning person";
      return (await change((tx) => tx.query(sql, [person, codeHash]))).length === 1;
    },

    async addLink(tokenHash, person, endsMs) {
      await change(async (tx) => {
        await tx.query("delete from people.links where person = $1", [person]);
        await tx.query("insert into people.links (token_hash, person, ends_ms) values ($1, $2, $3)", [
          tokenHash,
          person,
          endsMs,
        ]);
      });
    },

    async takeLink(tokenHash, nowMs) {
      const sql = "delete from people.links where token_hash = $1 and ends_ms > $2 returning person";
      const [row] = await change((tx) => tx.query(sql, [tokenHash, nowMs]));
      return row === undefined ? null : wordIn(row, "person");
    },
  };
}

async function insertCodes(tx: Queryable, person: string, codeHashes: readonly string[]): Promise<void> {
  // As JSON: PGlite and pg turn arrays into parameters each in their own way.
  const sql = `insert into people.recovery_codes (person, code_hash)
    select $1, jsonb_array_elements_text($2::text::jsonb)`;
  await tx.query(sql, [person, JSON.stringify(codeHashes)]);
}

export function personOf(row: Row): StoredPerson {
  return {
    person: wordIn(row, "person"),
    name: wordIn(row, "name"),
    account: row.account === null ? null : whole(row, "account"),
    accountName: wordIn(row, "account_name"),
    isGuest: row.is_guest === true,
  };
}
