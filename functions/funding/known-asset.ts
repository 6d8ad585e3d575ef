/** An asset by its name, however young it is. */
import type { Asset } from "../../engine/domain/instrument.ts";
import type { FundingDeps } from "./deps.ts";

/** Looked for in the catalog at hand, and once more in a fresh one. */
export async function knownAsset(
  { reads, refresh }: Pick<FundingDeps, "reads" | "refresh">,
  name: string,
): Promise<Asset | undefined> {
  const atHand = reads.catalog().assetByName.get(name);
  if (atHand !== undefined || refresh === undefined) return atHand;
  await refresh();
  return reads.catalog().assetByName.get(name);
}
