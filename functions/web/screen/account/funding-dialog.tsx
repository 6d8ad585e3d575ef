/** Funds in, on the demo exchange; funds out, confirmed by a passkey. */
import { createResource, createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { createActing } from "../shell/acting.ts";
import { endFundingRequest, type FundingRequest } from "../shell/funding-request.ts";
import { Modal } from "../shell/modal.tsx";
import { TextField } from "../shell/text-field.tsx";
import { announce } from "../shell/toasts.ts";
import { drawn, placesOf, trimmed, unitsOf } from "../trade/amounts.ts";
import { words } from "../words/words.ts";

const PLACES = 8;

export default function FundingDialog(props: { readonly request: FundingRequest }): JSX.Element {
  const { people } = useExchange();
  const isDeposit = (): boolean => props.request.kind === "deposit";
  return (
    <Modal title={isDeposit() ? words().account.deposit : words().account.withdraw} close={endFundingRequest}>
      <Switch fallback={<WithdrawForm coin={props.request.coin} />}>
        <Match when={isDeposit() && people.venue()?.isDemo}>
          <DepositForm coin={props.request.coin} />
        </Match>
        <Match when={isDeposit()}>
          <p>{words().account.depositElsewhere}</p>
        </Match>
      </Switch>
    </Modal>
  );
}

function DepositForm(props: { readonly coin: string }): JSX.Element {
  const { people } = useExchange();
  const acting = createActing();
  const [asked] = createResource(
    async () => {
      const answer = await people.depositable();
      return answer.outcome === "ok" ? answer.value : [];
    },
    { initialValue: [] },
  );
  /** The dialog is there at once; what may be chosen, once it is known. */
  const offered = () => asked.latest;
  const [chosen, setChosen] = createSignal(props.coin);
  const [amount, setAmount] = createSignal("");
  const coin = (): string => chosen() || (offered()[0]?.coin ?? "");
  const available = (): string | undefined => offered().find((each) => each.coin === coin())?.available;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!isAmount(amount())) return acting.setFault(words().account.amountIll);
    // What came in is told by the account's own news.
    if ((await acting.run(() => people.deposit(coin(), amount().trim()))) !== null) endFundingRequest();
  };
  return (
    <form class="dialog-form" onSubmit={(event) => void submit(event)}>
      <p class="account-notice">{words().account.depositDemo}</p>
      <CoinSelect coins={offered().map((each) => each.coin)} value={coin()} choose={setChosen} />
      <TextField
        label={words().account.amount}
        value={amount()}
        onInput={setAmount}
        inputMode="decimal"
        hint={
          available() === undefined
            ? undefined
            : words().account.availableToday(quantityText(available() ?? ""), coin())
        }
        fault={acting.fault()}
        required
      />
      <button type="submit" class="button button-main" disabled={acting.isBusy() || coin() === ""}>
        {words().account.deposit}
      </button>
    </form>
  );
}

function WithdrawForm(props: { readonly coin: string }): JSX.Element {
  const { account, people } = useExchange();
  const acting = createActing();
  // The same for every try: asked twice, it is one withdrawal.
  const withdrawOrderId = crypto.randomUUID();
  const coins = (): readonly string[] =>
    [...account.balances().values()].filter(({ free }) => /[1-9]/.test(free)).map(({ asset }) => asset);
  const [chosen, setChosen] = createSignal(props.coin);
  const [amount, setAmount] = createSignal("");
  const [address, setAddress] = createSignal("");
  const coin = (): string => chosen() || (coins()[0] ?? "");
  const free = (): string => trimmed(account.balances().get(coin())?.free ?? "0");
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!isAmount(amount())) return acting.setFault(words().account.amountIll);
    const withdrawal = { coin: coin(), amount: amount().trim(), address: address().trim(), withdrawOrderId };
    if ((await acting.run(() => people.withdraw(withdrawal))) === null) return;
    announce({ kind: "done", title: words().account.withdrawAsked, detail: `${withdrawal.amount} ${withdrawal.coin}` });
    endFundingRequest();
  };
  return (
    <Show when={!people.person()?.isGuest} fallback={<p>{words().account.withdrawNeedsPasskey}</p>}>
      <form class="dialog-form" onSubmit={(event) => void submit(event)}>
        <CoinSelect coins={coins()} value={coin()} choose={setChosen} />
        <TextField
          label={words().account.amount}
          value={amount()}
          onInput={setAmount}
          inputMode="decimal"
          hint={words().account.freeOf(quantityText(free()), coin())}
          required
        />
        <button type="button" class="button button-plain button-small" onClick={() => setAmount(free())}>
          {words().account.all}
        </button>
        <TextField
          label={words().account.address}
          value={address()}
          onInput={setAddress}
          maxLength={128}
          fault={acting.fault()}
          required
        />
        <p class="field-hint">{words().account.withdrawHint}</p>
        <button type="submit" class="button button-main" disabled={acting.isBusy() || coin() === ""}>
          {words().account.withdraw}
        </button>
      </form>
    </Show>
  );
}

/** "100000.50000000" → "100,000.5". */
function quantityText(decimal: string): string {
  return drawn(trimmed(decimal), placesOf(decimal));
}

function isAmount(text: string): boolean {
  const units = unitsOf(text, PLACES);
  return units !== null && units > 0n;
}

interface CoinSelectProps {
  readonly coins: readonly string[];
  readonly value: string;
  readonly choose: (coin: string) => void;
}

function CoinSelect(props: CoinSelectProps): JSX.Element {
  return (
    <label class="field">
      <span class="field-label">{words().account.coin}</span>
      <select class="input" onChange={(event) => props.choose(event.currentTarget.value)}>
        {/* Those that come later choose themselves: a select forgets a value that it has no option for. */}
        <For each={props.coins}>
          {(coin) => (
            <option value={coin} selected={coin === props.value}>
              {coin}
            </option>
          )}
        </For>
      </select>
    </label>
  );
}
