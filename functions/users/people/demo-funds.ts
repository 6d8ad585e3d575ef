/** The demo's funds for the asking: credited at once, so much a day of each coin to each account. */

import type { Asset } from "../../../engine/domain/instrument.ts";
import { formatAtoms } from "../../../engine/protocol/decimal.ts";
import { invalid, notOffered, usedUp } from "../../_shared/people/person-refusals.ts";
import { bodyOf, type PersonCall, signedIn } from "../../_shared/people/person-request.ts";
import { newId } from "../../_shared/people/person-secrets.ts";
import { operatorRefusal } from "../operator-refusals.ts";
import { DEADLINE_US } from "../submit.ts";
import { atomsOf } from "../terms.ts";
import { dayEndMs } from "./day.ts";
import { accountOf } from "./person-account.ts";
import { demoFundsBody } from "./person-bodies.ts";

interface Offer {
  readonly asset: Asset;
  readonly dailyAtoms: bigint;
}

/** Coins that are offered and listed, in the order in which they are offered. @throws Refusal 404 */
function offersOf({ deps }: PersonCall): readonly Offer[] {
  if (deps.demo === undefined) throw notOffered();
  const catalog = deps.reads.catalog();
  return Object.entries(deps.demo.dailyFunds).flatMap(([coin, amount]) => {
    const asset = catalog.assetByName.get(coin);
    return asset === undefined ? [] : [{ asset, dailyAtoms: atomsOf(amount, coin, asset.decimals) }];
  });
}

function allowanceOf(account: number, { name }: Asset, endsMs: number): string {
  return `funds:${endsMs}:${account}:${name}`;
}

export async function showDemoFunds(call: PersonCall): Promise<object> {
  const offers = offersOf(call);
  const { deps, people, session, nowMs } = signedIn(call);
  const account = await accountOf(deps, people, session.person);
  const endsMs = dayEndMs(nowMs);
  const spent = await people.store.allowances.spent(offers.map(({ asset }) => allowanceOf(account, asset, endsMs)));
  const coins = offers.map(({ asset, dailyAtoms }) => {
    const left = dailyAtoms - (spent.get(allowanceOf(account, asset, endsMs)) ?? 0n);
    return { coin: asset.name, available: formatAtoms(asset.decimals, left > 0n ? left : 0n) };
  });
  return { coins };
}

/** Counted before it is credited: what fails is given back where it surely was not credited, and never given twice. */
export async function askDemoFunds(call: PersonCall): Promise<object> {
  const offers = offersOf(call);
  const { deps, people, session, nowMs } = signedIn(call);
  const { coin, amount } = bodyOf(call, demoFundsBody);
  const offer = offers.find(({ asset }) => asset.name === coin);
  if (offer === undefined) throw invalid(`There is no ${coin} for the asking.`);
  const { asset, dailyAtoms } = offer;
  const atoms = atomsOf(amount, "amount", asset.decimals);
  if (atoms < 1n) throw invalid("'amount' is above zero.");
  const account = await accountOf(deps, people, session.person);
  const endsMs = dayEndMs(nowMs);
  const what = allowanceOf(account, asset, endsMs);
  if (!(await people.store.allowances.spend(what, atoms, dailyAtoms, endsMs, nowMs)))
    throw usedUp(`That is more than what is left of today's ${formatAtoms(asset.decimals, dailyAtoms)} ${coin}.`);
  const deposit = {
    type: "deposit",
    account,
    asset: coin,
    atoms,
    reference: `demo:asked:${account}:${newId()}`,
  } as const;
  const reply = await deps.engine.submitOperator(deposit, deps.nowUs() + DEADLINE_US);
  if (reply.outcome === "rejected") {
    await people.store.allowances.giveBack(what, atoms);
    throw operatorRefusal(reply.reason);
  }
  return { coin, amount: formatAtoms(asset.decimals, atoms) };
}
