/** The instrument in hand, its day, and the way to the others. */
import { createEffect, createSignal, type JSX, Show } from "solid-js";
import type { Market } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { offerCommands } from "../shell/commands.ts";
import { ChevronDownIcon } from "../shell/icons.tsx";
import { currentPage, goTo } from "../shell/location.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { DayFigures } from "./day-figures.tsx";
import { MarketSelector } from "./market-selector.tsx";
import { StatusBadge } from "./status-badge.tsx";
import "./markets.css";

const SELECTOR_KEY = "/";

export function MarketBar(): JSX.Element {
  const { symbol, market } = useTrade();
  const [isOpen, setIsOpen] = createSignal(false);
  const [opener, setOpener] = createSignal<HTMLButtonElement>();
  const choose = useChoice();
  offerMarkets(choose);
  offerCommands({
    id: "choose-market",
    group: "market",
    label: () => words().markets.openSelector,
    key: SELECTOR_KEY,
    run: () => setIsOpen(true),
  });
  return (
    <section class="markets" aria-label={words().markets.title}>
      <button
        ref={setOpener}
        type="button"
        class="markets-opener"
        aria-haspopup="dialog"
        aria-expanded={isOpen()}
        aria-keyshortcuts={SELECTOR_KEY}
        aria-label={market() === null ? words().markets.chooseNone : words().markets.choose(nameOf(market()))}
        onClick={() => setIsOpen(true)}
      >
        <span class="markets-name">
          <Show when={market()} fallback={<span class="markets-waiting" />}>
            {(now) => (
              <>
                {now().base}
                <span class="markets-quote">/{now().quote}</span>
              </>
            )}
          </Show>
        </span>
        <ChevronDownIcon />
      </button>
      <Show when={market()}>{(now) => <StatusBadge status={now().status} />}</Show>
      <Show when={currentPage() === "trade"}>
        <DayFigures symbol={symbol()} market={market()} />
      </Show>
      <MarketSelector
        isOpen={isOpen()}
        setIsOpen={setIsOpen}
        opener={opener()}
        choose={(chosen) => {
          choose(chosen);
          setIsOpen(false);
        }}
      />
    </section>
  );
}

function nameOf(market: Market | null): string {
  return market === null ? "" : `${market.base}/${market.quote}`;
}

function useChoice(): (symbol: string) => void {
  const { chooseSymbol } = useTrade();
  return (symbol) => {
    chooseSymbol(symbol);
    goTo("/");
  };
}

/** One command for each market there is. */
function offerMarkets(choose: (symbol: string) => void): void {
  const { marketData } = useExchange();
  createEffect(() => {
    const commands = (marketData.markets() ?? []).map((market) => ({
      id: `market-${market.symbol}`,
      group: "market" as const,
      label: () => words().markets.goTo(nameOf(market)),
      run: () => choose(market.symbol),
    }));
    offerCommands(...commands);
  });
}
