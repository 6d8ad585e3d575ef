/**
 * Where withdrawals go and what was decided: the table funding.withdrawals. Whether money is held, settled or released is
 * the engine's to say (withdrawals.ts joins the two).
 *
 * A state changes only from one that is named, in one statement: of an approval and a refusal at once, one wins.
 */
import type { Database, Row } from "../_shared/database.ts";
import { big, whole, wordIn } from "../_shared/row-views.ts";

export const WITHDRAWAL_STATES = ["requested", "approved", "refused", "paid"] as const;
export type WithdrawalState = (typeof WITHDRAWAL_STATES)[number];

export interface WithdrawalRequest {
  readonly reference: string;
  readonly account: number;
  readonly asset: number;
  readonly atoms: bigint;
  readonly address: string;
  /** "" for none; so are the two after it. */
  readonly addressTag: string;
  readonly network: string;
  readonly clientId: string;
  readonly requestedMs: number;
}

export interface StoredWithdrawal extends WithdrawalRequest {
  readonly state: WithdrawalState;
  /** null: not yet. */
  readonly decidedMs: number | null;
  /** When the event of its approval had surely left; null: not yet. */
  readonly announcedMs: number | null;
  readonly reason: string;
  readonly txId: string;
}

/** Makes the table. */
export const WITHDRAWALS_MIGRATION = "0005_withdrawals.sql";

/** Every call rejects with OperationalError `history_unavailable` while the database cannot be asked. */
export interface WithdrawalStore {
  /** Writes it down, unless its reference is there. @returns what is there now. */
  request(withdrawal: WithdrawalRequest): Promise<StoredWithdrawal>;
  find(references: readonly string[]): Promise<ReadonlyMap<string, StoredWithdrawal>>;
  /** @returns false: it is in none of the states `from`, and nothing has changed. */
  decide(reference: string, from: readonly WithdrawalState[], decision: Decision): Promise<boolean>;
  announced(reference: string, nowMs: number): Promise<void>;
}

export interface Decision {
  readonly state: WithdrawalState;
  readonly nowMs: number;
  readonly reason?: string;
  readonly txId?: string;
}

const INSERT = `
  insert into funding.withdrawals (engine, reference, account, asset, atoms, address, address_tag, network, client_id,
    requested_ms, state, reason, tx_id)
  values ($1, $2, $3, $4, $5::text::bigint, $6, $7, $8, $9, $10, 'requested', '', '')
  on conflict (engine, reference) do nothing`;

/** @param opened resolves with the database, its table made. */
export function withdrawalStore(opened: () => Promise<Database>, engine: string): WithdrawalStore {
  const find = async (references: readonly string[]): Promise<ReadonlyMap<string, StoredWithdrawal>> => {
    if (references.length === 0) return new Map();
    // As JSON: PGlite and pg turn arrays into parameters each in their own way.
    const sql = `select * from funding.withdrawals where engine = $1
      and reference in (select jsonb_array_elements_text($2::text::jsonb))`;
    const rows = await (await opened()).query(sql, [engine, JSON.stringify(references)]);
    return new Map(rows.map((row) => [String(row.reference), storedOf(row)]));
  };
  return {
    find,

    async request(withdrawal) {
      const { reference, account, asset, atoms, address, addressTag, network, clientId, requestedMs } = withdrawal;
      const told = [address, addressTag, network, clientId, requestedMs];
      const database = await opened();
      await database.transaction((tx) => tx.query(INSERT, [engine, reference, account, asset, String(atoms), ...told]));
      const stored = (await find([reference])).get(reference);
      if (stored === undefined) throw new Error("a withdrawal that was written down is there");
      return stored;
    },

    async decide(reference, from, { state, nowMs, reason, txId }) {
      const sql = `update funding.withdrawals set state = $3, decided_ms = $4, reason = coalesce($5, reason),
          tx_id = coalesce($6, tx_id)
        where engine = $1 and reference = $2 and state in (select jsonb_array_elements_text($7::text::jsonb))
        returning reference`;
      const parameters = [engine, reference, state, nowMs, reason ?? null, txId ?? null, JSON.stringify(from)];
      const rows = await (await opened()).transaction((tx) => tx.query(sql, parameters));
      return rows.length === 1;
    },

    async announced(reference, nowMs) {
      const sql = "update funding.withdrawals set announced_ms = $3 where engine = $1 and reference = $2";
      await (await opened()).transaction((tx) => tx.query(sql, [engine, reference, nowMs]));
    },
  };
}

function storedOf(row: Row): StoredWithdrawal {
  return {
    reference: wordIn(row, "reference"),
    account: whole(row, "account"),
    asset: whole(row, "asset"),
    atoms: big(row, "atoms"),
    address: wordIn(row, "address"),
    addressTag: wordIn(row, "address_tag"),
    network: wordIn(row, "network"),
    clientId: wordIn(row, "client_id"),
    requestedMs: whole(row, "requested_ms"),
    state: wordIn<WithdrawalState>(row, "state"),
    decidedMs: row.decided_ms === null ? null : whole(row, "decided_ms"),
    announcedMs: row.announced_ms === null ? null : whole(row, "announced_ms"),
    reason: wordIn(row, "reason"),
    txId: wordIn(row, "tx_id"),
  };
}
