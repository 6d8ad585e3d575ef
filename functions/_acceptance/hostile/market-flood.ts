/**
 * Hostile frames for the market streams: names that are none by URL and by request, methods and ids of every type, and more
 * frames in a second than anybody may send, for which the connection is closed by its name (1008).
 */

import type { FloodHost } from "./api-flood.ts";
import type { Chance } from "./chance.ts";
import { finding } from "./finding.ts";
import { RawWebSocket } from "./raw-websocket.ts";

const ANSWERS_WITHIN_MS = 15_000;
/** engine/stream's limit of one connection in one second. */
const FRAMES_PER_SECOND = 5;
const POLICY = 1008;
const TOO_LARGE = 1009;

const ILL_NAMES = [
  "__proto__",
  "constructor@trade",
  "@trade",
  "btcusdt@",
  "btcusdt@kline_",
  "btcusdt@kline_1y",
  "btcusdt@depth0",
  "btcusdt@depth5@0ms",
  "BTCUSDT@trade",
  "!ticker@arr@arr",
  "\u00e9@trade",
  "%00",
  "a".repeat(99),
  "a".repeat(101),
  "A".repeat(64),
  "",
];
const METHODS = [
  "SUBSCRIBE",
  "UNSUBSCRIBE",
  "LIST_SUBSCRIPTIONS",
  "SET_PROPERTY",
  "GET_PROPERTY",
  "subscribe",
  "__proto__",
  "",
];
const IDS = [
  "1",
  "-1",
  "9007199254740993",
  "9223372036854775808",
  "1.5",
  "1e2",
  '"a-1"',
  `"${"x".repeat(40)}"`,
  "null",
  "true",
  "[]",
  "{}",
];
const ILL_FRAMES = [
  "",
  "{",
  "null",
  "[]",
  "[[[[",
  "\0",
  "1",
  '"x"',
  '{"id":1,"method":"SUBSCRIBE","params":{}}',
  "[".repeat(30_000),
];

export class MarketFlood {
  readonly #chance: Chance;
  readonly #host: FloodHost;

  constructor(chance: Chance, host: FloodHost) {
    this.#chance = chance;
    this.#host = host;
  }

  /** Connections until so many frames are sent. @returns how many were. */
  async session(count: number): Promise<number> {
    let left = count;
    while (left > 0) left -= await this.#connection(left);
    return count;
  }

  async #connection(left: number): Promise<number> {
    const chance = this.#chance;
    const { found, judge, port } = this.#host;
    const target = this.#target();
    const opened = await RawWebSocket.open(port, target);
    const isIllUnit = target.includes("timeUnit=weeks");
    if (opened.outcome === "refused") {
      const isRight = isIllUnit && opened.text.startsWith("HTTP/1.1 400") && opened.text.endsWith("}");
      if (!isRight) found(finding("a connection refused", target, opened.text));
      return 1;
    }
    const { socket } = opened;
    const isFlood = chance.is(0.1);
    const frames = Array.from({ length: Math.min(left, isFlood ? 30 : FRAMES_PER_SECOND) }, () => this.#frame());
    const isTooLarge = frames.some((text) => text.length > 65_536);
    for (const text of frames) socket.text(text);
    const answers = (): number => socket.messages.filter((text) => /^\{"(result|code)":/.test(text)).length;
    await socket.until(() => answers() >= frames.length || socket.closeCode !== null, ANSWERS_WITHIN_MS);
    const isComplete = answers() === frames.length && socket.closeCode === null;
    const isCut = (socket.closeCode === POLICY && isFlood) || (socket.closeCode === TOO_LARGE && isTooLarge);
    if (socket.fault !== "") found(finding(socket.fault, frames.join("\n"), ""));
    if (!isComplete && !isCut) {
      const end = `${answers()} answers to ${frames.length} frames, close code ${socket.closeCode}`;
      found(
        finding(end, `${target}\n${frames.map((text) => text.slice(0, 200)).join("\n")}`, socket.messages.at(-1) ?? ""),
      );
    }
    for (const text of socket.messages) {
      const leak = judge.ofText(text);
      if (leak !== "") found(finding(leak, frames.join("\n"), text));
    }
    socket.close();
    return frames.length;
  }

  #name(): string {
    const chance = this.#chance;
    const { calm, playground } = this.#host.cast;
    if (chance.is(0.5)) return chance.pick(ILL_NAMES);
    const symbol = chance.pick([calm.symbol, playground.symbol]).toLowerCase();
    return `${symbol}@${chance.pick(["trade", "aggTrade", "depth", "depth@100ms", "kline_1m", "ticker", "bookTicker", "depth5"])}`;
  }

  #target(): string {
    const chance = this.#chance;
    const names = Array.from({ length: chance.int(4) }, () => encodeURIComponent(this.#name()));
    const listenKey = this.#host.cast.known.listenKey;
    const key = chance.pick([
      listenKey.slice(0, -1),
      `${listenKey}A`,
      listenKey.toLowerCase(),
      chance.alphanumerics(64),
    ]);
    const unit = chance.pick(["", "", "timeUnit=microsecond", "timeUnit=weeks", "listenKey=x"]);
    const path = chance.pick([
      `/ws/${names.join("/")}`,
      `/stream?streams=${names.join("/")}`,
      `/ws/${key}`,
      `/stream?streams=${key}`,
      "/ws",
      "/ws/%zz/%",
      "/stream/__proto__",
      `/ws/${"a/".repeat(3_000)}`,
    ]);
    return unit === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${unit}`;
  }

  #frame(): string {
    const chance = this.#chance;
    if (chance.is(0.15)) return chance.pick(ILL_FRAMES);
    const length = chance.weighted([
      [20, 3],
      [1, 1_024],
      [1, 1_100],
      [1, 3_000],
    ]);
    const names = Array.from({ length }, (_, index) => (length > 3 ? `m${index}@trade` : this.#name()));
    const params = chance.pick([
      JSON.stringify(names),
      JSON.stringify(names),
      '["combined",true]',
      '["combined",1]',
      "[1]",
      "null",
      "{}",
      '"x"',
    ]);
    return `{"method":${JSON.stringify(chance.pick(METHODS))},"params":${params},"id":${chance.pick(IDS)}}`;
  }
}
