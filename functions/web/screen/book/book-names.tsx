/** The names of the ladder's columns; the last one switches what sums are in. */
import { createMemo, type JSX } from "solid-js";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { setSumAsset, sumAsset } from "./book-settings.ts";

export function BookNames(): JSX.Element {
  const { market } = useTrade();
  const assets = createMemo(() => ({ base: market()?.base ?? "", quote: market()?.quote ?? "" }));
  const other = (): "base" | "quote" => (sumAsset() === "base" ? "quote" : "base");
  return (
    <thead>
      <tr class="book-row book-names">
        <th scope="col">{words().book.price(assets().quote)}</th>
        <th scope="col">{words().book.quantity(assets().base)}</th>
        <th scope="col">
          <button
            type="button"
            class="book-switch"
            title={words().book.sumIn(assets()[other()])}
            onClick={() => setSumAsset(other())}
          >
            {words().book.sum(assets()[sumAsset()])}
            <svg class="book-switch-icon" viewBox="0 0 10 10" width="9" height="9" aria-hidden="true">
              <path d="M3 1v8M3 9L1 7M7 9V1M7 1l2 2" />
            </svg>
          </button>
        </th>
      </tr>
    </thead>
  );
}
