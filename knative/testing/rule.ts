/**
 * A rule about one manifest, together with what breaks it: every rule carries its planted violations, and one test plants
 * each of them and sees the rule find it.
 */
import type { Manifest } from "./manifest.ts";

export interface Rule {
  readonly id: string;
  readonly applies: (manifest: Manifest) => boolean;
  /** true: broken. */
  readonly isBroken: (manifest: Manifest) => boolean;
  /** Each changes a good manifest of the rule's kind so that exactly this is wrong with it. */
  readonly plants: readonly ((good: Manifest) => void)[];
}

/** Ids of the rules that the manifest breaks. */
export function broken(rules: readonly Rule[], manifest: Manifest): string[] {
  return rules.filter((rule) => rule.applies(manifest) && rule.isBroken(manifest)).map(({ id }) => id);
}
