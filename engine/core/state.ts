/**
 * The whole state of one engine: registers, ledger, books, counters, and the memory of commands.
 *
 * Everything in it follows from the journal; nothing else may change it. Registers are plain lists (rarely changed,
 * cheap to read); what every order touches is in typed arrays.
 */
import { type Asset, type ExchangeLimits, FEE_ACCOUNT, NO_LIMITS } from "../domain/instrument.ts";
import type { AccountRecord, KeyRecord } from "../domain/operator.ts";
import { EventLog } from "./event-log.ts";
import { InstrumentState } from "./instrument-state.ts";
import { Ledger } from "./ledger.ts";
import { OrderCountTable } from "./order-counts.ts";
import { OrderLists } from "./order-lists.ts";
import { RememberedCommands } from "./remembered-commands.ts";
import { TaskQueue } from "./task-queue.ts";

export const RULES_VERSION = 1;

export interface Withdrawal {
  readonly account: number;
  readonly asset: number;
  readonly atoms: bigint;
  state: "held" | "settled" | "released";
}

/** What an order's check needs of a key. */
export interface KeyState {
  readonly record: KeyRecord;
  readonly canTrade: boolean;
}

export interface CoreOptions {
  /** Resting orders per instrument for which memory is taken at once. */
  readonly ordersExpected?: number;
}

export class CoreState {
  readonly ordersExpected: number;
  readonly events = new EventLog();
  readonly ledger = new Ledger();
  readonly instruments: InstrumentState[] = [];
  readonly assets: Asset[] = [];
  readonly accounts: AccountRecord[] = [];
  /** By key id; 0 is nobody's. */
  readonly keys: (KeyState | null)[] = [null];
  readonly keyIds = new Map<string, number>();
  readonly assetIds = new Map<string, number>();
  readonly instrumentIds = new Map<string, number>();
  readonly accountNames = new Map<string, number>();
  /** References are kept for ever. */
  readonly depositReferences = new Set<string>();
  readonly withdrawals = new Map<string, Withdrawal>();
  readonly remembered = new RememberedCommands();
  readonly lists = new OrderLists();
  readonly counts = new OrderCountTable();
  /** Empty between two commands. */
  readonly tasks = new TaskQueue();
  limits: ExchangeLimits = NO_LIMITS;
  /** Whether any of the limits is set. */
  hasLimits = false;
  withdrawalsFrozen = false;
  /** The newest frame's time, µs. */
  timeUs = 0;

  constructor(options: CoreOptions = {}) {
    this.ordersExpected = options.ordersExpected ?? 1024;
    this.putAccount({ id: FEE_ACCOUNT, name: "fees", canTrade: false, canWithdraw: true });
  }

  putAccount(record: AccountRecord): void {
    if (record.id === this.accounts.length && record.id !== FEE_ACCOUNT) this.ledger.addAccount();
    this.accounts[record.id] = record;
    this.accountNames.set(record.name, record.id);
  }

  putLimits(limits: ExchangeLimits): void {
    this.limits = limits;
    this.hasLimits = Object.values(limits).some((limit: number) => limit > 0);
  }

  putAsset(asset: Asset): void {
    this.assets.push(asset);
    this.assetIds.set(asset.name, asset.id);
  }

  putKey(record: KeyRecord): void {
    this.keys[record.id] = {
      record,
      canTrade: !record.revoked && record.disabled !== true && record.permissions.includes("trade"),
    };
    this.keyIds.set(record.apiKey, record.id);
  }

  putInstrument(definition: InstrumentState["definition"]): InstrumentState {
    const quoteDecimals = this.assets[definition.quoteAsset]!.decimals;
    const known = this.instruments[definition.id];
    if (known !== undefined) {
      known.define(definition, quoteDecimals);
      return known;
    }
    const instrument = new InstrumentState(definition, quoteDecimals, this.ordersExpected);
    this.instruments.push(instrument);
    this.instrumentIds.set(definition.symbol, definition.id);
    return instrument;
  }
}
