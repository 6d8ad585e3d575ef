/**
 * A real engine that trades, its outbox, a broker that repeats, overtakes and loses, two instances of persistence and a
 * Postgres that goes away and comes back: afterwards its tables against a fold of the journal, byte by byte.
 *
 * Everything between the parts is HTTP: events to the broker, from it to persistence, from persistence to the engine's read
 * port. Trading waits for none of it, and every order that is sent is told its outcome.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { remoteEngineReads } from "../../../engine/bus/http/rpc-client.ts";
import { rpcHandler } from "../../../engine/bus/http/rpc-server.ts";
import { Outbox } from "../../../engine/bus/outbox.ts";
import { httpSink } from "../../../engine/bus/sinks/http-sink.ts";
import { startBroker } from "../../../engine/bus/testing/broker.ts";
import type { EngineEvent } from "../../../engine/protocol/events.ts";
import type { Engine } from "../../../engine/runtime/contract.ts";
import { Chance } from "../../../engine/sim/prng.ts";
import { cancel, newExchange, place, type RunningExchange } from "../../../engine/sim/small-exchange.ts";
import type { Database } from "../../_shared/database.ts";
import { newCounts, type PersistenceCounts } from "../counts.ts";
import { migratedPostgres, persistenceFor } from "../deps.ts";
import { handlePersistence, type PersistenceDeps } from "../handler.ts";
import { foldEvents, textOf } from "./fold.ts";
import { dumpTables } from "./table-dump.ts";

const ENGINE = "e1";
const TOKEN = "internal-token-of-a-test";
const ACCOUNTS = 6;
const INSTANCES = 2;
const ORDERS_AT_ONCE = 50;
const PAGE_EVENTS = 10_000;

export interface OutageOptions {
  /** Of the engine's journal. */
  readonly directory: string;
  /** Of a new empty database. */
  readonly databaseUrl: string;
  readonly seed: number;
  /** How many times faster than the clock heartbeats come and holes age. */
  readonly speed: number;
  /** Between two handfuls of orders; 0: as fast as they are answered. */
  readonly pauseMs: number;
}

export interface Traffic {
  readonly sent: number;
  /** Answered by the engine, placed or rejected. */
  readonly answered: number;
  readonly failures: readonly string[];
  readonly slowestMs: number;
}

export interface Outage {
  readonly traffic: () => Traffic;
  headSeq(): number;
  /** What every instance has counted together. */
  counts(): readonly PersistenceCounts[];
  /** Resolves when so many events have happened since, and so long is past. */
  tradeFor(events: number, ms: number): Promise<void>;
  /** Stops trading; resolves when persistence has told the engine that it holds everything. */
  settle(): Promise<void>;
  /** What the tables hold, and what the journal says they must. */
  compare(): Promise<Comparison>;
  close(): Promise<void>;
}

export interface Comparison {
  readonly areEqual: boolean;
  readonly rows: number;
  /** A line or two, where the whole would be megabytes; "" when they are equal. */
  readonly difference: string;
}

export async function startOutage(options: OutageOptions): Promise<Outage> {
  const { seed, speed } = options;
  const nowMs = (): number => performance.now() * speed;
  const exchange = await newExchange({ directory: options.directory, segmentBytes: 64 * 1024 * 1024 }, ACCOUNTS);
  const { engine } = exchange;
  const readPort = await serveReads(engine);
  const persistence = Array.from({ length: INSTANCES }, () => instanceOf(options.databaseUrl, readPort.url, nowMs));
  const subscriber = await serve(async (request) => {
    const rawBody = await bodyOf(request);
    // Whichever instance the platform picks.
    const { deps } = persistence[rawBody.length % INSTANCES]!;
    return (await handlePersistence({ headers: request.headers, rawBody }, deps)).status;
  });
  const broker = await startBroker({
    triggers: [{ name: "persistence", subscriberUrl: subscriber.url }],
    answersAt: "accepted",
    delivery: { retry: 3, backoffPolicy: "exponential", backoffDelayMs: 20, timeoutMs: 20_000 },
    misfortune: { seed, duplicatePercent: 5, overtakenPercent: 5, lostPercent: 2, delayMsMax: 20 },
  });
  const sink = httpSink({ url: broker.url });
  let cursorSeq = 1;
  const outbox = new Outbox({
    source: {
      epoch: engine.epoch,
      eventsSince: (fromSeq, eventsMax) => engine.eventsSince(fromSeq, eventsMax),
      waitForEvent: (seq, timeoutMs) => engine.waitForEvent(seq, timeoutMs / speed),
    },
    engine: ENGINE,
    cursor: {
      read: () => cursorSeq,
      write: async (nextSeq) => {
        cursorSeq = nextSeq;
      },
    },
    sink,
    nowMs,
    delay: (ms) => delay(ms / speed, undefined, { ref: false }),
    log: () => {},
  });
  outbox.start();
  const trader = new Trader(exchange, seed, options.pauseMs);
  trader.start();
  return {
    traffic: () => ({ ...trader.traffic }),
    headSeq: () => engine.stats().headSeq,
    counts: () => persistence.map(({ counts }) => counts),
    async tradeFor(events, ms) {
      const untilSeq = engine.stats().headSeq + events;
      const untilMs = performance.now() + ms;
      while (engine.stats().headSeq < untilSeq || performance.now() < untilMs) await delay(20);
    },
    async settle() {
      await trader.stop();
      while (engine.stats().committedSeq < engine.stats().headSeq) await delay(20);
    },
    async compare() {
      const events = await journalOf(engine);
      const database = await persistence[0]!.opened();
      const tables = await dumpTables(database, ENGINE);
      return compared(textOf(tables), textOf(foldEvents(ENGINE, events, engine.stats().headSeq)));
    },
    async close() {
      await trader.stop();
      await sink.close();
      await outbox.stop();
      await broker.close();
      await subscriber.close();
      await Promise.all(persistence.map((instance) => instance.close()));
      await readPort.close();
      await engine.close();
    },
  };
}

