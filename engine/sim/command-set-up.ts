/** How a random session begins: assets, instruments, accounts, each with a key and something of every asset. */
import type { EngineCommand } from "../protocol/commands.ts";
import type { Profile } from "./profiles.ts";

export function* setUp({ assetDecimals, instruments, accounts, startAtoms }: Profile): Generator<EngineCommand> {
  for (const [id, decimals] of assetDecimals.entries()) yield { type: "add_asset", name: `A${id}`, decimals };
  for (const terms of instruments) yield { type: "add_instrument", terms };
  for (let account = 1; account <= accounts; account += 1) {
    yield { type: "open_account", name: `trader ${account}` };
    yield {
      type: "register_key",
      account,
      apiKey: `key${account}`,
      kind: "hmac_sha256",
      material: "sealed",
      permissions: account % 7 === 0 ? ["read"] : ["read", "trade"],
      ipAllowList: [],
      expiresUs: 0,
      label: "first",
    };
    for (const asset of assetDecimals.keys()) {
      const reference = `start ${account}/${asset}`;
      yield { type: "deposit", account, asset: `A${asset}`, atoms: startAtoms, reference };
    }
  }
}
