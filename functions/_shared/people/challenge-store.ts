/** Challenges: what a passkey was asked to sign, for whom and for what. Each is good once. */
import type { Database } from "../database.ts";
import { whole, wordIn } from "../row-views.ts";

export interface StoredChallenge {
  readonly challenge: string;
  /** What the authenticator signs, base64url. */
  readonly nonce: string;
  readonly purposeHash: string;
  /** Whose; null: nobody has signed in yet. */
  readonly session: string | null;
  /** Of whoever signs up; null: for something else. */
  readonly name: string | null;
  readonly endsMs: number;
}

/** More than the tabs in which somebody is about to do something. */
const OF_SESSION_MAX = 10;

export interface ChallengeStore {
  /**
   * Those that are over are forgotten with it, and of one session all but the newest few. Where there are `max`, the oldest
   * tenth too: nobody can fill the table and wait, and who has signed in is the last to be forgotten.
   */
  add(challenge: StoredChallenge, nowMs: number, max: number): Promise<void>;
  /** It is there no more, whatever comes of it. @returns null: no such one, or it is over. */
  take(challenge: string, nowMs: number): Promise<StoredChallenge | null>;
}

export function challengeStore(opened: () => Promise<Database>): ChallengeStore {
  return {
    async add({ challenge, nonce, purposeHash, session, name, endsMs }, nowMs, max) {
      await (await opened()).transaction(async (tx) => {
        await tx.query("delete from people.challenges where ends_ms <= $1", [nowMs]);
        const [row] = await tx.query("select count(*)::int4 as held from people.challenges");
        if (row !== undefined && whole(row, "held") >= max) {
          await tx.query(
            `delete from people.challenges where challenge in
               (select challenge from people.challenges 
                order by session is not null, ends_ms, challenge limit $1)`,
            [Math.ceil(max / 10)],
          );
        }
        if (session !== null)
          await tx.query(
            `delete from people.challenges where challenge in
               (select challenge from people.challenges where session = $1 order by ends_ms desc, challenge offset $2)`,
            [session, OF_SESSION_MAX - 1],
          );
        await tx.query(
          `insert into people.challenges (challenge, nonce, purpose_hash, session, name, ends_ms)
           values ($1, $2, $3, $4, $5, $6)`,
          [challenge, nonce, purposeHash, session, name, endsMs],
        );
      });
    },

    async take(challenge, nowMs) {
      const sql = "delete from people.challenges where challenge = $1 returning *";
      const [row] = await (await opened()).transaction((tx) => tx.query(sql, [challenge]));
      if (row === undefined || whole(row, "ends_ms") <= nowMs) return null;
      return {
        challenge,
        nonce: wordIn(row, "nonce"),
        purposeHash: wordIn(row, "purpose_hash"),
        session: row.session === null ? null : wordIn(row, "session"),
        name: row.name === null ? null : wordIn(row, "name"),
        endsMs: whole(row, "ends_ms"),
      };
    },
  };
}
