/**
 * The newest events that changed the catalog (assets, instruments, limits) and the keys: whoever holds a copy of either compares
 * its version with these. Rebuilt from the rows, in the snapshot, no part of the state's hash.
 */
import { ROW } from "../core/event-log.ts";
import type { CoreState } from "../core/state.ts";
import { rowLength, rowType } from "../protocol/event-decoder.ts";

export interface Versions {
  readonly catalogVersion: number;
  readonly keysVersion: number;
}

export class RegisterVersions implements Versions {
  catalogVersion = 0;
  keysVersion = 0;

  /** Takes in the rows of one operator's command, from `start` to the end of the log. */
  apply(state: CoreState, start: number, firstSeq: number): void {
    const { rows, length } = state.events;
    for (let at = start, seq = firstSeq; at < length; at += rowLength(rows, at), seq++) {
      switch (rowType(rows, at)) {
        case ROW.assetAdded:
        case ROW.instrumentChanged:
        case ROW.exchangeLimitsChanged:
          this.catalogVersion = seq;
          break;
        case ROW.keyChanged:
          this.keysVersion = seq;
          break;
        default:
          break;
      }
    }
  }

  capture(): Versions {
    return { catalogVersion: this.catalogVersion, keysVersion: this.keysVersion };
  }

  /** A snapshot from before versions were has none: its newest event is not older than either. */
  restore(versions: Partial<Versions>, headSeq: number): void {
    this.catalogVersion = versions.catalogVersion ?? headSeq;
    this.keysVersion = versions.keysVersion ?? headSeq;
  }
}
