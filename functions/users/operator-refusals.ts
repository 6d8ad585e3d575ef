/**
 * The engine's no to an operator, in words an operator can act on. The reason's own name leads: names are permanent.
 */
import { outcomeUnknown, overloaded, Refusal } from "../../engine/api/refusal.ts";
import type { Reject } from "../../engine/domain/rejects.ts";

const NOT_FOUND = 404;
const CONFLICT = 409;

/** What an operator's command can meet; anything else is answered with the reason's name alone. */
const WORDS: Partial<Readonly<Record<Reject, readonly [status: number, words: string]>>> = {
  account_not_found: [NOT_FOUND, "there is no such account"],
  asset_not_found: [NOT_FOUND, "there is no such asset"],
  instrument_not_found: [NOT_FOUND, "there is no such instrument"],
  key_not_found: [NOT_FOUND, "there is no such key"],
  order_not_found: [NOT_FOUND, "nothing is open"],
  reference_unknown: [NOT_FOUND, "no withdrawal has this reference"],
  account_exists: [CONFLICT, "an account has this name already"],
  asset_exists: [CONFLICT, "an asset has this name already"],
  instrument_exists: [CONFLICT, "an instrument has this symbol already"],
  key_exists: [CONFLICT, "a key has this name already"],
  reference_used: [CONFLICT, "this reference was credited before; it is credited once"],
  status_unchanged: [CONFLICT, "it has this status already"],
  withdrawal_not_held: [CONFLICT, "the withdrawal is settled or released already"],
  account_invalid: [400, "a name has 1 to 64 characters"],
  asset_invalid: [400, "an asset's name is 1 to 20 of A-Z 0-9 . _ -, its decimals 0 to 8"],
  instrument_invalid: [400, "bounds, rates (0 to 50 %) or assets of the instrument contradict each other"],
  limits_invalid: [400, "limits are whole numbers from 0 to 2^31 - 1"],
  withdrawals_frozen: [CONFLICT, "withdrawals are frozen"],
  key_invalid: [400, "the key's material is empty or ill-formed"],
  amount_too_large: [400, "the amount is zero, or the asset's total would pass 2^63 - 1 atoms"],
};

export function operatorRefusal(reason: Reject): Refusal {
  if (reason === "deadline_passed") return outcomeUnknown();
  if (reason === "deadline_too_far") return overloaded();
  const [status, words] = WORDS[reason] ?? [400, "refused by the engine"];
  return new Refusal(status, -2010, `${reason}: ${words}.`);
}
