/** The exchange, for every room of the page. */
import { createContext, type JSX, useContext } from "solid-js";
import type { Exchange } from "./contract.ts";

const ExchangeContext = createContext<Exchange>();

export function ExchangeProvider(props: { readonly exchange: Exchange; readonly children: JSX.Element }): JSX.Element {
  return <ExchangeContext.Provider value={props.exchange}>{props.children}</ExchangeContext.Provider>;
}

export function useExchange(): Exchange {
  const exchange = useContext(ExchangeContext);
  if (exchange === undefined) throw new Error("a part of the screen stands outside of the exchange");
  return exchange;
}
