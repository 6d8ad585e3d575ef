/** What the operator's API answers, as far as the page shows it (docs/api.md, /ops/v1). Decimals are strings, times ms. */

export type InstrumentStatus = "trading" | "cancel_only" | "halt";

export interface EngineStanding {
  readonly name: string;
  readonly epoch: number;
  readonly startedAt: number;
  readonly headSeq: number;
  readonly committedSeq: number;
  readonly lagEvents: number;
  /** null: no events leave this engine. */
  readonly outboxEvents: number | null;
  readonly outboxMs: number | null;
  /** Since the start, as are trades and rejects. */
  readonly commands: number;
  readonly trades: number;
  readonly rejects: number;
  readonly queued: number;
  readonly openOrders: number;
  readonly frozen: boolean;
  readonly recovery: { readonly records: number; readonly ms: number };
  readonly journal: {
    readonly lastFrame: number;
    readonly frames: number;
    readonly bytes: number;
    readonly segment: number;
    readonly snapshotRecord: number;
    readonly syncMedianUs: number;
    readonly syncP99Us: number;
  };
}

export interface StreamStanding {
  readonly sockets: number;
  readonly apiSockets: number;
  readonly subscriptions: number;
  readonly userStreams: number;
  readonly messages: number;
  readonly bufferedBytes: number;
  readonly appliedSeq: number | null;
  readonly following: boolean;
}

export interface VenueStatus {
  readonly serverTime: number;
  readonly instruments: readonly { readonly symbol: string; readonly status: InstrumentStatus }[];
  readonly engine: EngineStanding;
  /** null: it does not answer. */
  readonly stream: StreamStanding | null;
}

/** Of POST and DELETE /ops/v1/halts. */
export interface StatusSet {
  readonly symbol: string;
  readonly status: InstrumentStatus;
  readonly changed: boolean;
}

export interface AuditSide {
  readonly accounts: string;
  readonly deposited: string;
  readonly withdrawn: string;
}

export interface AuditReport {
  readonly outcome: "balanced" | "mismatch" | "incomplete";
  readonly reasons: readonly string[];
  readonly frozen: boolean;
  readonly time: number;
  readonly lastHeld: { readonly time: number; readonly seq: number } | null;
  readonly asOfSeq: number;
  readonly assets: readonly { readonly asset: string; readonly engine: AuditSide; readonly tables: AuditSide }[];
}

export interface DeadLetter {
  readonly letter: number;
  readonly state: "waiting" | "replayed" | "discarded";
  readonly type: string;
  readonly source: string;
  readonly id: string;
  readonly destination: string;
  readonly errorCode: number;
  readonly error: string;
  readonly bytes: number;
  readonly arrivals: number;
  readonly first: number;
  readonly last: number;
}

export interface WholeDeadLetter extends DeadLetter {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyBase64?: string;
}

export interface WithdrawalRecord {
  readonly reference: string;
  readonly state: "requested" | "approved" | "refused" | "paid";
  readonly account: number;
  readonly asset: string;
  readonly amount: string;
  readonly address: string;
  readonly addressTag: string;
  readonly network: string;
  readonly requested: number;
}
