/**
 * Our own streams during a replay: trade, bookTicker and depth@100ms of one instrument, heard on one socket.
 *
 * From the empty book on, depth alone must add up to the final book (U = previous u + 1 throughout), trade must carry the
 * tape, and the last bookTicker the best prices.
 */
import type { ReplayVenue } from "../venue.ts";
import type { Check } from "./checks.ts";
import type { TapeRow } from "./execute.ts";
import { ExchangeUnreachable, pause } from "./http-client.ts";
import { integerOf, type Market } from "./market.ts";

const OPEN_TIMEOUT_MS = 10_000;
const TRIES_MAX = 100;
const PAUSE_MS = 100;

export interface StreamChecks {
  readonly trades: Check;
  readonly depthLevels: Check;
  readonly depthGaps: number;
  readonly bookTickerEqual: boolean;
}

interface StreamEvent {
  readonly stream?: string;
  readonly data?: Record<string, unknown>;
  readonly id?: unknown;
}

export class StreamWatch {
  private readonly market: Market;
  private readonly socket: WebSocket;
  private readonly trades: string[] = [];
  private readonly levels = { buy: new Map<number, number>(), sell: new Map<number, number>() };
  private bookTicker = "";
  private lastUpdateId = -1;
  private depthGaps = 0;

  private constructor(market: Market, socket: WebSocket) {
    this.market = market;
    this.socket = socket;
  }

  /** Resolves once the subscription is acknowledged. */
  static async open(origin: string, market: Market): Promise<StreamWatch> {
    const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/stream`);
    const watch = new StreamWatch(market, socket);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`no answer within ${OPEN_TIMEOUT_MS} ms`)), OPEN_TIMEOUT_MS);
    const name = market.symbol.toLowerCase();
    const params = [`${name}@trade`, `${name}@bookTicker`, `${name}@depth@100ms`];
    socket.addEventListener("open", () => socket.send(JSON.stringify({ method: "SUBSCRIBE", params, id: 1 })));
    socket.addEventListener("error", () => reject(new Error("the socket failed")));
    socket.addEventListener("message", ({ data }) => {
      const event = JSON.parse(String(data)) as StreamEvent;
      if (event.id === 1) resolve();
      else watch.hear(event);
    });
    try {
      await promise;
    } catch (cause) {
      socket.close();
      throw new ExchangeUnreachable(`${origin}/stream: ${cause instanceof Error ? cause.message : cause}`, { cause });
    } finally {
      clearTimeout(timer);
    }
    return watch;
  }

  /** Waits until the streams have said what they must, or the time is up; then closes. */
  async settle(venue: ReplayVenue, tape: readonly TapeRow[]): Promise<StreamChecks> {
    for (let attempt = 1; ; attempt++) {
      const checks = this.compare(venue, tape);
      const whole =
        checks.bookTickerEqual &&
        [checks.trades, checks.depthLevels].every(({ compared, equal }) => compared === equal);
      if (whole || attempt === TRIES_MAX) {
        this.socket.close();
        return checks;
      }
      await pause(PAUSE_MS);
    }
  }

  private compare(venue: ReplayVenue, tape: readonly TapeRow[]): StreamChecks {
    const expected = tape.map((row) => `${row.tradeId} ${row.lots} @ ${row.priceTicks} ${row.buyerIsMaker}`);
    const trades = {
      compared: Math.max(expected.length, this.trades.length),
      equal: expected.filter((line, index) => line === this.trades[index]).length,
    };
    const depthLevels = { compared: 0, equal: 0 };
    for (const side of ["buy", "sell"] as const) {
      const book = venue.levels(side, Number.MAX_SAFE_INTEGER);
      depthLevels.compared += Math.max(book.length, this.levels[side].size);
      depthLevels.equal += book.filter((one) => this.levels[side].get(one.priceTicks) === one.quantityLots).length;
    }
    const best = (["buy", "sell"] as const).map((side) => {
      const price = venue.best(side);
      return `${price} ${price === 0 ? 0 : venue.levelLots(side, price)}`;
    });
    return { trades, depthLevels, depthGaps: this.depthGaps, bookTickerEqual: this.bookTicker === best.join(" ") };
  }

  private hear({ stream, data }: StreamEvent): void {
    if (stream === undefined || data === undefined) return;
    const { priceDecimals, lotDecimals } = this.market.decimals;
    const price = (text: unknown): number => integerOf(text, priceDecimals);
    const lots = (text: unknown): number => integerOf(text, lotDecimals);
    if (stream.endsWith("@trade")) this.trades.push(`${data.t} ${lots(data.q)} @ ${price(data.p)} ${data.m}`);
    else if (stream.endsWith("@bookTicker"))
      this.bookTicker = `${price(data.b)} ${lots(data.B)} ${price(data.a)} ${lots(data.A)}`;
    else {
      if (this.lastUpdateId !== -1 && data.U !== this.lastUpdateId + 1) this.depthGaps += 1;
      this.lastUpdateId = Number(data.u);
      for (const [side, levels] of [
        ["buy", data.b],
        ["sell", data.a],
      ] as const) {
        for (const [at, quantity] of levels as [string, string][]) {
          if (lots(quantity) === 0) this.levels[side].delete(price(at));
          else this.levels[side].set(price(at), lots(quantity));
        }
      }
    }
  }
}
