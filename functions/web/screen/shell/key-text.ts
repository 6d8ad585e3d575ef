/** A command's key as this machine's keyboard has it: "Mod+k" is "Ctrl K", on a Mac "⌘K". */

/** The menu of all commands. */
export const COMMAND_MENU_KEY = "Mod+k";

const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

export function keyText(key: string): string {
  return key
    .split("+")
    .map((part) => (part === "Mod" ? (IS_APPLE ? "⌘" : "Ctrl") : part.length === 1 ? part.toUpperCase() : part))
    .join(IS_APPLE ? "" : " ");
}
