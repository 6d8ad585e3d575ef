/**
 * All markets, to choose one: typing searches at once, arrows and Enter choose without leaving the field.
 *
 * The order is that of the moment it was asked for; figures change in place, rows do not run away under the pointer.
 */
import * as Dialog from "@kobalte/core/dialog";
import { createEffect, createMemo, createSignal, createUniqueId, type JSX, on, untrack } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { focusReturn } from "../shell/focus-return.ts";
import { CloseIcon, SearchIcon } from "../shell/icons.tsx";
import { oneOf, preference } from "../shell/preferences.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { favourites } from "./favourites.ts";
import { marketRows, SORTS, type Sort, type Tab } from "./market-rows.ts";
import { MarketTable } from "./market-table.tsx";
import { MarketTabs } from "./market-tabs.tsx";

interface MarketSelectorProps {
  readonly isOpen: boolean;
  readonly setIsOpen: (isOpen: boolean) => void;
  /** It opens below this. */
  readonly opener: HTMLElement | undefined;
  readonly choose: (symbol: string) => void;
}

export function MarketSelector(props: MarketSelectorProps): JSX.Element {
  return (
    <Dialog.Root open={props.isOpen} onOpenChange={props.setIsOpen}>
      <Dialog.Portal>
        <Dialog.Overlay class="markets-veil" />
        <OpenSelector {...props} />
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const PAGE_ROWS = 8;
/** Of the height; what says that nothing was found has room in it. */
const ROWS_MIN = 4;

function OpenSelector(props: MarketSelectorProps): JSX.Element {
  const { marketData } = useExchange();
  const { symbol } = useTrade();
  const gridId = createUniqueId();
  const giveFocusBack = focusReturn();
  const [search, setSearch] = createSignal("");
  const [tab, setTab] = createSignal<Tab>("all");
  const [sort, setSort] = preference<Sort>("markets-sort", "volume", oneOf(...SORTS));
  const [isRising, setIsRising] = preference<boolean>("markets-rising", false, isBoolean);
  const hasTickers = createMemo(() => marketData.tickers().size > 0);
  const starred = createMemo(() => (tab() === "favourites" ? favourites() : untrack(favourites)));
  const rows = createMemo(() => {
    hasTickers();
    const asked = { search: search(), tab: tab(), favourites: starred(), sort: sort(), isRising: isRising() };
    return marketRows(marketData.markets() ?? [], untrack(marketData.tickers), asked);
  });
  const [pointed, setPointed] = createSignal(untrack(symbol));
  /** The one that Enter takes: where it is gone, the first. */
  const active = createMemo(() =>
    rows().some((market) => market.symbol === pointed()) ? pointed() : (rows()[0]?.symbol ?? ""),
  );
  createEffect(on(search, () => setPointed(""), { defer: true }));
  const optionId = (of: string): string => `${gridId}-${of}`;

  const move = (by: number): void => {
    const list = rows();
    const at = list.findIndex((market) => market.symbol === active());
    const next = list[Math.max(0, Math.min(list.length - 1, at + by))];
    if (next === undefined) return;
    setPointed(next.symbol);
    document.getElementById(optionId(next.symbol))?.scrollIntoView({ block: "nearest" });
  };
  const hearKey = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: PAGE_ROWS,
      PageUp: -PAGE_ROWS,
    };
    const step = steps[event.key];
    if (step !== undefined) move(step);
    else if (event.key === "Enter" && active() !== "") props.choose(active());
    else return;
    event.preventDefault();
  };
  const sortBy = (column: Sort): void => {
    if (sort() === column) {
      setIsRising(!isRising());
      return;
    }
    setSort(column);
    setIsRising(column === "market");
  };
  let field!: HTMLInputElement;
  return (
    <Dialog.Content
      class="markets-selector"
      style={{
        "--left": `${props.opener?.getBoundingClientRect().left ?? 0}px`,
        "--rows": Math.max(ROWS_MIN, marketData.markets()?.length ?? 0),
      }}
      onCloseAutoFocus={giveFocusBack}
      onOpenAutoFocus={(event) => {
        event.preventDefault();
        field.focus();
      }}
    >
      <Dialog.Title class="only-heard">{words().markets.title}</Dialog.Title>
      <div class="markets-search">
        <SearchIcon />
        <input
          ref={field}
          class="markets-field"
          type="text"
          role="combobox"
          aria-label={words().markets.search}
          aria-expanded="true"
          aria-haspopup="grid"
          aria-controls={gridId}
          aria-autocomplete="list"
          aria-activedescendant={active() === "" ? undefined : optionId(active())}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          placeholder={words().markets.searchHint}
          value={search()}
          onInput={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={hearKey}
        />
        <Dialog.CloseButton class="markets-close" aria-label={words().shell.close}>
          <CloseIcon />
        </Dialog.CloseButton>
      </div>
      <MarketTabs tab={tab()} setTab={setTab} />
      <MarketTable
        gridId={gridId}
        optionId={optionId}
        rows={rows()}
        active={active()}
        setPointed={setPointed}
        sort={sort()}
        isRising={isRising()}
        sortBy={sortBy}
        choose={props.choose}
        search={search()}
        tab={tab()}
      />
      <p class="markets-keys" aria-hidden="true">
        <Key names="↑ ↓" does={words().markets.hintMove} />
        <Key names="↵" does={words().markets.hintChoose} />
        <Key names="Esc" does={words().markets.hintClose} />
      </p>
      <p class="only-heard" role="status">
        {words().markets.found(rows().length)}
      </p>
    </Dialog.Content>
  );
}

function Key(props: { readonly names: string; readonly does: string }): JSX.Element {
  return (
    <span>
      <kbd class="markets-key">{props.names}</kbd> {props.does}
    </span>
  );
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}