function compared(tables: string, fold: string): Comparison {
  const [have, want] = [tables.split("\n"), fold.split("\n")];
  const areEqual = tables === fold;
  const at = have.findIndex((line, index) => line !== want[index]);
  const difference = `row ${at} of ${have.length}, ${want.length} wanted:\nhas   ${have[at]}\nwants ${want[at]}`;
  return { areEqual, rows: have.length, difference: areEqual ? "" : difference };
}

interface Instance {
  readonly deps: PersistenceDeps;
  readonly counts: PersistenceCounts;
  readonly opened: () => Promise<Database>;
  close(): Promise<void>;
}

function instanceOf(databaseUrl: string, engineUrl: string, nowMs: () => number): Instance {
  const reads = remoteEngineReads({ url: engineUrl, token: TOKEN, retryBudgetMs: 0 });
  const { opened, close } = migratedPostgres(databaseUrl, () => {});
  const counts = newCounts();
  const log = (): void => {};
  return {
    deps: persistenceFor(opened, { engine: ENGINE, reads, nowMs, log }, log, counts),
    counts,
    opened,
    async close() {
      reads.close();
      await close();
    },
  };
}

/** The engine's read port as its process has it. */
async function serveReads(engine: Engine): Promise<Served> {
  const handler = rpcHandler({
    token: TOKEN,
    ports: {
      engine: Object.assign(Object.create(engine) as Engine, {
        committed: (name: string, seq: number) => {
          if (name === ENGINE) engine.committed(seq);
        },
        publish: () => Promise.reject(new Error("nobody publishes here")),
      }),
    },
    reportFault: ({ error }) => {
      throw error;
    },
  });
  const server = createServer((request, response) => {
    if (!handler(request, response)) response.writeHead(404).end();
  });
  return listening(server);
}

interface Served {
  readonly url: string;
  close(): Promise<void>;
}

function serve(answer: (request: IncomingMessage) => Promise<number>): Promise<Served> {
  return listening(createServer(async (request, response) => void response.writeHead(await answer(request)).end()));
}

async function listening(server: Server): Promise<Served> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function journalOf(engine: Engine): Promise<readonly EngineEvent[]> {
  const all: EngineEvent[] = [];
  for (let fromSeq = 1; ; ) {
    const { events, nextSeq, headSeq } = await engine.eventsSince(fromSeq, PAGE_EVENTS);
    for (const event of events) all.push(event);
    if (nextSeq > headSeq) return all;
    fromSeq = nextSeq;
  }
}

/** Orders around one price from several accounts, now and then canceled: they trade, rest, end. */
class Trader {
  readonly traffic = { sent: 0, answered: 0, failures: [] as string[], slowestMs: 0 };
  readonly #exchange: RunningExchange;
  readonly #chance: Chance;
  readonly #pauseMs: number;
  readonly #startUs: number;
  #stopping = false;
  #running: Promise<void> | null = null;

  constructor(exchange: RunningExchange, seed: number, pauseMs: number) {
    this.#exchange = exchange;
    this.#chance = new Chance(seed);
    this.#pauseMs = pauseMs;
    this.#startUs = exchange.clock.nowUs;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const beganMs = performance.now();
    while (!this.#stopping) {
      this.#exchange.clock.nowUs = this.#startUs + Math.round((performance.now() - beganMs) * 1_000);
      await Promise.all(Array.from({ length: ORDERS_AT_ONCE }, () => this.#order()));
      if (this.#pauseMs > 0) await delay(this.#pauseMs);
      // Requests and answers of the other parts are in this process too.
      else await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #order(): Promise<void> {
    const account = this.#chance.between(1, ACCOUNTS);
    const side = this.#chance.percent(50) ? "buy" : "sell";
    const clientOrderId = `c${this.#chance.below(400)}`;
    const terms = {
      side,
      quantityLots: this.#chance.between(1, 5),
      priceTicks: this.#chance.between(98, 102),
      clientOrderId,
    } as const;
    const command = this.#chance.percent(30) ? cancel(account, clientOrderId) : place(account, terms);
    this.traffic.sent += 1;
    const sentMs = performance.now();
    try {
      await this.#exchange.send(command);
      this.traffic.answered += 1;
      this.traffic.slowestMs = Math.max(this.traffic.slowestMs, performance.now() - sentMs);
    } catch (error) {
      this.traffic.failures.push(String(error));
    }
  }
}
