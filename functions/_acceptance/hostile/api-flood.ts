/**
 * Hostile frames for the WebSocket API: every method of its table with parameters that are wrong, ids of every type, JSON that
 * is none; on sockets that have logged on and on others. Every frame must be answered once, or the socket be closed by name.
 */
import { sign } from "node:crypto";
import { ROUTES } from "../../../engine/api/routes.ts";
import { METHOD_NAMES, methodNamed } from "../../../engine/stream/ws-api/methods.ts";
import { type Cast, hmac } from "./cast.ts";
import type { Chance } from "./chance.ts";
import { type Finding, finding } from "./finding.ts";
import { illValue, plausibleValue } from "./ill-values.ts";
import { RawWebSocket } from "./raw-websocket.ts";
import { mustBeRefused, SIGNING_WAYS, type SigningWay, timestampOf } from "./signing-ways.ts";
import type { Judge } from "./verdict.ts";

const ANSWERS_WITHIN_MS = 25_000;
const QUERIES = ["", "?returnRateLimits=false", "?timeUnit=microsecond", "?responseFormat=sbe", "?__proto__=1"];

/** What a flood needs of its campaign. */
export interface FloodHost {
  readonly cast: Cast;
  readonly judge: Judge;
  readonly port: number;
  readonly found: (finding: Finding) => void;
  readonly answered: (status: number) => void;
}

interface ApiFrame {
  readonly text: string;
  /** As JSON, echoed; null: none that could be told apart. */
  readonly id: string | null;
  readonly mustBeRefused: boolean;
}

const ILL_JSON = [
  "0,-1,-0,1.5,1e400,-1e400,9007199254740993,18446744073709551616,1E5,0.10,true,false,null,[],{}".split(","),
  [
    "[[[[]]]]",
    '["a","a"]',
    "[1]",
    '{"a":1}',
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"__proto__"',
    '"constructor"',
    '"\\r\\n"',
  ],
].flat();
const ILL_FRAMES = [
  "",
  "{",
  "null",
  "[]",
  "1",
  '"x"',
  "{}",
  "\u00ff\u00fe",
  "\0",
  '{"id":1}',
  '{"method":1}',
  '{"id":1,"method":"ping","params":[]}',
  '{"id":1,"method":"ping","params":1}',
  '{"id":1,"method":"ping","params":"x"}',
  '{"id":1,"id":2,"method":"ping"}',
  '{"id":1,"method":"ping","__proto__":{"method":"time"}}',
  "[".repeat(20_000),
  '{"a":'.repeat(10_000),
  `{"id":1,"method":"${"x".repeat(30_000)}"}`,
  `{"id":"${"x".repeat(30_000)}","method":"ping"}`,
  `{"id":1,"method":"ping","params":{${Array.from({ length: 500 }, (_, index) => `"p${index}":1`).join(",")}}}`,
];

export class ApiFlood {
  readonly #chance: Chance;
  readonly #host: FloodHost;
  /** Above those that ill-formed frames have. */
  #ids = 1_000;

  constructor(chance: Chance, host: FloodHost) {
    this.#chance = chance;
    this.#host = host;
  }

