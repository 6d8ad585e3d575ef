/**
 * The whole exchange in one process: engine, stream, history and the four HTTP functions behind one origin.
 *
 * Composition alone. The server listens first, so that a taken port is found before the data folder is touched; orders are
 * taken as soon as the engine and the stream are there; history opens meanwhile.
 */

import { setTimeout as delay } from "node:timers/promises";
import { MemoryLimiter } from "../../engine/api/limits/memory-limiter.ts";
import { randomText } from "../../engine/api/random-text.ts";
import { openSecret, sealSecret } from "../../engine/api/seal.ts";
import { wallClockUs } from "../../engine/bus/edge/wall-clock.ts";
import { MemoryListenKeys } from "../../engine/bus/listen-keys.ts";
import type { Engine } from "../../engine/runtime/contract.ts";
import { startEngine } from "../../engine/runtime/engine.ts";
import { noticeLine, openedLine } from "../../engine/runtime/log-lines.ts";
import { createStreamServer, type StreamServer } from "../../engine/stream/stream-server.ts";
import type { Config } from "../_shared/config.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import { peopleStore } from "../_shared/people/people-store.ts";
import type { DeadLetterDeps } from "../dead-letters/handler.ts";
import { newAuditCounts } from "../funding/audit.ts";
import { startAudits } from "../funding/audit-schedule.ts";
import type { FundingDeps } from "../funding/deps.ts";
import type { WebDeps } from "../web/handler.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { DEMO_TERMS } from "./demo-terms.ts";
import { type Prepared, prepareExchange } from "./first-start.ts";
import { type HistoryStore, openHistory } from "./history-store.ts";
import { type LocalHttpServer, openHttpServer, type Readiness } from "./http-server.ts";
import { peopleDatabase } from "./people-database.ts";

export const ENGINE_NAME = "e1";

/** One JSON object a line; `at` and `outcome` lead. */
export type Log = (line: object) => void;

export interface Exchange {
  /** Where programs of this machine find it. */
  readonly origin: string;
  /** Where people sign in. */
  readonly publicOrigin: string;
  readonly folder: DataFolder;
  readonly engine: Engine;
  readonly stream: StreamServer;
  readonly http: LocalHttpServer;
  readonly historyState: HistoryStore["state"];
  readonly prepared: Prepared;
  /** Answers what is under way, tells the sockets, seals the journal. */
  close(): Promise<void>;
}

interface Opened {
  readonly engine: Engine;
  readonly stream: StreamServer;
  readonly edge: EdgeDeps;
  readonly history: HistoryStore;
  readonly deadLetters: DeadLetterDeps;
  readonly funding: FundingDeps;
}

export interface ExchangeOptions {
  readonly config: Config;
  readonly log: Log;
  /** The screen; not given: its pages say that there is none. */
  readonly web?: WebDeps;
  /** The engine can promise nothing any more: the process must stop, and must not seal or drain. */
  readonly onFatal: (error: unknown) => void;
}

const WITHOUT_SCREEN: WebDeps = {
  screen: () => ({ outcome: "not_built", why: "This process was started without it." }),
  isHttps: false,
};

