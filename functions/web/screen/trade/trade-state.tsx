/** What the parts of the trading page share: the symbol in hand, and what a click puts into the order form. */
import { type Accessor, createContext, createMemo, createSignal, type JSX, useContext } from "solid-js";
import type { Market, MarketData } from "../exchange/contract.ts";
import { isText, preference } from "../shell/preferences.ts";

/** Of what is absent the form keeps what it has. */
export interface FormFill {
  readonly side?: "BUY" | "SELL";
  readonly price?: string;
  readonly quantity?: string;
}

export interface TradeState {
  readonly symbol: Accessor<string>;
  readonly chooseSymbol: (symbol: string) => void;
  /** null: not loaded, or no such instrument. */
  readonly market: Accessor<Market | null>;
  /** The last thing that was asked for; a new object each time. */
  readonly formFill: Accessor<FormFill | null>;
  readonly fillForm: (fill: FormFill) => void;
}

const TradeContext = createContext<TradeState>();

export function TradeProvider(props: { readonly marketData: MarketData; readonly children: JSX.Element }): JSX.Element {
  const [chosen, choose] = preference("symbol", "", isText);
  const { marketData } = props;
  /** The chosen one where it is traded here, else the first. */
  const symbol = createMemo(() => {
    const markets = marketData.markets();
    if (markets === null || markets.some((market) => market.symbol === chosen())) return chosen();
    return markets[0]?.symbol ?? "";
  });
  const market = createMemo(() => (marketData.markets() === null ? null : marketData.marketOf(symbol())));
  const [formFill, setFormFill] = createSignal<FormFill | null>(null);
  const state: TradeState = {
    symbol,
    chooseSymbol: choose,
    market,
    formFill,
    fillForm: (fill) => setFormFill(() => ({ ...fill })),
  };
  return <TradeContext.Provider value={state}>{props.children}</TradeContext.Provider>;
}

export function useTrade(): TradeState {
  const state = useContext(TradeContext);
  if (state === undefined) throw new Error("a part of the trading page stands outside of it");
  return state;
}
