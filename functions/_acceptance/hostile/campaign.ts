/**
 * A hostile campaign: so many requests and frames, from several connections at once, against an exchange on which Alice and Bob
 * trade meanwhile. What is wrong with an answer is a finding, with what was asked.
 */
import { ApiFlood } from "./api-flood.ts";
import { CalmTraders, userStreamOf } from "./calm-traders.ts";
import type { Cast } from "./cast.ts";
import { Chance } from "./chance.ts";
import { type Finding, finding } from "./finding.ts";
import { HttpLane } from "./http-lane.ts";
import { MarketFlood } from "./market-flood.ts";
import type { RawWebSocket } from "./raw-websocket.ts";
import { RequestGenerator } from "./request-generator.ts";
import { Judge } from "./verdict.ts";

const HTTP_LANES = 12;
const API_SOCKETS = 3;
const MARKET_SOCKETS = 2;
/** Of all requests and frames; the rest are frames for the market streams. */
const HTTP_SHARE = 0.64;
const API_SHARE = 0.28;
const FINDINGS_MAX = 20;
/** Alice and Bob trade at the pace of the others. */
const REQUESTS_PER_TRADE = 500;
const HOUSEKEEPING_EVERY = 1_500;

export interface CampaignReport {
  readonly asked: { http: number; api: number; market: number };
  /** Answers by status: of HTTP, and of the WebSocket API. */
  readonly statuses: Record<string, number>;
  /** Pairs of orders that Alice and Bob traded meanwhile. */
  readonly calmTrades: number;
  readonly findings: readonly Finding[];
  readonly tookMs: number;
}

export interface CampaignOptions {
  /** A proxy of another make stands before the exchange: what is no HTTP would be its to answer, and is not sent. */
  readonly wellFormedAlone?: boolean;
}

export class Campaign {
  readonly judge: Judge;
  readonly calm: CalmTraders;
  readonly #cast: Cast;
  readonly #port: number;
  readonly #requests: RequestGenerator;
  readonly #options: CampaignOptions;
  readonly #mallory: RawWebSocket;
  readonly #api: ApiFlood;
  readonly #market: MarketFlood;
  readonly #findings: Finding[] = [];
  readonly #statuses: Record<string, number> = {};
  #asked = { http: 0, api: 0, market: 0 };
  #tidying: Promise<void> | null = null;

  private constructor(
    cast: Cast,
    seed: number,
    calm: CalmTraders,
    judge: Judge,
    mallory: RawWebSocket,
    options: CampaignOptions,
  ) {
    this.#mallory = mallory;
    this.#cast = cast;
    this.#options = options;
    this.judge = judge;
    this.calm = calm;
    this.#port = Number(new URL(cast.target.http.origin).port);
    this.#requests = new RequestGenerator(new Chance(seed), cast);
    const host = {
      cast,
      judge,
      port: this.#port,
      found: (each: Finding) => void this.#findings.push(each),
      answered: (status: number) => this.#count(`ws ${status}`),
    };
    this.#api = new ApiFlood(new Chance(seed + 1), host);
    this.#market = new MarketFlood(new Chance(seed + 2), host);
  }

  static async open(cast: Cast, seed: number, options: CampaignOptions = {}): Promise<Campaign> {
    const judge = new Judge(cast);
    return new Campaign(
      cast,
      seed,
      await CalmTraders.open(cast, judge),
      judge,
      await userStreamOf(cast, cast.mallory),
      options,
    );
  }