  /** One connection with so many frames. @returns how many were sent. */
  async session(count: number): Promise<number> {
    const { port, found } = this.#host;
    const opened = await RawWebSocket.open(port, `/ws-api/v3${this.#chance.pick(QUERIES)}`);
    if (opened.outcome === "refused") {
      found(finding("a connection refused", "/ws-api/v3", opened.text));
      return count;
    }
    const { socket } = opened;
    const frames = Array.from({ length: count - 1 }, () => this.#frame());
    const first = this.#chance.is(0.3) ? this.#logOn() : this.#frame();
    await this.#exchange(socket, [first]);
    // Whoever has logged on needs no signature any more, so nothing is refused for one.
    const hasLoggedOn = first.text.includes("session.logon") && !first.mustBeRefused;
    await this.#exchange(socket, hasLoggedOn ? frames.map((frame) => ({ ...frame, mustBeRefused: false })) : frames);
    socket.close();
    return count;
  }

  async #exchange(socket: RawWebSocket, frames: readonly ApiFrame[]): Promise<void> {
    const { found, judge, answered } = this.#host;
    const asked = new Map(frames.map((frame) => [frame.id, frame]));
    let answers = 0;
    let looked = 0;
    const look = (): boolean => {
      for (; looked < socket.messages.length; looked++) {
        const text = socket.messages[looked] ?? "";
        const parsed = JSON.parse(text) as { id?: unknown; event?: unknown; status?: number };
        const leak = judge.ofText(text);
        const isEvent = parsed.event !== undefined;
        if (!isEvent) answers += 1;
        const frame = asked.get(JSON.stringify(parsed.id));
        if (!isEvent) answered(parsed.status ?? 0);
        const fault = leak !== "" || isEvent ? leak : judge.ofApiAnswer(parsed, frame ?? { mustBeRefused: false });
        if (fault !== "") found(finding(fault, frame?.text ?? "", text));
      }
      return answers >= frames.length;
    };
    for (const { text } of frames) socket.text(text);
    await socket.until(look, ANSWERS_WITHIN_MS);
    if (socket.fault !== "") found(finding(socket.fault, frames.map(({ text }) => text).join("\n"), ""));
    if (answers !== frames.length) {
      const missing = frames.filter(({ id }) => !socket.messages.some((text) => text.includes(`"id":${id},`)));
      const end = `${answers} answers to ${frames.length} frames, close code ${socket.closeCode}`;
      found(finding(end, missing.map(({ text }) => text.slice(0, 300)).join("\n"), socket.messages.at(-1) ?? ""));
    }
    socket.messages.length = 0;
  }

  #frame(): ApiFrame {
    const chance = this.#chance;
    if (chance.is(0.08)) return { text: chance.pick(ILL_FRAMES), id: null, mustBeRefused: false };
    const id = chance.is(0.9)
      ? String(++this.#ids)
      : chance.pick([...ILL_JSON, JSON.stringify(chance.alphanumerics(100))]);
    const method = chance.is(0.95)
      ? `${chance.is(0.05) ? "v3/" : ""}${chance.pick(METHOD_NAMES)}`
      : chance.pick([
          "__proto__",
          "constructor",
          "toString",
          "order",
          "ORDER.PLACE",
          "v3/",
          "v3/v3/ping",
          "order.place\\u0000",
        ]);
    const security = securityOf(method);
    const drawn = chance.is(0.6) ? "right" : chance.pick(SIGNING_WAYS);
    // As by REST: where a key alone is enough, nobody shows Alice's.
    const way = drawn === "as_alice" && security !== "SIGNED" ? "unknown_key" : drawn;
    const entries = this.#entries(method.replace("v3/", ""), way);
    const params = this.#signed(entries, way, security !== "NONE" || chance.is(0.1));
    const isSigned = security === "SIGNED";
    const text = `{"id":${id},"method":"${method}","params":{${params.map(([name, value]) => `"${name}":${value}`).join(",")}}}`;
    const known = id === String(this.#ids) ? id : null;
    return {
      text,
      id: known,
      mustBeRefused: isSigned && mustBeRefused(way) && way !== "twice" && way !== "key_in_the_wrong_case",
    };
  }

  /** Names with values as JSON. */
  #entries(method: string, way: SigningWay): [string, string][] {
    const chance = this.#chance;
    const { cast } = this.#host;
    const called = methodNamed(method);
    const route = called?.kind === "call" ? called.route : null;
    const names =
      route === null ? ["subscriptionId"] : [...route.mandatory, ...route.optional.filter(() => chance.is(0.3))];
    const entries: [string, string][] = names.map((name) => {
      const value = plausibleValue(name, chance, cast);
      return [name, /^[0-9]{1,15}$/.test(value) && chance.is(0.5) ? value : JSON.stringify(value)];
    });
    entries.push(["timestamp", String(timestampOf(way))]);
    const wrongs = chance.pick([0, 1, 1, 1, 2, 4]);
    for (let wrong = 0; wrong < wrongs; wrong++) {
      const entry = chance.pick(entries);
      if (entry[0] === "timestamp" && way !== "right") continue;
      entry[1] = chance.is(0.5) ? chance.pick(ILL_JSON) : JSON.stringify(illValue(chance));
    }
    if (chance.is(0.1))
      entries.push([chance.pick(["__proto__", "constructor", "", "x", "recvWindow"]), chance.pick(ILL_JSON)]);
    return entries;
  }

