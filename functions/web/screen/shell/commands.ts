/** What can be done by the command menu and by keys: rooms offer their commands while they are on the screen. */
import { createSignal, onCleanup } from "solid-js";

export interface Command {
  /** Of all commands. */
  readonly id: string;
  readonly group: "trade" | "market" | "view" | "account" | "go";
  readonly label: () => string;
  /** A single key ("b", "/", "?") outside of fields, or with "Mod+" for Ctrl and ⌘. */
  readonly key?: string;
  readonly run: () => void;
}

const [commands, setCommands] = createSignal<readonly Command[]>([]);

export { commands };

/** Call it in a component: it is taken away with it. */
export function offerCommands(...offered: readonly Command[]): void {
  setCommands((now) => [...now, ...offered]);
  onCleanup(() => setCommands((now) => now.filter((command) => !offered.includes(command))));
}
