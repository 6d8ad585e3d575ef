/**
 * A whole engine with a small exchange in it, on a disk in memory unless another is given: two assets of no decimals, one
 * instrument (tick 1, lot 1, fees 0.1 %), and accounts with a million of each. Time stands still unless moved. Tests only.
 */
import type { NewOrder, OperatorCommand, TradeCommand } from "../protocol/commands.ts";
import type { OperatorReply, TradeReply } from "../protocol/views.ts";
import type { Engine, EngineOptions } from "../runtime/contract.ts";
import { startEngine } from "../runtime/engine.ts";
import { FaultyDisk } from "./faulty-disk.ts";
import { PLAIN_TERMS } from "./profiles.ts";

const START_US = 1_700_000_000_000_000;
export const DEADLINE_AHEAD_US = 5_000_000;
const START_ATOMS = 1_000_000n;
/** Small, so that sessions of tests pass from one to the next. */
const SEGMENT_BYTES = 256 * 1024;

export interface RunningExchange {
  readonly engine: Engine;
  readonly clock: { nowUs: number };
  /** What onFatal was told. */
  readonly fatal: unknown[];
  send(command: TradeCommand, commandId?: Uint8Array): Promise<TradeReply>;
  operate(command: Parameters<Engine["submitOperator"]>[0], commandId?: Uint8Array): Promise<OperatorReply>;
}

/** An engine as its folder has it. */
export async function openExchange(options: Partial<EngineOptions> = {}): Promise<RunningExchange> {
  const clock = { nowUs: START_US };
  const fatal: unknown[] = [];
  const engine = await startEngine({
    directory: "/data/journal",
    ...(options.directory === undefined ? { disk: new FaultyDisk() } : {}),
    segmentBytes: SEGMENT_BYTES,
    wallClockUs: () => clock.nowUs,
    ordersExpected: 16,
    onFatal: (error) => fatal.push(error),
    ...options,
  });
  return {
    engine,
    clock,
    fatal,
    send: (command, id) => engine.submit(command, clock.nowUs + DEADLINE_AHEAD_US, id),
    operate: (command, id) => engine.submitOperator(command, clock.nowUs + DEADLINE_AHEAD_US, id),
  };
}

/** A new exchange: instrument 0 is A0A1, accounts 1 … `accounts` are "trader 1" … */
export async function newExchange(options: Partial<EngineOptions> = {}, accounts = 2): Promise<RunningExchange> {
  const exchange = await openExchange(options);
  await exchange.operate({ type: "add_asset", name: "A0", decimals: 0 });
  await exchange.operate({ type: "add_asset", name: "A1", decimals: 0 });
  await exchange.operate({ type: "add_instrument", terms: PLAIN_TERMS });
  for (let account = 1; account <= accounts; account += 1) {
    await exchange.operate({ type: "open_account", name: `trader ${account}` });
    for (const asset of ["A0", "A1"]) {
      const reference = `start ${account} ${asset}`;
      await exchange.operate({ type: "deposit", account, asset, atoms: START_ATOMS, reference });
    }
  }
  return exchange;
}

const LIMIT = {
  instrument: 0,
  orderType: "limit",
  timeInForce: "gtc",
  selfTradeMode: null,
  quoteAtoms: 0n,
} as const satisfies Partial<NewOrder>;

type Terms = Pick<NewOrder, "side" | "quantityLots" | "priceTicks" | "clientOrderId"> & Partial<NewOrder>;

export function place(account: number, terms: Terms): TradeCommand {
  return { type: "place_order", account, keyId: 0, ...LIMIT, ...terms };
}

export function cancel(account: number, origClientOrderId: string, cancelClientOrderId = "x"): TradeCommand {
  const target = { orderId: 0, origClientOrderId, cancelClientOrderId, restriction: "none" } as const;
  return { type: "cancel_order", account, keyId: 0, instrument: 0, ...target };
}

export function cancelAll(account: number): TradeCommand {
  return { type: "cancel_all", account, keyId: 0, instrument: 0, cancelClientOrderId: "all" };
}

export function amend(account: number, name: string, quantityLots: number, newClientOrderId = ""): TradeCommand {
  const target = { orderId: 0, origClientOrderId: name, quantityLots, newClientOrderId };
  return { type: "amend_order", account, keyId: 0, instrument: 0, ...target };
}

export function replace(
  account: number,
  name: string,
  mode: "stop_on_failure" | "allow_failure",
  terms: Terms,
): TradeCommand {
  const cancelTarget = { orderId: 0, origClientOrderId: name };
  const how = { mode, cancelTarget, cancelClientOrderId: "x", restriction: "none" } as const;
  return { type: "cancel_replace", account, keyId: 0, ...LIMIT, ...terms, ...how };
}

/** As an edge sends it: by the account's key, where keys were registered in the order of accounts. */
export function signed(command: TradeCommand): TradeCommand {
  return { ...command, keyId: command.account };
}

/** A key that may trade. */
export function registerKey(account: number, apiKey = `key-of-account-${account}`) {
  return {
    type: "register_key",
    account,
    apiKey,
    kind: "hmac_sha256",
    material: "sealed",
    permissions: ["trade"],
    ipAllowList: [],
    expiresUs: 0,
    label: "",
  } as const satisfies OperatorCommand;
}

/** A command id from a number. */
export function commandIdOf(number: number): Uint8Array {
  const id = Buffer.alloc(16);
  id.writeUInt32LE(number, 0);
  id.writeUInt32LE(1, 12);
  return id;
}