  #signed(entries: [string, string][], way: SigningWay, wanted: boolean): readonly (readonly [string, string])[] {
    if (!wanted) return entries;
    const chance = this.#chance;
    const { cast } = this.#host;
    const { apiKey, apiSecret } = cast.malloryCredentials;
    if (way === "unknown_key") entries.push(["apiKey", JSON.stringify(chance.alphanumerics(64))]);
    else if (way === "as_alice") entries.push(["apiKey", JSON.stringify(cast.known.apiKey)]);
    else if (way !== "without_a_key") entries.push(["apiKey", JSON.stringify(apiKey)]);
    const right = hmac(apiSecret, payloadOf(entries));
    const ofWay: Partial<Record<SigningWay, string>> = {
      wrong: right.replace(/./, (first) => (first === "0" ? "1" : "0")),
      truncated: right.slice(0, chance.int(64)),
      extended: `${right}0`,
      empty: "",
      in_base64: Buffer.from(right, "hex").toString("base64"),
      upper_case: right.toUpperCase(),
      by_another_secret: hmac(cast.bobCredentials.apiSecret, payloadOf(entries)),
      over_something_else: hmac(apiSecret, `${payloadOf(entries)}&z=1`),
    };
    if (way === "missing") return entries;
    return [...entries, ["signature", JSON.stringify(ofWay[way] ?? right)]];
  }

  /** Sometimes right. */
  #logOn(): ApiFrame {
    const chance = this.#chance;
    const { apiKey, privateKey } = this.#host.cast.malloryEd25519;
    const entries: [string, string][] = [
      ["apiKey", JSON.stringify(apiKey)],
      ["timestamp", String(Date.now())],
    ];
    const right = sign(null, Buffer.from(payloadOf(entries), "latin1"), privateKey).toString("base64");
    const isRight = chance.is(0.7);
    const wrong = chance.pick([right.toLowerCase(), right.slice(0, -4), Buffer.from(right, "base64").toString("hex")]);
    const id = String(++this.#ids);
    const params = [...entries, ["signature", JSON.stringify(isRight ? right : wrong)]];
    const text = `{"id":${id},"method":"session.logon","params":{${params.map(([name, value]) => `"${name}":${value}`).join(",")}}}`;
    return { text, id, mustBeRefused: !isRight };
  }
}

function securityOf(method: string): "NONE" | "SIGNED" | "OTHER" {
  const called = methodNamed(method.replace("v3/", ""));
  if (called === undefined) return "OTHER";
  if (called.kind === "session") return called.method.endsWith("signature") ? "SIGNED" : "OTHER";
  const { security } = ROUTES.find(({ handler }) => handler === called.route.handler) ?? called.route;
  if (security === "NONE") return "NONE";
  return security === "USER_STREAM" ? "OTHER" : "SIGNED";
}

/** As the dialect says: by name, values as written, null left out, a list as its JSON. Latin-1, of the UTF-8 bytes. */
function payloadOf(entries: readonly (readonly [string, string])[]): string {
  const given = new Map<string, string>();
  for (const [name, json] of entries) {
    const value: unknown = JSON.parse(json);
    if (value === null) continue;
    given.set(name, typeof value === "string" ? value : json);
  }
  const payload = [...given.keys()].sort().map((name) => `${name}=${given.get(name)}`);
  return Buffer.from(payload.join("&"), "utf8").toString("latin1");
}
