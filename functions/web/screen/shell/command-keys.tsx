/** Keys of the offered commands; Ctrl-K, ⌘K and "?" open the menu of all of them, which is loaded then. */
import { createSignal, type JSX, lazy, onCleanup, Show, Suspense } from "solid-js";
import { words } from "../words/words.ts";
// With the page: a menu whose code is loaded at the second attempt has its looks.
import "./command-menu.css";
import { keyNameOf } from "./command-key-name.ts";
import { commands, offerCommands } from "./commands.ts";
import { goTo } from "./location.ts";
import { pagePart } from "./page-part.ts";
import { PALETTES, palette, setPalette, setTheme, shownTheme } from "./theme.ts";

const CommandMenu = lazy(() => pagePart(() => import("./command-menu.tsx")));

/** Once the page is there. */
const PRELOAD_AFTER_MS = 3_000;

const [isOpen, setIsOpen] = createSignal(false);

export function openCommandMenu(): void {
  setIsOpen(true);
}

export function CommandKeys(): JSX.Element {
  offerOwn();
  // Opened, it takes the very next letter.
  const loading = setTimeout(preload, PRELOAD_AFTER_MS);
  onCleanup(() => clearTimeout(loading));
  const hear = (event: KeyboardEvent): void => {
    const name = keyNameOf(event);
    if (name === null) return;
    if (name === "Mod+k" || name === "?") {
      event.preventDefault();
      setIsOpen(true);
      return;
    }
    // The menu is on its way: what is typed is meant for it.
    if (isOpen()) return;
    // A dialog or a menu has the keys while it is open.
    if (event.defaultPrevented || document.querySelector('[role="dialog"], [role="menu"]') !== null) return;
    const command = commands().findLast(({ key }) => key === name);
    if (command === undefined) return;
    event.preventDefault();
    command.run();
  };
  addEventListener("keydown", hear);
  onCleanup(() => removeEventListener("keydown", hear));
  return (
    <Show when={isOpen()}>
      <Suspense>
        <CommandMenu close={() => setIsOpen(false)} />
      </Suspense>
    </Show>
  );
}

function preload(): void {
  import("./command-menu.tsx").catch(() => {
    // Nobody has asked for it yet: who opens it loads it again.
  });
}

function offerOwn(): void {
  const texts = words().shell;
  offerCommands(
    { id: "go-trade", group: "go", label: () => texts.goTrade, run: () => goTo("/") },
    { id: "go-account", group: "go", label: () => texts.goAccount, run: () => goTo("/account") },
    { id: "go-ops", group: "go", label: () => texts.goOps, run: () => goTo("/ops") },
    {
      id: "theme",
      group: "view",
      label: () => texts.switchTheme,
      run: () => setTheme(shownTheme() === "dark" ? "light" : "dark"),
    },
    {
      id: "palette",
      group: "view",
      label: () => texts.switchPalette,
      run: () => setPalette(PALETTES[(PALETTES.indexOf(palette()) + 1) % PALETTES.length] ?? "green-red"),
    },
  );
}
