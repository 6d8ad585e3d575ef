/** What the order would come to, in as many lines for each type as it ever has: nothing jumps while it is typed. */
import { type JSX, Show } from "solid-js";
import { decimalOf, drawn, trimmed } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import { shown } from "./fault-words.ts";
import type { FormState } from "./form-state.ts";
import type { Preview } from "./preview.ts";
import { e8Of, type Terms } from "./terms.ts";

/** From here on the slippage is warned of, in basis points. */
const SLIPPAGE_WARN_BP = 50;

export function OrderPreview(props: { readonly form: FormState; readonly terms: Terms }): JSX.Element {
  const texts = () => words().orderForm;
  const market = () => props.terms.surroundings.market;
  const preview = () => props.form.preview();
  const price = (e8: bigint | undefined): string | null =>
    e8 === undefined ? null : drawn(decimalOf(e8, 8), market().pricePlaces);
  const takes = () => preview()?.taking ?? null;
  const isMarket = (): boolean => props.form.draft().family === "market";
  const isLimit = (): boolean => props.form.draft().family === "limit";
  const slippage = (): number => takes()?.slippageBp ?? 0;
  return (
    <div class="order-form-preview">
      <h3 class="only-heard">{texts().preview}</h3>
      <dl class="order-form-lines">
        <Show when={isMarket()}>
          <Line name={texts().average} value={price(takes()?.average)} />
          <Line name={texts().worst} value={price(takes()?.worst)} />
        </Show>
        <Show when={isLimit()}>
          <Line name={texts().takesNow} value={amountText(takes()?.quantity, market().base)} />
        </Show>
        <Line name={feeName(preview(), props.terms)} value={amountText(preview()?.fee, preview()?.receivedAsset)} />
        <Line
          name={preview()?.isEstimate === true ? texts().receiveAbout : texts().receive}
          value={amountText(preview()?.received, preview()?.receivedAsset)}
        />
        <Show when={!isMarket()}>
          <Line name={texts().held} value={amountText(preview()?.held, preview()?.heldAsset)} />
        </Show>
      </dl>
      <Show when={isMarket() && slippage() >= SLIPPAGE_WARN_BP}>
        <p class="order-form-warning">{texts().slips(decimalOf(BigInt(slippage()), 2))}</p>
      </Show>
      <Show when={isMarket() && takes()?.isPartly}>
        <p class="order-form-warning">
          {texts().partly(shown(trimmed(decimalOf(takes()?.quantity ?? 0n, 8))), market().base)}
        </p>
      </Show>
    </div>
  );
}

function Line(props: { readonly name: string; readonly value: string | null }): JSX.Element {
  return (
    <div class="order-form-line">
      <dt>{props.name}</dt>
      <dd class="number">{props.value ?? words().orderForm.nothing}</dd>
    </div>
  );
}

function amountText(e8: bigint | null | undefined, asset: string | undefined): string | null {
  if (e8 === null || e8 === undefined || asset === undefined) return null;
  return `${shown(trimmed(decimalOf(e8, 8)))} ${asset}`;
}

function feeName(preview: Preview | null, { surroundings: { rates } }: Terms): string {
  const texts = words().orderForm;
  if (preview === null || rates === null) return texts.fee("");
  if (preview.role === "both" && rates.maker !== rates.taker) return texts.feeAbout;
  return texts.fee(percentOf(preview.role === "maker" ? rates.maker : rates.taker));
}

/** "0.00100000" → "0.1". */
function percentOf(rate: string): string {
  const e8 = e8Of(rate) ?? 0n;
  return trimmed(decimalOf(e8, 6));
}
