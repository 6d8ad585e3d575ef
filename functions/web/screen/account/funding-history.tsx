/** What came in and went out, newest first, as the public API tells it. */
import { createEffect, type JSX, on, onCleanup } from "solid-js";
import type { Answer } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { trimmed } from "../trade/amounts.ts";
import { momentText } from "../trade/moments.ts";
import { words } from "../words/words.ts";
import { AskedTable, createAsked } from "./asked-list.tsx";

interface Movement {
  readonly kind: "deposit" | "withdrawal";
  readonly time: number;
  readonly coin: string;
  readonly amount: string;
  /** The dialect's numbers. */
  readonly status: number;
  readonly address: string;
}

interface WireDeposit {
  readonly coin: string;
  readonly amount: string;
  readonly status: number;
  readonly insertTime: number;
  readonly address?: string;
}

interface WireWithdrawal {
  readonly coin: string;
  readonly amount: string;
  readonly status: number;
  readonly address: string;
  /** "2026-11-21 10:00:00", UTC. */
  readonly applyTime: string;
}

export function FundingHistory(): JSX.Element {
  const { account } = useExchange();
  const ask = async (): Promise<Answer<readonly Movement[]>> => {
    const deposits = await account.signedGet("/sapi/v1/capital/deposit/hisrec");
    if (deposits.outcome !== "ok") return deposits;
    const withdrawals = await account.signedGet("/sapi/v1/capital/withdraw/history");
    if (withdrawals.outcome !== "ok") return withdrawals;
    const all = [
      ...(deposits.value as readonly WireDeposit[]).map(depositOf),
      ...(withdrawals.value as readonly WireWithdrawal[]).map(withdrawalOf),
    ];
    return { outcome: "ok", value: all.sort((a, b) => b.time - a.time) };
  };
  const movements = createAsked(ask);
  // Before this browser's key has logged on there is nobody to ask for.
  createEffect(on(account.state, (state) => state === "live" && movements.askAgain(), { defer: true }));
  onCleanup(account.onNews((news) => news.kind === "balance_changed" && movements.askAgain()));
  return (
    <section class="account-card" aria-labelledby="account-funding">
      <h2 id="account-funding">{words().account.fundingHistory}</h2>
      <AskedTable
        asked={movements}
        caption={words().account.fundingHistory}
        titles={[
          words().account.time,
          words().account.what,
          words().account.amount,
          words().account.state,
          words().account.address,
        ]}
        nothing={words().account.noFunding}
        row={(movement) => (
          <tr>
            <td class="number">{momentText(movement.time)}</td>
            <td>{movement.kind === "deposit" ? words().account.deposit : words().account.withdrawal}</td>
            <td class="number">
              {trimmed(movement.amount)} {movement.coin}
            </td>
            <td>{statusText(movement)}</td>
            <td class="account-agent">{movement.address}</td>
            <td />
          </tr>
        )}
      />
    </section>
  );
}

function depositOf({ coin, amount, status, insertTime, address = "" }: WireDeposit): Movement {
  return { kind: "deposit", time: insertTime, coin, amount, status, address };
}

function withdrawalOf({ coin, amount, status, address, applyTime }: WireWithdrawal): Movement {
  return { kind: "withdrawal", time: Date.parse(`${applyTime.replace(" ", "T")}Z`), coin, amount, status, address };
}

function statusText({ kind, status }: Movement): string {
  const names: Readonly<Record<number, string>> =
    kind === "deposit" ? words().account.depositStates : words().account.withdrawalStates;
  return names[status] ?? String(status);
}
