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

const POOL_CONNECTIONS_MAX = 4;
const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 10_000;

export function historyUnavailable(message: string, cause?: unknown): OperationalError {
  return new OperationalError("history_unavailable", message, { cause });
}

/** SQLSTATE of an error of either driver; "" when the server did not say one (a lost connection, say). */
export function sqlStateOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : "";
}

/** Classes by which a server says "not now": connection, resources, operator, system; and deadlock, serialization. */
const PASSING_CLASSES: ReadonlySet<string> = new Set(["", "08", "25", "40", "53", "55", "57", "58"]);

function translated(error: unknown): unknown {
  const passing = PASSING_CLASSES.has(sqlStateOf(error).slice(0, 2));
  return passing ? historyUnavailable("the database cannot be asked now", error) : error;
}

function plain(parameters: readonly SqlParameter[]): SqlParameter[] {
  return parameters.map((value) => (typeof value === "bigint" ? value.toString() : value));
}

function queryableOn(client: pg.Pool | pg.PoolClient): Queryable {
  return {
    async query(sql, parameters = []) {
      try {
        return (await client.query<Row>(sql, plain(parameters))).rows;
      } catch (error) {
        throw translated(error);
      }
    },
    async script(sql) {
      await client.query(sql);
    },
  };
}

/** Postgres by a pool that connects at the first call. `url` as in DATABASE_URL. */
export function postgresDatabase(url: string, onConnectionError: (error: Error) => void): Database {
  let pool: pg.Pool | null = null;
  const connected = (): pg.Pool => {
    if (pool === null) {
      pool = new pg.Pool({
        connectionString: url,
        max: POOL_CONNECTIONS_MAX,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        statement_timeout: STATEMENT_TIMEOUT_MS,
      });
      // Without a listener a connection that dies while idle would end the process.
      pool.on("error", onConnectionError);
    }
    return pool;
  };
  return {
    query: (sql, parameters) => queryableOn(connected()).query(sql, parameters),
    script: (sql) => queryableOn(connected()).script(sql),
    async transaction(work) {
      const client = await connected()
        .connect()
        .catch((error: unknown) => {
          throw historyUnavailable("no connection to the database", error);
        });
      const tx = queryableOn(client);
      let broken = true;
      try {
        await tx.query("begin");
        const result = await work(tx);
        await tx.query("commit");
        broken = false;
        return result;
      } catch (error) {
        // A connection that cannot even roll back is not given back to the pool.
        broken = await client.query("rollback").then(
          () => false,
          () => true,
        );
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async close() {
      await pool?.end();
    },
  };
}
