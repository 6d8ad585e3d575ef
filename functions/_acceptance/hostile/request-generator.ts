/**
 * Malformed HTTP requests, near every route of the public dialect and of the operator's API: mostly right, with something
 * wrong somewhere, so that what lies behind the first check is reached too.
 *
 * A request is its bytes. Each knows whether anything but a refusal would be a hole in the exchange.
 */
import { ROUTES, type Route, SCREEN_PAGES } from "../../../engine/api/routes.ts";
import type { Cast } from "./cast.ts";
import type { Chance } from "./chance.ts";
import { illValue, plausibleValue } from "./ill-values.ts";
import { operatorBody, operatorName } from "./operator-requests.ts";
import {
  apiKeyOf,
  hasForeignKey,
  mustBeRefused,
  SIGNING_WAYS,
  type SigningWay,
  signaturesOf,
  timestampOf,
} from "./signing-ways.ts";

const PAGES: ReadonlySet<string> = new Set(SCREEN_PAGES);
/** The exchange's clock against ours: what was signed before this long is old. */
const REPLAYS_KEPT = 64;
const MEGABYTE = 1_048_576;

export interface HostileRequest {
  readonly bytes: Buffer;
  readonly isHead: boolean;
  /** A 200 would be a hole. */
  readonly mustBeRefused: boolean;
  /** An operator may see everything but secrets. */
  readonly asOperator: boolean;
  /** Asks for a page of the screen, which needs nothing. */
  readonly isPage: boolean;
  /** So large or so ill that the server may hang up instead of answering. */
  readonly mayBeCutOff: boolean;
  /** What becomes of it is decided by whoever reads HTTP first, before the exchange sees it. */
  readonly isOfHttpAlone: boolean;
}

const METHODS = "GET,POST,PUT,DELETE,PATCH,HEAD,OPTIONS,TRACE,PROPFIND,PURGE".split(",");
const CONTENT_TYPES = [
  "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded; charset=utf-16",
  "application/json",
  "application/json; charset=nonsense",
  "application/cloudevents+json",
  "application/cloudevents-batch+json",
  "multipart/form-data; boundary=x",
  "multipart/form-data",
  "text/plain",
  "text/xml",
  "image/png",
  "application/octet-stream",
  "nonsense",
  "",
];
const STRANGE_HEADERS = [
  "X-MBX-TIME-UNIT: MICROSECOND",
  "X-MBX-TIME-UNIT: microsecond",
  "X-MBX-TIME-UNIT: weeks",
  "X-Forwarded-For: 8.8.8.8",
  "X-Forwarded-For: 8.8.8.8, ::1, nonsense, 999.1.1.1",
  "X-HTTP-Method-Override: DELETE",
  "X-Original-URL: /ops/v1/keys",
  "Accept: text/html",
  "Accept-Encoding: gzip, br, nonsense",
  "Content-Encoding: gzip",
  "Expect: 100-continue",
  "Expect: nonsense",
  "Range: bytes=0-1",
  "If-None-Match: *",
  "Origin: https://evil.example",
  "Cookie: __proto__=1; session=\u00ff",
  "Authorization: Basic Og==",
  "ce-id: 1",
  "ce-type: tidebook.order.requested.v1",
  "ce-specversion: 1.0",
  "ce-source: /x",
  "traceparent: nonsense",
  "Upgrade: h2c",
];
/** Bytes that no URL has, and an expectation that is none. */
const HTTP_ALONE = /[^\0-\u007f]|Expect: nonsense/;
const STRANGE_PATHS = [
  "/",
  "//",
  "/api",
  "/api/v3",
  "/api/v3/",
  "/api/v3/__proto__",
  "/api/v3/constructor",
  "/api/v3/order/",
  "/api/v3//order",
  "/API/V3/order",
  "/api/v3/order/../account",
  "/api/v3/order%2Ftest",
  "/api/v3/%6frder",
  "/api/v3/order;x=1",
  "/api/v3/order%00",
  "/api/v1/order",
  "/wapi/v3/order",
  "/sapi/v1/capital/withdraw",
  "/ops",
  "/ops/v1",
  "/ops/v1/",
  "/ops/v1/keys/",
  "/ops/v1/keys/%zz",
  "/ops/v1/keys/a/b",
  "/ops/v1/__proto__",
  "/v1/engine/catalog",
  "/metrics",
  "/livez/x",
  "/openapi.json/x",
  "/*",
  "/api/v3/order*",
];

/** Requests in the order in which chance makes them. */
export class RequestGenerator {
  readonly #chance: Chance;
  readonly #cast: Cast;
  /** Requests that were right once, to be sent again. */
  readonly #sent: HostileRequest[] = [];

  constructor(chance: Chance, cast: Cast) {
    this.#chance = chance;
    this.#cast = cast;
  }

