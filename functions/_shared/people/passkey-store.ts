/** Passkeys: the public halves, and how often each authenticator says it was used. */
import type { Database, Queryable, Row } from "../database.ts";
import { whole, wordIn } from "../row-views.ts";

export interface StoredPasskey {
  /** The credential's id, base64url. */
  readonly credential: string;
  readonly person: string;
  /** COSE, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly label: string;
  readonly createdMs: number;
  /** 0: never. */
  readonly usedMs: number;
}

export interface PasskeyStore {
  find(credential: string): Promise<StoredPasskey | null>;
  /** Oldest first. */
  ofPerson(person: string): Promise<readonly StoredPasskey[]>;
  /** @returns false: it is there already, or the person has `max` of them. */
  add(passkey: StoredPasskey, max: number): Promise<boolean>;
  /** @returns false: the counter has been there before: two copies of one authenticator, or an answer seen twice. */
  used(credential: string, counter: number, nowMs: number): Promise<boolean>;
  /** @returns false: not this person's, or the last one. */
  remove(person: string, credential: string): Promise<boolean>;
}

export function passkeyStore(opened: () => Promise<Database>): PasskeyStore {
  const listed = async (where: string, value: string): Promise<StoredPasskey[]> => {
    const sql = `select * from people.passkeys where ${where} = $1 order by created_ms, credential`;
    return (await (await opened()).query(sql, [value])).map(passkeyOf);
  };
  return {
    find: async (credential) => (await listed("credential", credential))[0] ?? null,
    ofPerson: (person) => listed("person", person),

    async add(passkey, max) {
      return (await opened()).transaction(async (tx) => {
        if ((await heldCount(tx, passkey.person)) >= max) return false;
        return insertPasskey(tx, passkey);
      });
    },

    async used(credential, counter, nowMs) {
      // An authenticator that counts never says the same number twice; one that does not says 0 for ever.
      const sql = `update people.passkeys set counter = $2::bigint, used_ms = $3
        where credential = $1 and ($2::bigint > counter or ($2::bigint = 0 and counter = 0)) returning credential`;
      return (await (await opened()).transaction((tx) => tx.query(sql, [credential, counter, nowMs]))).length === 1;
    },

    async remove(person, credential) {
      return (await opened()).transaction(async (tx) => {
        if ((await heldCount(tx, person)) <= 1) return false;
        const sql = "delete from people.passkeys where person = $1 and credential = $2 returning credential";
        return (await tx.query(sql, [person, credential])).length === 1;
      });
    },
  };
}

/** The person's row is held until the end: of two who come at once the second counts what the first has done. */
async function heldCount(tx: Queryable, person: string): Promise<number> {
  await tx.query("select person from people.people where person = $1 for update", [person]);
  const [row] = await tx.query("select count(*)::int4 as held from people.passkeys where person = $1", [person]);
  return row === undefined ? 0 : whole(row, "held");
}

/** @returns false: it is there already. */
export async function insertPasskey(tx: Queryable, passkey: StoredPasskey): Promise<boolean> {
  const { credential, person, publicKey, counter, transports, label, createdMs, usedMs } = passkey;
  const rows = await tx.query(
    `insert into people.passkeys (credential, person, public_key, counter, transports, label, created_ms, used_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (credential) do nothing returning credential`,
    [credential, person, publicKey, counter, JSON.stringify(transports), label, createdMs, usedMs],
  );
  return rows.length === 1;
}

function passkeyOf(row: Row): StoredPasskey {
  return {
    credential: wordIn(row, "credential"),
    person: wordIn(row, "person"),
    publicKey: wordIn(row, "public_key"),
    counter: whole(row, "counter"),
    transports: JSON.parse(wordIn(row, "transports")) as string[],
    label: wordIn(row, "label"),
    createdMs: whole(row, "created_ms"),
    usedMs: whole(row, "used_ms"),
  };
}