  /** So many more. Ends early with too many findings. */
  async run(count: number): Promise<CampaignReport> {
    const startedMs = performance.now();
    const http = Math.round(count * HTTP_SHARE);
    const api = Math.round(count * API_SHARE);
    const before = this.calm.trades;
    const hostile = Promise.all([
      ...this.#workers(HTTP_LANES, "http", http, () => this.#httpWorker()),
      ...this.#workers(API_SOCKETS, "api", api, () => (left) => this.#api.session(left)),
      ...this.#workers(MARKET_SOCKETS, "market", count - http - api, () => (left) => this.#market.session(left)),
    ]);
    const due = (): number => 1 + Math.floor(this.#askedInAll() / REQUESTS_PER_TRADE);
    await this.calm.tradeUntil(hostile, due, (each) => void this.#findings.push(each));
    await this.#tidy();
    this.#judgeMallorysEvents();
    return {
      asked: { ...this.#asked },
      statuses: Object.fromEntries(Object.entries(this.#statuses).sort()),
      calmTrades: this.calm.trades - before,
      findings: [...this.#findings, ...this.calm.findings()],
      tookMs: Math.round(performance.now() - startedMs),
    };
  }

  close(): void {
    this.#mallory.close();
    this.calm.close();
  }

  #workers(
    number: number,
    kind: keyof CampaignReport["asked"],
    count: number,
    worker: () => (left: number) => Promise<number>,
  ): Promise<void>[] {
    let left = count;
    return Array.from({ length: number }, async () => {
      const work = worker();
      while (left > 0 && this.#findings.length < FINDINGS_MAX) {
        // What is under way is taken off first, so that no two workers do the same.
        const share = Math.min(left, kind === "http" ? 1 : SESSION_FRAMES);
        left -= share;
        const done = await work(share);
        this.#asked[kind] += done;
      }
    });
  }

  /** She has listened all the while: to nobody but herself. */
  #judgeMallorysEvents(): void {
    for (const text of this.#mallory.messages.splice(0)) {
      const leak = this.judge.ofText(text);
      if (leak !== "" && this.#findings.length < FINDINGS_MAX)
        this.#findings.push(finding(leak, "Mallory's events", text));
    }
    if (this.#mallory.isClosed) this.#findings.push(finding("Mallory's stream has ended", "", this.#mallory.closeCode));
  }

  #askedInAll(): number {
    return this.#asked.http + this.#asked.api + this.#asked.market;
  }

  #httpWorker(): () => Promise<number> {
    const lane = new HttpLane(this.#port);
    return async () => {
      if (this.#asked.http % HOUSEKEEPING_EVERY === HOUSEKEEPING_EVERY - 1) await this.#tidy();
      let request = this.#requests.next();
      while (request.isOfHttpAlone && this.#options.wellFormedAlone === true) request = this.#requests.next();
      const exchange = await lane.exchange(request.bytes, request.isHead);
      if (exchange.outcome === "answered") {
        this.#count(String(exchange.answer.status));
        const fault = this.judge.ofAnswer(exchange.answer, request);
        if (fault !== "") this.#findings.push(finding(fault, request.bytes, exchange.answer));
        // What no strict reader takes for one request may be several to the server.
        if (request.mayBeCutOff) lane.close();
      } else if (exchange.outcome === "silent" || !request.mayBeCutOff) {
        this.#findings.push(finding(exchange.outcome, request.bytes, exchange.received));
      }
      return 1;
    };
  }

  /** Mallory's own doings are undone, so that what follows is not refused for them alone. */
  #tidy(): Promise<void> {
    this.#tidying ??= this.#tidyNow().finally(() => {
      this.#tidying = null;
    });
    return this.#tidying;
  }

  async #tidyNow(): Promise<void> {
    const { mallory, playground, malloryCredentials, target } = this.#cast;
    const { account } = malloryCredentials;
    await target.operator.call("DELETE", `/halts/${playground.symbol}`);
    await target.operator.call("POST", `/accounts/${account}`, { canTrade: true, canWithdraw: true });
    await target.operator.call("POST", "/cancel-all", { account, symbol: playground.symbol });
    await mallory.call("DELETE", "/api/v3/openOrders", { symbol: playground.symbol });
  }

  #count(status: string): void {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
  }
}

/** Frames of one connection: of an API socket as many as fit, of a market stream what its limit lets through. */
const SESSION_FRAMES = 60;
