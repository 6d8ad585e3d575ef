/** A person wants to bring funds in or take them out: whoever draws these dialogs hears of it here. */
import { createSignal } from "solid-js";

export interface FundingRequest {
  readonly kind: "deposit" | "withdraw";
  readonly coin: string;
}

const [fundingAsked, setFundingAsked] = createSignal<FundingRequest | null>(null);

export { fundingAsked };

export function askToFund(request: FundingRequest): void {
  setFundingAsked(request);
}

export function endFundingRequest(): void {
  setFundingAsked(null);
}
