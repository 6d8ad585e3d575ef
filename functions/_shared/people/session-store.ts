/** Sessions: what a cookie stands for. */
import type { Database, Row } from "../database.ts";
import { whole, wordIn } from "../row-views.ts";
import { personOf, type StoredPerson } from "./person-store.ts";

/** How somebody came in. */
export type SignInWay = "passkey" | "link" | "code" | "guest";

export interface StoredSession {
  readonly session: string;
  readonly person: StoredPerson;
  readonly way: SignInWay;
  readonly userAgent: string;
  readonly createdMs: number;
  readonly usedMs: number;
  readonly endsMs: number;
  /** Until then a device needs no assertion more. */
  readonly freshUntilMs: number;
  /** Until then a passkey may be added without an assertion. */
  readonly mayAddUntilMs: number;
}

export interface SessionStore {
  /** Sessions that are over are forgotten with it; of one person the newest `max` are left. */
  add(tokenHash: string, session: StoredSession, max: number): Promise<void>;
  /** null: no such session, or it is over. */
  find(tokenHash: string, nowMs: number): Promise<StoredSession | null>;
  /** Newest first; those that are not over. */
  ofPerson(person: string, nowMs: number): Promise<readonly StoredSession[]>;
  used(session: string, nowMs: number): Promise<void>;
  /** An assertion or a new passkey proves who sits there; a passkey is added without one only once. */
  refresh(session: string, freshUntilMs: number): Promise<void>;
  /** @returns false: not one of this person. */
  end(person: string, session: string): Promise<boolean>;
  /** All of this person but one. */
  endOthers(person: string, session: string): Promise<void>;
}

const SELECT = `select s.session, s.way, s.user_agent, s.created_ms, s.used_ms, s.ends_ms, s.fresh_until_ms,
    s.may_add_until_ms, p.person, p.name, p.account, p.account_name, p.is_guest
  from people.sessions s join people.people p on p.person = s.person`;

export function sessionStore(opened: () => Promise<Database>): SessionStore {
  return {
    async add(tokenHash, session, max) {
      const { person, way, userAgent, createdMs, usedMs, endsMs, freshUntilMs, mayAddUntilMs } = session;
      await (await opened()).transaction(async (tx) => {
        await tx.query("delete from people.sessions where ends_ms <= $1", [createdMs]);
        await tx.query(
          `delete from people.sessions where session in
             (select session from people.sessions where person = $1 order by created_ms desc, session offset $2)`,
          [person.person, max - 1],
        );
        await tx.query(
          `insert into people.sessions (session, token_hash, person, way, user_agent, created_ms, used_ms, ends_ms,
             fresh_until_ms, may_add_until_ms)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
          [
            ...[session.session, tokenHash, person.person, way, userAgent],
            ...[createdMs, usedMs, endsMs, freshUntilMs, mayAddUntilMs],
          ],
        );
      });
    },

    async find(tokenHash, nowMs) {
      const sql = `${SELECT} where s.token_hash = $1 and s.ends_ms > $2`;
      const [row] = await (await opened()).query(sql, [tokenHash, nowMs]);
      return row === undefined ? null : sessionOf(row);
    },

    async ofPerson(person, nowMs) {
      const sql = `${SELECT} where s.person = $1 and s.ends_ms > $2 order by s.created_ms desc, s.session`;
      return (await (await opened()).query(sql, [person, nowMs])).map(sessionOf);
    },

    async used(session, nowMs) {
      const sql = "update people.sessions set used_ms = $2 where session = $1";
      await (await opened()).transaction((tx) => tx.query(sql, [session, nowMs]));
    },

    async refresh(session, freshUntilMs) {
      const sql = "update people.sessions set fresh_until_ms = $2, may_add_until_ms = 0 where session = $1";
      await (await opened()).transaction((tx) => tx.query(sql, [session, freshUntilMs]));
    },

    async end(person, session) {
      const sql = "delete from people.sessions where person = $1 and session = $2 returning session";
      return (await (await opened()).transaction((tx) => tx.query(sql, [person, session]))).length === 1;
    },

    async endOthers(person, session) {
      const sql = "delete from people.sessions where person = $1 and session <> $2";
      await (await opened()).transaction((tx) => tx.query(sql, [person, session]));
    },
  };
}

function sessionOf(row: Row): StoredSession {
  return {
    session: wordIn(row, "session"),
    person: personOf(row),
    way: wordIn<SignInWay>(row, "way"),
    userAgent: wordIn(row, "user_agent"),
    createdMs: whole(row, "created_ms"),
    usedMs: whole(row, "used_ms"),
    endsMs: whole(row, "ends_ms"),
    freshUntilMs: whole(row, "fresh_until_ms"),
    mayAddUntilMs: whole(row, "may_add_until_ms"),
  };
}