/** Rejects when the address is taken, the folder is in use or its journal is damaged: the error's message says so. */
export async function startExchange(options: ExchangeOptions): Promise<Exchange> {
  const { config, log } = options;
  let opened: Opened | null = null;
  let takesOrders = false;
  const reportFault = ({ at, error }: { readonly at: string; readonly error: unknown }): void =>
    log({ at, outcome: "fault", error: error instanceof Error ? (error.stack ?? error.message) : String(error) });

  const limiter = new MemoryLimiter({
    limits: config.limits,
    nowMs: () => Date.now(),
    limitsOf: (address) => (isLoopback(address) ? config.loopbackLimits : config.limits),
  });
  const http = await openHttpServer(config.host, config.port, {
    proxies: config.proxies,
    edge: () => (takesOrders ? (opened?.edge ?? null) : null),
    deadLetters: () => (takesOrders ? (opened?.deadLetters ?? null) : null),
    funding: () => (takesOrders ? (opened?.funding ?? null) : null),
    web: options.web ?? WITHOUT_SCREEN,
    readiness: () => readinessOf(takesOrders, opened),
    upgrade: (request, socket, head) => takesOrders && (opened?.stream.handleUpgrade(request, socket, head) ?? false),
    reportFault,
  });
  try {
    const folder = openDataFolder(config);
    if (folder.historyMovedTo !== null) {
      log({ at: "history", outcome: "set_aside", movedTo: folder.historyMovedTo, reason: "the journal begins anew" });
    }
    const engine = await startEngine({
      directory: folder.journal,
      engine: ENGINE_NAME,
      wallClockUs,
      snapshotEveryRecords: config.snapshotEveryRecords,
      segmentBytes: config.segmentBytes,
      onNotice: (notice) => log(noticeLine(notice)),
      onFatal: (error) => {
        // An assertion may have left a frame half applied: nobody reads it.
        takesOrders = false;
        opened = null;
        options.onFatal(error);
      },
    });
    log(openedLine(engine));
    const prepared = await prepareExchange({
      engine,
      reads: engine,
      nowUs: wallClockUs,
      sealSecret: (secret) => sealSecret(folder.sealingKey, secret),
      demoAccountsPath: folder.demoAccounts,
    });
    const history = openHistory(engine, ENGINE_NAME, folder, config.databaseUrl, log);
    const publicOrigin = publicOriginOf(config, http);
    const host = hostOf(engine, history, folder, limiter, reportFault);
    const stream = createStreamServer({
      api: host,
      feed: engine,
      reads: engine,
      history: history.history,
      limiter,
      proxies: config.proxies,
      publicOrigin,
      log: (line) => {
        // It asks every second; that history is not there is told once, by history itself.
        if (line.outcome !== "history_not_answering" || history.state() === "open") log(line);
      },
    });
    await stream.ready;
    const people = peopleDatabase({ databaseUrl: config.databaseUrl, folder: folder.people, log });
    const edge: EdgeDeps = {
      ...host,
      stream: stream.reads,
      people: { store: peopleStore(people.opened), publicOrigin, prepare: people.prepare },
      demo: DEMO_TERMS,
    };
    const deadLetters: DeadLetterDeps = {
      store: history.letters,
      resend: history.resend,
      emptyHistory: history.empty,
      operatorToken: folder.operatorToken,
      nowMs: () => Date.now(),
      log,
      reportFault,
    };
    const funding = fundingOf(edge, history, config, log);
    const stopAudits = startAudits(funding, config.auditEveryS);
    opened = { engine, stream, edge, history, deadLetters, funding };
    takesOrders = true;
    return {
      origin: http.origin,
      publicOrigin,
      folder,
      engine,
      stream,
      http,
      historyState: history.state,
      prepared,
      async close() {
        // Requests under way first, while everything that answers them is there; sockets at the same time.
        await Promise.all([http.drain(), stream.close()]);
        takesOrders = false;
        await stopAudits();
        await history.close();
        await people.close();
        await engine.close();
      },
    };
  } catch (error) {
    await http.drain();
    throw error;
  }
}

/** What REST and the WebSocket API need alike, but for the stream's reads. */
function hostOf(
  engine: Engine,
  history: HistoryStore,
  folder: DataFolder,
  limiter: MemoryLimiter,
  reportFault: EdgeDeps["reportFault"],
): Omit<EdgeDeps, "stream"> {
  return {
    engine,
    reads: engine,
    history: history.history,
    limiter,
    listenKeys: new MemoryListenKeys(Date.now),
    nowUs: wallClockUs,
    openSecret: (material) => openSecret(folder.sealingKey, material),
    randomText,
    reportFault,
    operator: { token: folder.operatorToken, sealSecret: (secret) => sealSecret(folder.sealingKey, secret) },
  };
}

/** Not set: this machine's own name, since passkeys do not work at an address. */
function publicOriginOf({ publicOrigin }: Config, { origin }: LocalHttpServer): string {
  return publicOrigin ?? `http://localhost:${new URL(origin).port}`;
}

/** @param address in one spelling (client-address.ts). */
function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

function fundingOf(edge: EdgeDeps, history: HistoryStore, config: Config, log: Log): FundingDeps {
  return {
    ...edge,
    engineName: ENGINE_NAME,
    withdrawals: history.withdrawals,
    auditLog: history.auditLog,
    approval: config.withdrawalApproval,
    audits: newAuditCounts(),
    delay: (ms) => delay(ms, undefined, { ref: false }),
    log,
    // Nobody listens beside one process: whoever pays reads the list of withdrawals, and says what was paid.
    publishOutcome: async () => {},
  };
}

function readinessOf(takesOrders: boolean, opened: Opened | null): Readiness {
  const history = opened?.history.state() ?? "opening";
  const engine = takesOrders ? "open" : "opening";
  return { ready: takesOrders, engine, stream: engine, history };
}