  next(): HostileRequest {
    const chance = this.#chance;
    if (this.#sent.length > 0 && chance.is(0.02)) return chance.pick(this.#sent);
    const route = chance.pick(ROUTES);
    return route.security === "OPERATOR" ? this.#ofOperator(route) : this.#ofTrader(route);
  }

  #ofTrader(route: Route): HostileRequest {
    const chance = this.#chance;
    const drawn = chance.is(0.6) ? "right" : chance.pick(SIGNING_WAYS);
    // Whoever shows a key that needs no signature is its owner, by the dialect's own rule: nobody shows Alice's there.
    const way = drawn === "as_alice" && route.security === "USER_STREAM" ? "unknown_key" : drawn;
    const pairs = this.#pairsOf(route, way);
    const inBody = route.method !== "GET" || chance.is(0.05) ? chance.pick(["query", "body", "both"]) : "query";
    const half = inBody === "both" ? chance.int(pairs.length + 1) : 0;
    let query = (inBody === "body" ? [] : inBody === "both" ? pairs.slice(0, half) : pairs).join("&");
    let body = (inBody === "body" ? pairs : inBody === "both" ? pairs.slice(half) : []).join("&");
    // A session is a cookie, which nobody here has: keys mean nothing to what people ask for.
    const asksNoKey = route.security === "NONE" || route.security === "PERSON";
    const isSigned = !asksNoKey && route.security !== "USER_STREAM";
    if (isSigned || chance.is(0.1)) {
      const signatures = signaturesOf(way, query + body, chance, this.#cast).map((value) => `signature=${value}`);
      const signed = (text: string): string => [...(text === "" ? [] : [text]), ...signatures].join("&");
      if (inBody === "body") body = signed(body);
      else query = chance.is(0.1) ? [...signatures, query].join("&") : signed(query);
    }
    const apiKey = apiKeyOf(way, chance, this.#cast);
    const { method, path, isExact } = this.#near(route);
    const needsNothing = asksNoKey || (route.security === "USER_STREAM" && !hasForeignKey(way));
    const request = this.#written(method, `${path}?${query}`, body, {
      "X-MBX-APIKEY": apiKey,
      "Content-Type":
        body === "" && chance.is(0.8) ? null : chance.is(0.7) ? CONTENT_TYPES[0]! : chance.pick(CONTENT_TYPES),
    });
    const hostile = {
      ...request,
      asOperator: false,
      // Another method of the same path is another request, and may be right.
      mustBeRefused: isExact && !needsNothing && mustBeRefused(way),
    };
    if (way === "right" && isExact && isSigned) this.#keep(hostile);
    return hostile;
  }

  #keep(request: HostileRequest): void {
    if (this.#sent.length < REPLAYS_KEPT) this.#sent.push(request);
    else this.#sent[this.#chance.int(REPLAYS_KEPT)] = request;
  }

