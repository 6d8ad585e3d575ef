/**
 * Bodies for the operator's API: JSON that is wrong in every way, for things that only Mallory would miss. What is right here
 * is done, with the right token; so nothing names Alice, and no limit of the whole exchange becomes one that she could feel.
 */
import type { Route } from "../../../engine/api/routes.ts";
import type { Cast } from "./cast.ts";
import type { Chance } from "./chance.ts";
import { illValue } from "./ill-values.ts";

/** What a handler reads, by its name; a field is given or not. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  addInstrument: [
    "symbol,base,quote,tickSize,stepSize,minNotional,maxNotional,minPrice,maxPrice,minQty,maxQty".split(","),
    "marketMaxQty,maxNumOrders,makerFee,takerFee,baseDecimals,quoteDecimals".split(","),
  ].flat(),
  openAccount: ["name"],
  setAccount: ["canTrade", "canWithdraw"],
  addKey: ["account", "permissions", "kind", "publicKey", "label", "ipAllowList", "expires"],
  setKey: ["permissions", "label", "ipAllowList", "expires", "disabled"],
  setFees: ["symbol", "makerFee", "takerFee"],
  setRules: [
    "symbol,avgPriceMins,percentPrice,maxPosition,maxNumAlgoOrders,maxNumIcebergOrders".split(","),
    "icebergParts,maxNumOrderLists,maxNumOrderAmends,trailingDelta".split(","),
  ].flat(),
  setLimits: ["ordersPer10s", "ordersPerDay", "ordersMax", "algoOrdersMax", "icebergOrdersMax", "orderListsMax"],
  deposit: ["account", "asset", "amount", "reference"],
  halt: ["symbol", "status"],
  cancelAll: ["account", "symbol"],
  decideWithdrawal: ["action", "reason", "txId"],
  doAudit: ["unfreeze"],
};
/** Of the whole exchange: a number that would bind is nobody's to send. */
const HARMLESS_COUNTS = ["0", "2147483647", "2147483648", "-1", "1e400", "1.5", '"5"', "null"];

/** The last segment of a path that names something. */
export function operatorName(route: Route, chance: Chance, cast: Cast, isRight: boolean): string {
  const junk = chance.pick([
    "__proto__",
    "constructor",
    "%zz",
    "%00",
    "%2e%2e",
    "-1",
    "1e3",
    "99999999999",
    "4294967296",
    chance.alphanumerics(40),
    encodeURIComponent(illValue(chance).slice(0, 100)),
  ]);
  if (!isRight && chance.is(0.5)) return chance.pick([cast.known.apiKey, String(cast.known.account)]);
  if (chance.is(0.4)) return junk;
  if (route.path.includes("/accounts/")) return String(cast.malloryCredentials.account);
  if (route.path.includes("/keys/")) return cast.malloryDisposable.apiKey;
  return route.path.includes("/halts/") ? cast.playground.symbol : junk;
}

export function operatorBody(route: Route, chance: Chance, cast: Cast): string {
  const fields = FIELDS[route.handler] ?? ["symbol"];
  const pairs = fields
    .filter(() => chance.is(0.85))
    .map(
      (field) =>
        `${JSON.stringify(field)}:${chance.is(0.25) ? illJson(route, chance) : plausibleJson(field, route, chance, cast)}`,
    );
  if (chance.is(0.1))
    pairs.push(chance.pick(['"__proto__":{"symbol":"X"}', '"constructor":1', '"nonsense":1', pairs[0] ?? '"a":1']));
  const body = `{${pairs.join(",")}}`;
  return chance.weighted([
    [20, body],
    [1, ""],
    [1, "null"],
    [1, "[]"],
    [1, `[${body}]`],
    [1, body.slice(0, chance.int(body.length))],
    [1, `\u00ef\u00bb\u00bf${body}`],
    [1, `${body}${body}`],
    [1, "[".repeat(8_000)],
    [1, `{"a":`.repeat(2_000)],
    [1, chance.bytes(50)],
    [1, JSON.stringify(illValue(chance))],
  ]);
}

function illJson(route: Route, chance: Chance): string {
  if (route.handler === "setLimits") return chance.pick(HARMLESS_COUNTS);
  return chance.weighted([
    [3, JSON.stringify(illValue(chance))],
    [
      1,
      chance.pick([
        "null",
        "true",
        "[]",
        "{}",
        "[[[[]]]]",
        "0",
        "-1",
        "-0",
        "1.5",
        "1e400",
        "9007199254740993",
        '"\\u0000"',
        '"\\ud800"',
      ]),
    ],
  ]);
}

function plausibleJson(field: string, route: Route, chance: Chance, cast: Cast): string {
  if (route.handler === "setLimits") return chance.pick(HARMLESS_COUNTS);
  const text = (value: string): string => JSON.stringify(value);
  switch (field) {
    case "symbol":
      return text(route.handler === "addInstrument" ? chance.pick(["__PROTO__", "A", "0"]) : cast.playground.symbol);
    case "account":
      return String(chance.is(0.8) ? cast.malloryCredentials.account : chance.pick([0, 4_294_967_296, 999_999]));
    case "base":
    case "quote":
    case "asset":
      return text(chance.pick([cast.playground.base, cast.playground.quote]));
    case "name":
    case "label":
    case "reason":
    case "txId":
      return text(cast.malloryMark);
    case "reference":
      return text(`${cast.malloryMark}-${chance.int(20)}`);
    case "permissions":
      return chance.pick(['["read"]', '["read","read"]', '["root"]', "[]"]);
    case "kind":
      return text(chance.pick(["hmac_sha256", "ed25519", "rsa_sha256", "none"]));
    case "publicKey":
      return text(
        chance.pick(["", "-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY----- AAAA -----END PUBLIC KEY-----"]),
      );
    case "ipAllowList":
      return chance.pick(["[]", '["0.0.0.0/0"]', '["10.0.0.0/33"]', '["::/129"]', '["1.2.3"]']);
    case "expires":
      return chance.pick(["null", "1", String(Date.now() + 3_600_000), "9007199254740993"]);
    case "disabled":
    case "canTrade":
    case "canWithdraw":
    case "unfreeze":
      return chance.pick(["true", "false"]);
    case "status":
      return text(chance.pick(["trading", "halt", "cancel_only", "halted", "TRADING"]));
    case "action":
      return text(chance.pick(["approve", "refuse", "paid", "burn"]));
    case "percentPrice":
      return chance.pick(["null", '{"bidUp":"5","bidDown":"0.2","askUp":"5","askDown":"0.2"}', '{"bidUp":"5"}']);
    case "trailingDelta":
      return chance.pick(["null", '{"aboveMin":1,"aboveMax":2000,"belowMin":1,"belowMax":2000}', "5"]);
    default:
      return chance.pick([
        "0",
        "1",
        "100",
        text("0.01"),
        text("0.001"),
        text("5"),
        text("1000000"),
        text("1e3"),
        "2147483648",
      ]);
  }
}
