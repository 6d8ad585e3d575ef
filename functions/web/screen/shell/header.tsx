/** The strip at the top: the name, the instrument and its day, the connection, the person. */
import type { JSX } from "solid-js";
import { PersonMenu } from "../account/person-menu.tsx";
import { MarketBar } from "../markets/market-bar.tsx";
import { words } from "../words/words.ts";
import { followInPage } from "./location.ts";
import "./header.css";

export function Header(): JSX.Element {
  return (
    <header class="header">
      <a class="header-name" href="/" onClick={followInPage}>
        <img src="/favicon.svg" alt="" width="22" height="22" />
        <span>{words().shell.name}</span>
      </a>
      <MarketBar />
      <PersonMenu />
    </header>
  );
}
