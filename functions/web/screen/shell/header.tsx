/** The strip at the top: the name, the instrument and its day, the connection, the person. */
import type { JSX } from "solid-js";
import { PersonMenu } from "../account/person-menu.tsx";
import { MarketBar } from "../markets/market-bar.tsx";
import { words } from "../words/words.ts";
import { openCommandMenu } from "./command-keys.tsx";
import { ConnectionState } from "./connection-state.tsx";
import { SearchIcon } from "./icons.tsx";
import { COMMAND_MENU_KEY, keyText } from "./key-text.ts";
import { followInPage } from "./location.ts";
import { ViewMenu } from "./view-menu.tsx";
import "./header.css";

export function Header(): JSX.Element {
  return (
    <header class="header">
      <a class="header-name" href="/" aria-label={words().shell.name} onClick={followInPage}>
        <img src="/favicon.svg" alt="" width="22" height="22" />
        <span class="header-word">{words().shell.name}</span>
      </a>
      <MarketBar />
      <div class="header-end">
        <ConnectionState />
        <button
          type="button"
          class="button button-plain button-small header-search"
          aria-keyshortcuts="Control+K Meta+K"
          title={words().shell.commandsHint}
          onClick={openCommandMenu}
        >
          <SearchIcon />
          <span class="only-heard">{words().shell.commands}</span>
          <span class="header-keys" aria-hidden="true">
            {keyText(COMMAND_MENU_KEY)}
          </span>
        </button>
        <ViewMenu />
        <PersonMenu />
      </div>
    </header>
  );
}
