/** Orders' edge on a real engine, and keys there whose secrets it can open. */

import { openSecret, sealSecret } from "../../../engine/api/seal.ts";
import type { RunningExchange } from "../../../engine/sim/small-exchange.ts";
import type { EdgeDeps } from "../../_shared/deps.ts";
import { fakeEdge } from "../../_shared/testing/fake-edge.ts";

const SEALING_KEY = new Uint8Array(32).fill(9);

export interface TestKey {
  readonly account: number;
  readonly apiKey: string;
  readonly secret: string;
  readonly ipAllowList?: readonly string[];
}

export async function registerTestKey(exchange: RunningExchange, key: TestKey): Promise<void> {
  const { account, apiKey, secret, ipAllowList = [] } = key;
  await exchange.operate({
    type: "register_key",
    account,
    apiKey,
    kind: "hmac_sha256",
    material: sealSecret(SEALING_KEY, secret),
    permissions: ["read", "trade"],
    ipAllowList: [...ipAllowList],
    expiresUs: 0,
    label: "",
  });
}

export function edgeOn({ engine, clock }: RunningExchange): EdgeDeps {
  return {
    ...fakeEdge().deps,
    engine,
    reads: engine,
    nowUs: () => clock.nowUs,
    openSecret: (material) => openSecret(SEALING_KEY, material),
  };
}
