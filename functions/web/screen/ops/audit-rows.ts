/** The audit's answer as rows: exact, by bigint. */
import { decimalOf, trimmed, unitsOf } from "../trade/amounts.ts";
import type { AuditReport, AuditSide } from "./ops-answers.ts";

/** No asset has more decimals. */
const PLACES_MAX = 18;

export interface AuditRow {
  readonly asset: string;
  readonly accounts: string;
  readonly deposited: string;
  readonly withdrawn: string;
  /** Accounts less (deposits less withdrawals), by the engine; "0" where it adds up. */
  readonly difference: string;
  /** Whether Postgres' tables add up, and know the same deposits and withdrawals. */
  readonly tablesAgree: boolean;
}

export function auditRows({ assets }: Pick<AuditReport, "assets">): readonly AuditRow[] {
  return assets.map(({ asset, engine, tables }) => ({
    asset,
    ...engine,
    difference: trimmed(decimalOf(missing(engine), PLACES_MAX)),
    tablesAgree:
      missing(tables) === 0n && tables.deposited === engine.deposited && tables.withdrawn === engine.withdrawn,
  }));
}

function missing({ accounts, deposited, withdrawn }: AuditSide): bigint {
  return units(accounts) - (units(deposited) - units(withdrawn));
}

function units(decimal: string): bigint {
  const value = unitsOf(decimal, PLACES_MAX);
  if (value === null) throw new Error(`no decimal: ${decimal}`);
  return value;
}
