/**
 * Money that came in and went out, beside the core: what an audit and the desk of withdrawals ask for.
 *
 * Owns: the sum of all deposits by asset, and when each withdrawal was held, both from events. What the accounts hold is
 * added up from the ledger's cells when it is asked for, so that an audit compares two things that do not share a number.
 */
import type { AssetAudit, WithdrawalState, WithdrawalView } from "../bus/engine-client.ts";
import type { CoreState } from "../core/state.ts";
import { unreachable } from "../domain/assert.ts";
import type { SnapshotSection } from "../journal/replay-target.ts";
import type { FundsMoved } from "../protocol/events.ts";

/** Of a cell: free hi, free lo, locked hi, locked lo (core/ledger.ts). */
const CELL_DOUBLES = 4;
/** The low limb's end (core/wide.ts). */
const LIMB = 2 ** 52;

interface StoredFunding {
  readonly depositedAtoms: readonly string[];
  readonly heldUs: readonly (readonly [reference: string, heldUs: number])[];
}

export class Funding {
  private deposited: bigint[] = [];
  private heldUs = new Map<string, number>();

  moved({ kind, asset, atoms, reference, timeUs }: FundsMoved): void {
    switch (kind) {
      case "deposited":
        this.deposited[asset] = this.depositedAtoms(asset) + atoms;
        return;
      case "withdrawal_held":
        this.heldUs.set(reference, timeUs);
        return;
      case "withdrawal_settled":
      case "withdrawal_released":
        return;
      default:
        unreachable(kind);
    }
  }

  depositedAtoms(asset: number): bigint {
    return this.deposited[asset] ?? 0n;
  }

  section(): SnapshotSection {
    const depositedAtoms = Array.from(this.deposited, (atoms) => String(atoms ?? 0n));
    const stored: StoredFunding = { depositedAtoms, heldUs: [...this.heldUs] };
    return { name: "funding", bytes: new TextEncoder().encode(JSON.stringify(stored)) };
  }

  /** @param bytes empty: a snapshot from before this was kept; then the core's own total says what had been deposited. */
  restore(bytes: Uint8Array, state: CoreState): void {
    if (bytes.length === 0) {
      this.deposited = state.assets.map(({ id }) => state.ledger.asset(id).total + withdrawnAtoms(state, id));
      return;
    }
    const stored = JSON.parse(new TextDecoder().decode(bytes)) as StoredFunding;
    this.deposited = stored.depositedAtoms.map(BigInt);
    this.heldUs = new Map(stored.heldUs);
  }

  withdrawals(state: CoreState, account: number | null, wanted?: WithdrawalState): readonly WithdrawalView[] {
    const views: WithdrawalView[] = [];
    for (const [reference, withdrawal] of state.withdrawals) {
      if (account !== null && withdrawal.account !== account) continue;
      if (wanted !== undefined && withdrawal.state !== wanted) continue;
      const heldUs = this.heldUs.get(reference);
      views.push({ reference, ...withdrawal, ...(heldUs !== undefined && { heldUs }) });
    }
    return views;
  }

  /** Cost: every cell of the ledger is read, 16 bytes an account and asset. */
  audit(state: CoreState, asOfSeq: number): readonly AssetAudit[] {
    return state.assets.map(({ id }) => ({
      asset: id,
      accountsAtoms: accountsAtoms(state, id),
      depositedAtoms: this.depositedAtoms(id),
      withdrawnAtoms: withdrawnAtoms(state, id),
      frozen: state.withdrawalsFrozen,
      asOfSeq,
    }));
  }
}

function accountsAtoms(state: CoreState, asset: number): bigint {
  const { cells } = state.ledger.asset(asset);
  let high = 0n;
  let low = 0;
  const end = state.accounts.length * CELL_DOUBLES;
  for (let at = 0; at < end; at += 2) {
    const isCarry = low + cells[at + 1]! >= LIMB;
    low += cells[at + 1]! - (isCarry ? LIMB : 0);
    if (isCarry || cells[at] !== 0) high += BigInt(cells[at]! + (isCarry ? 1 : 0));
  }
  return high * BigInt(LIMB) + BigInt(low);
}

function withdrawnAtoms(state: CoreState, asset: number): bigint {
  let atoms = 0n;
  for (const withdrawal of state.withdrawals.values())
    if (withdrawal.asset === asset && withdrawal.state === "settled") atoms += withdrawal.atoms;
  return atoms;
}