  /** name=value, as written: what the route takes, some of it missing, doubled, empty or ill. */
  #pairsOf(route: Route, way: SigningWay): string[] {
    const chance = this.#chance;
    const optional = route.optional.filter(() => chance.is(Math.min(0.6, 3 / (route.optional.length + 1))));
    const names = [...route.mandatory, ...optional];
    const values = new Map<string, string>(
      names.map((name) => [name, this.#encoded(plausibleValue(name, chance, this.#cast))]),
    );
    if (route.security !== "NONE" && route.security !== "PERSON") {
      values.set("timestamp", String(timestampOf(way)));
      // Windows of chance could let in what is old.
      if (way === "right" && chance.is(0.3)) values.set("recvWindow", plausibleValue("recvWindow", chance, this.#cast));
    }
    const pairs: string[] = [];
    const wrongs = chance.weighted([
      [3, 0],
      [5, 1],
      [2, 2],
      [1, 5],
    ]);
    const ill = new Set(Array.from({ length: wrongs }, () => chance.int(values.size + 1)));
    let index = 0;
    for (const [name, value] of values) {
      if (!ill.has(index++) || (name === "timestamp" && way !== "right")) pairs.push(`${name}=${value}`);
      else pairs.push(...this.#spoilt(name, value));
    }
    if (ill.has(index)) pairs.push(`${this.#strangeName(route)}=${this.#encoded(illValue(chance))}`);
    if (chance.is(0.01)) for (let more = 0; more < 100; more++) pairs.push(`p${more}=1`);
    return pairs;
  }

  #spoilt(name: string, value: string): readonly string[] {
    const chance = this.#chance;
    return chance.weighted<readonly string[]>([
      [2, []],
      [2, [`${name}=`]],
      [1, [name]],
      [2, [`${name}=${value}`, `${name}=${value}`]],
      [1, [`${name}[]=${value}`]],
      [1, [`${name.toUpperCase()}=${value}`]],
      [1, [`${encodeURIComponent(name).replace(/^./, (letter) => `%${letter.charCodeAt(0).toString(16)}`)}=${value}`]],
      [8, [`${name}=${this.#encoded(illValue(chance))}`]],
    ]);
  }

  #strangeName(route: Route): string {
    const chance = this.#chance;
    return chance.pick([
      "__proto__",
      "constructor",
      "toString",
      "signature",
      "timestamp",
      "recvWindow",
      "apiKey",
      "account",
      "accountId",
      "",
      "%",
      "%00",
      "&&",
      ...route.optional,
      chance.alphanumerics(5),
    ]);
  }

  /** @param value Latin-1. Mostly percent-encoded byte by byte; now and then ill, or as it is. */
  #encoded(value: string): string {
    const chance = this.#chance;
    const how = chance.int(40);
    if (how === 0) return value;
    if (how === 1) return `${value}%`;
    if (how === 2) return `${value}%zz`;
    if (how === 3) return `%${value}`;
    return value.replaceAll(/[^A-Za-z0-9_.~-]/g, (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, "0")}`);
  }

  #near(route: Route): { readonly method: string; readonly path: string; readonly isExact: boolean } {
    const chance = this.#chance;
    const path = route.path;
    if (chance.is(0.93)) return { method: route.method, path, isExact: true };
    if (chance.is(0.5)) {
      const method = chance.pick([...METHODS, "get", "BREW", "G\u00c9T"]);
      return { method, path, isExact: method === route.method };
    }
    return {
      method: route.method,
      path: chance.pick([...STRANGE_PATHS, `${path}/`, `${path}${chance.bytes(4)}`]),
      isExact: false,
    };
  }

  #ofOperator(route: Route): HostileRequest {
    const chance = this.#chance;
    const token = this.#cast.target.operatorToken;
    const isRight = chance.is(0.6) && !(route.method === "DELETE" && route.path.endsWith("/history"));
    const authorization = isRight
      ? `Bearer ${token}`
      : chance.pick([
          null,
          "Bearer",
          "Bearer ",
          `Bearer ${token.slice(0, -1)}`,
          `Bearer ${token}0`,
          `Basic ${token}`,
          token,
          `Bearer ${token.toUpperCase()}x`,
          `Bearer ${this.#cast.malloryCredentials.apiKey}`,
          `Bearer ${chance.bytes(20).replaceAll(/[\0\r\n]/g, "")}`,
        ]);
    const name = operatorName(route, chance, this.#cast, isRight);
    const path = route.path.replace(/\*$/, () => name);
    const pairs = route.optional
      .filter(() => chance.is(0.5))
      .map(
        (each) =>
          `${each}=${this.#encoded(chance.is(0.5) ? illValue(chance) : plausibleValue(each, chance, this.#cast))}`,
      );
    const body = route.method === "GET" ? "" : operatorBody(route, chance, this.#cast);
    const target = pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
    const request = this.#written(route.method, target, body, {
      Authorization: authorization,
      "Content-Type": chance.pick(CONTENT_TYPES),
    });
    return { ...request, mustBeRefused: !isRight, asOperator: isRight };
  }

  /** The bytes: Latin-1, one byte a character. */
  #written(
    method: string,
    target: string,
    body: string,
    headers: Readonly<Record<string, string | null>>,
  ): Omit<HostileRequest, "mustBeRefused" | "asOperator"> {
    const chance = this.#chance;
    const lines = Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
    if (chance.is(0.1)) lines.push(chance.pick(STRANGE_HEADERS));
    // Megabytes are slow, and all of them are refused by the same rule.
    const isHuge = chance.is(0.001);
    const text = isHuge ? body + "&".repeat(MEGABYTE) : body;
    if (text !== "" || method === "POST" || method === "PUT") lines.push(`Content-Length: ${text.length}`);
    const head = `${method} ${target} HTTP/1.1\r\nHost: exchange\r\n${lines.join("\r\n")}\r\n\r\n`;
    return {
      bytes: Buffer.from(head + text, "latin1"),
      isHead: method === "HEAD",
      isPage: PAGES.has(target.split("?", 1)[0] ?? ""),
      mayBeCutOff: isHuge || !isWellFormed(head),
      isOfHttpAlone: isHuge || !isWellFormed(head) || !METHODS.includes(method) || HTTP_ALONE.test(head),
    };
  }
}

/** Whether a request line and headers are HTTP at all: a server answers the rest once, and hangs up. */
function isWellFormed(head: string): boolean {
  const [line = "", ...headers] = head.slice(0, -4).split("\r\n");
  const isLine = /^[A-Z-]+ [\x21-\x7e\x80-\xff]+ HTTP\/1\.1$/.test(line);
  return (
    isLine && head.length < 16_000 && headers.every((header) => /^[A-Za-z-]+: ?[\x20-\x7e\x80-\xff\t]*$/.test(header))
  );
}
