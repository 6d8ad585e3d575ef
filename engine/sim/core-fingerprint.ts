/** All that two engines must agree on after the same commands, in three words. Tests only. */
import type { Core } from "../core/core.ts";
import { stateHash } from "../core/snapshot.ts";

export interface CoreFingerprint {
  readonly events: number;
  readonly eventHash: string;
  readonly stateHash: string;
}

export function fingerprintOf({ state }: Core): CoreFingerprint {
  const { hi, lo } = state.events.hash();
  const hex = (word: number): string => word.toString(16).padStart(8, "0");
  return { events: state.events.nextSeq - 1, eventHash: hex(hi) + hex(lo), stateHash: stateHash(state) };
}
