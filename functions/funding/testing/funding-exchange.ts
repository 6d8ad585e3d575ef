/**
 * Funding on a real engine and a database in memory that is filled from the engine's events when a test says so. Keys whose
 * secrets it can open, a sink that keeps what it is given. For tests alone.
 */
import { openSecret, sealSecret } from "../../../engine/api/seal.ts";
import { hmacSha256 } from "../../../engine/api/signature.ts";
import type { KeyPermission } from "../../../engine/domain/operator.ts";
import { newExchange, type RunningExchange } from "../../../engine/sim/small-exchange.ts";
import type { Database } from "../../_shared/database.ts";
import { historyOnSql } from "../../_shared/history-sql.ts";
import type { HttpReply, HttpRequest } from "../../_shared/http.ts";
import { FakeMarket } from "../../_shared/testing/fake-market.ts";
import { applyBatch } from "../../persistence/apply-batch.ts";
import { newAuditCounts } from "../audit.ts";
import { auditLog } from "../audit-log.ts";
import type { FundingDeps } from "../deps.ts";
import { handleFunding } from "../handler.ts";
import { withdrawalStore } from "../withdrawal-store.ts";

export const OPERATOR_TOKEN = "operator-token-for-funding";
const SEALING_KEY = new Uint8Array(32).fill(9);
const PAGE_EVENTS = 1_000;

export interface FundingExchange {
  readonly exchange: RunningExchange;
  readonly engineName: string;
  /** A test may put another part in. */
  deps: FundingDeps;
  /** Events that left, in order. */
  readonly sent: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown }[];
  readonly log: object[];
  readonly faults: unknown[];
  /** Brings everything that has happened into the tables. */
  persist(): Promise<void>;
  signed(account: number, method: string, path: string, query?: string): Promise<Answer>;
  operator(method: string, path: string, body?: object, token?: string): Promise<Answer>;
  event(type: string, data: unknown, id?: string): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what is in it.
  readonly body: any;
}

/** Accounts 1 and 2 have a million of A0 and of A1 each, and a key each that may do everything. */
export async function fundingExchange(
  database: Database,
  engineName: string,
  permissions: readonly KeyPermission[] = ["read", "trade", "withdraw"],
): Promise<FundingExchange> {
  const exchange = await newExchange();
  const { engine, clock } = exchange;
  for (const account of [1, 2]) {
    const material = sealSecret(SEALING_KEY, `secret ${account}`);
    const key = { type: "register_key", account, apiKey: `key-of-account-${account}`, kind: "hmac_sha256" } as const;
    await exchange.operate({ ...key, material, permissions, ipAllowList: [], expiresUs: 0, label: "" });
  }
  const sent: { headers: Readonly<Record<string, string>>; body: unknown }[] = [];
  const log: object[] = [];
  const faults: unknown[] = [];
  let made = 0;
  const deps: FundingDeps = {
    engine,
    reads: engine,
    stream: new FakeMarket(),
    history: historyOnSql(database, engineName),
    nowUs: () => clock.nowUs,
    openSecret: (sealed) => openSecret(SEALING_KEY, sealed),
    randomText: (length) => `made${++made}`.padEnd(length, "x"),
    reportFault: ({ error }) => faults.push(error),
    operator: { token: OPERATOR_TOKEN, sealSecret: (secret) => sealSecret(SEALING_KEY, secret) },
    publishOutcome: async (headers, body) => void sent.push({ headers, body: JSON.parse(body) }),
    engineName,
    withdrawals: withdrawalStore(async () => database, engineName),
    auditLog: auditLog(async () => database, engineName),
    approval: "operator",
    audits: newAuditCounts(),
    delay: async () => {},
    log: (line) => log.push(line),
  };
  let nextSeq = 1;
  const funding: FundingExchange = {
    ...{ exchange, engineName, deps, sent, log, faults },
    async persist() {
      for (;;) {
        const page = await engine.eventsSince(nextSeq, PAGE_EVENTS);
        if (page.nextSeq === nextSeq) return;
        const events = page.events.flatMap((event) => (event.type === "level_changed" ? [] : [event]));
        const [firstSeq, lastSeq] = [nextSeq, page.nextSeq - 1];
        await applyBatch(database, { engine: engineName, epoch: 1, firstSeq, lastSeq, headSeq: page.headSeq, events });
        nextSeq = page.nextSeq;
      }
    },
    async signed(account, method, path, query = "") {
      const payload = `${query}${query === "" ? "" : "&"}timestamp=${Math.floor(clock.nowUs / 1_000)}`;
      const signature = hmacSha256(Buffer.from(`secret ${account}`), payload).toString("hex");
      return ask(funding, {
        ...{ method, path, rawQuery: `${payload}&signature=${signature}` },
        headers: { "x-mbx-apikey": `key-of-account-${account}` },
        rawBody: new Uint8Array(0),
      });
    },
    operator: (method, path, body, token = OPERATOR_TOKEN) =>
      ask(funding, {
        ...{ method, path: path.split("?", 1)[0] ?? "", rawQuery: path.split("?")[1] ?? "" },
        headers: { authorization: `Bearer ${token}` },
        rawBody: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
      }),
    event: (type, data, id = "event-1") =>
      ask(funding, {
        ...{ method: "POST", path: "/", rawQuery: "" },
        headers: {
          ...{ "ce-specversion": "1.0", "ce-type": type, "ce-source": "/custody", "ce-id": id },
          "content-type": "application/json",
        },
        rawBody: Buffer.from(JSON.stringify(data)),
      }),
  };
  return funding;
}

async function ask({ deps }: FundingExchange, request: Omit<HttpRequest, "remoteAddress">): Promise<Answer> {
  const { status, body }: HttpReply = await handleFunding({ ...request, remoteAddress: "127.0.0.1" }, deps);
  return { status, body: body === "" ? null : JSON.parse(body) };
}
