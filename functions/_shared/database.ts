/**
 * A database as functions see it: three calls, two adapters (Postgres here, PGlite in pglite-database.ts), one SQL.
 *
 * Rows come back alike from both: int2, int4 as numbers; int8, numeric as strings (they pass 2^53); json parsed.
 * While it cannot be asked, every call rejects with OperationalError `history_unavailable`. An error in the SQL or its
 * values rejects with whatever the driver throws, whose `code` is the five-letter SQLSTATE.
 */
import pg from "pg";
import { OperationalError } from "../../engine/bus/engine-client.ts";

export type SqlParameter = string | number | bigint | boolean | null;
export type Row = Readonly<Record<string, string | number | boolean | null>>;

export interface Queryable {
  query(sql: string, parameters?: readonly SqlParameter[]): Promise<readonly Row[]>;
  /** Several statements without parameters: migrations. */
  script(sql: string): Promise<void>;
}

export interface Database extends Queryable {
  /** Commits when `work` resolves, rolls back when it rejects. READ COMMITTED. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * The answers to what was sent together; when something fails, its error, once nothing is under way any more: a statement
 * that came after the rollback would stand alone.
 */
export async function answersTo<Sent extends readonly unknown[]>(
  sent: readonly [...Sent],
): Promise<{ -readonly [Index in keyof Sent]: Awaited<Sent[Index]> }> {
  const settled = await Promise.allSettled(sent);
  const failed = settled.find((one): one is PromiseRejectedResult => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as {
    -readonly [Index in keyof Sent]: Awaited<Sent[Index]>;
  };
}

/** What a server that is slow, silent or gone may cost. Tests have their own. */
export interface DatabaseLimits {
  readonly connectionsMax: number;
  /** Until a connection is there, from the pool or from the server. */
  readonly connectTimeoutMs: number;
  /** The server ends a statement that runs or waits for a lock longer. */
  readonly statementTimeoutMs: number;
  /** The server ends a transaction whose owner is silent for so long: a frozen instance must not hold others up. */
  readonly silentTransactionTimeoutMs: number;
  /** For a server that is frozen or cut off and says nothing at all. Above the statement's. */
  readonly answerTimeoutMs: number;
}

const LIMITS: DatabaseLimits = {
  connectionsMax: 4,
  connectTimeoutMs: 2_000,
  statementTimeoutMs: 10_000,
  silentTransactionTimeoutMs: 15_000,
  answerTimeoutMs: 12_000,
};

export function historyUnavailable(message: string, cause?: unknown): OperationalError {
  return new OperationalError("history_unavailable", message, { cause });
}

/**
 * SQLSTATE of an error of either driver; "" when the server did not say one (a lost connection, say). Node's own codes
 * may have five letters too (EPIPE), and no class of SQLSTATE begins with E.
 */
export function sqlStateOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^(?!E)[0-9A-Z]{5}$/.test(code) ? code : "";
}

/**
 * Classes by which a server says "not now": connection (08), read-only after a failover (25), who may come in (28), which
 * database (3D), deadlock and serialization (40), resources: disk, memory, connections (53), lock (55), operator (57),
 * system (58).
 */
const PASSING_CLASSES: ReadonlySet<string> = new Set(["", "08", "25", "28", "3D", "40", "53", "55", "57", "58"]);
/** A table or column that a migration has not made yet. */
const PASSING_STATES: ReadonlySet<string> = new Set(["42P01", "42703"]);

function isPassing(sqlState: string): boolean {
  return PASSING_CLASSES.has(sqlState.slice(0, 2)) || PASSING_STATES.has(sqlState);
}

/** Of those, the ones after which the connection itself is fit to be used again. */
const CONNECTION_STAYS: ReadonlySet<string> = new Set(["40", "42", "55"]);

function translated(error: unknown): unknown {
  if (error instanceof OperationalError || !isPassing(sqlStateOf(error))) return error;
  return historyUnavailable("the database cannot be asked now", error);
}

/** Whether the connection is best thrown away: it is lost, or leads to a server that is not, or no longer, the right one. */
function endsConnection(error: unknown): boolean {
  const cause = error instanceof OperationalError ? error.cause : error;
  const sqlState = sqlStateOf(cause);
  return isPassing(sqlState) && !CONNECTION_STAYS.has(sqlState.slice(0, 2));
}

function plain(parameters: readonly SqlParameter[]): SqlParameter[] {
  return parameters.map((value) => (typeof value === "bigint" ? value.toString() : value));
}

function queryableOn(client: pg.PoolClient): Queryable {
  return {
    async query(sql, parameters = []) {
      try {
        return (await client.query<Row>(sql, plain(parameters))).rows;
      } catch (error) {
        throw translated(error);
      }
    },
    async script(sql) {
      try {
        await client.query(sql);
      } catch (error) {
        throw translated(error);
      }
    },
  };
}

/** Postgres by a pool that connects at the first call. `url` as in DATABASE_URL. */
export function postgresDatabase(
  url: string,
  onConnectionError: (error: Error) => void,
  limits: DatabaseLimits = LIMITS,
): Database {
  // They go with each transaction: as parameters of the connection, a pooler between us and the server would refuse them.
  const settings =
    `set local statement_timeout = ${limits.statementTimeoutMs}; ` +
    `set local idle_in_transaction_session_timeout = ${limits.silentTransactionTimeoutMs}`;
  let pool: pg.Pool | null = null;
  const connected = async (): Promise<pg.PoolClient> => {
    if (pool === null) {
      pool = new pg.Pool({
        connectionString: url,
        max: limits.connectionsMax,
        connectionTimeoutMillis: limits.connectTimeoutMs,
        query_timeout: limits.answerTimeoutMs,
        keepAlive: true,
        application_name: "tidebook",
        // What does not depend on an answer is sent without waiting for it.
        pipeline: true,
      });
      // Without a listener a connection that dies while idle would end the process.
      pool.on("error", onConnectionError);
    }
    try {
      return await pool.connect();
    } catch (error) {
      throw historyUnavailable("no connection to the database", error);
    }
  };

  /** Every statement of `work` is in one transaction, which `end` closes. */
  const inTransaction = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await connected();
    // Between two statements nobody else listens, and a connection may die then too.
    let lost: Error | undefined;
    const onLost = (error: Error): void => {
      lost = error;
    };
    client.on("error", onLost);
    let broken = true;
    try {
      const result = await work(client);
      broken = lost !== undefined;
      return result;
    } catch (error) {
      // A connection that cannot even roll back is not given back to the pool.
      broken = lost !== undefined || endsConnection(error) || !(await rollsBack(client));
      throw error;
    } finally {
      client.release(broken);
      // One that is thrown away may still hear its server's last words, and nobody else listens.
      if (!broken) client.off("error", onLost);
    }
  };

  const reading = (read: (tx: Queryable) => Promise<readonly Row[]>): Promise<readonly Row[]> =>
    inTransaction(async (client) => {
      const tx = queryableOn(client);
      // One trip: what fails makes the commit a rollback.
      const [, rows] = await answersTo([tx.script(`begin read only; ${settings}`), read(tx), tx.script("commit")]);
      return rows;
    });

  return {
    query: (sql, parameters) => reading((tx) => tx.query(sql, parameters)),
    script: (sql) => inTransaction((client) => queryableOn(client).script(sql)),
    transaction: (work) =>
      inTransaction(async (client) => {
        const tx = queryableOn(client);
        // Awaited: without it what follows would be committed statement by statement.
        await tx.script(`begin; ${settings}`);
        const result = await work(tx);
        await tx.script("commit");
        return result;
      }),
    async close() {
      await pool?.end();
    },
  };
}

async function rollsBack(client: pg.PoolClient): Promise<boolean> {
  return client.query("rollback").then(
    () => true,
    () => false,
  );
}
