/** A key as commands name it: "b", "?", "Mod+k" (Ctrl or ⌘). */

/** Of keyboard events, what is asked. */
export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly isComposing: boolean;
  readonly target: unknown;
}

/** What takes letters: a radio button, a box or a slider does not. */
const FIELDS =
  "input:not([type=radio], [type=checkbox], [type=range], [type=button]), textarea, select, [contenteditable]";

/** @returns null for what is typed into a field, composed, or held with Alt. */
export function keyNameOf(event: PressedKey): string | null {
  if (event.isComposing || event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return `Mod+${event.key.toLowerCase()}`;
  return isField(event.target) || event.key.length !== 1 ? null : event.key.toLowerCase();
}

function isField(target: unknown): boolean {
  const element = target as { matches?: (selector: string) => boolean } | null;
  return element?.matches?.(FIELDS) === true;
}
