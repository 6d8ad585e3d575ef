/**
 * Values of parameters: what each would plausibly be, so that a request gets deep, and what none should be.
 *
 * Values are Latin-1 text, one character a byte; how they are written into a request is the request's matter.
 */
import type { Cast } from "./cast.ts";
import type { Chance } from "./chance.ts";

const HUGE_LENGTHS = [300, 4_000, 12_000];

const ILL = [
  ..."0,-1,-0,+1,1.,.5,00,1e3,1E400,-1e-9,0x10,0b1,1_000,1 000,NaN,Infinity,-Infinity".split(","),
  "9007199254740991",
  "9007199254740992",
  "9007199254740993",
  "18446744073709551616",
  "99999999999999999999",
  "123456789012345678901",
  "92233720368.54775808",
  "0.00000000",
  "0.000000001",
  "0.123456789012345678901",
  "true",
  "null",
  "undefined",
  "[]",
  "{}",
  "[[]]",
  '["BTCUSDT"',
  '["BTCUSDT",]',
  '{"$gt":0}',
  "[1,2,3]",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "../../etc/passwd",
  "' OR 1=1 --",
  "$" + "{7*7}",
  "<script>",
  "%s%s%n",
  "\0",
  "a\0b",
  "\r\nX: y",
  "\t",
  " ",
  "\u007f",
  // UTF-8 of a letter, an emoji, fullwidth digits; then what is no UTF-8.
  "\u00c3\u00a9",
  "\u00f0\u009f\u0098\u0080",
  "\u00ef\u00bc\u0091\u00ef\u00bc\u0092",
  "\u00ff\u00fe",
  "\u00c0\u0080",
  "\u00ed\u00a0\u0080",
] as const;

const ORDER_TYPES =
  "LIMIT,MARKET,LIMIT_MAKER,STOP_LOSS,STOP_LOSS_LIMIT,TAKE_PROFIT,TAKE_PROFIT_LIMIT,limit,ICEBERG".split(",");
const INTERVALS = "1s,1m,3m,5m,1h,1d,3d,1w,1M,1y,2m,0m".split(",");
const STP = "NONE,EXPIRE_MAKER,EXPIRE_TAKER,EXPIRE_BOTH,DECREMENT,TRANSFER,none".split(",");

export function illValue(chance: Chance): string {
  if (chance.is(0.06)) return chance.pick(["A", "9", "%", "\u00ff", "["]).repeat(chance.pick(HUGE_LENGTHS));
  if (chance.is(0.15)) return chance.bytes(1 + chance.int(30));
  return chance.pick(ILL);
}

/** Rules in order: the first whose pattern fits the parameter's name. */
type Rule = readonly [name: RegExp, value: (chance: Chance, cast: Cast) => string | number];

/** Nearer than any that Alice and Bob trade at, so that Mallory's orders meet on the playground. */
const price = (chance: Chance): string => `${90 + chance.int(20)}.${10 + chance.int(90)}`;
const anId = (chance: Chance, { known }: Cast): number =>
  chance.is(0.5) ? chance.pick(known.numbers) : chance.int(3_000);
const aClientOrderId = (chance: Chance, { known, malloryMark }: Cast): string =>
  chance.is(0.3) ? chance.pick(known.clientOrderIds) : `${malloryMark.slice(0, 28)}-${chance.int(500)}`;

const RULES: readonly Rule[] = [
  [/^symbol$/, (chance, cast) => (chance.is(0.75) ? cast.playground.symbol : cast.calm.symbol)],
  [/^symbols$/, (chance, cast) => JSON.stringify(chance.pick([[cast.calm.symbol], [cast.playground.symbol], []]))],
  [/^(coin|asset)$/, (chance, cast) => chance.pick([cast.playground.base, cast.playground.quote, cast.hoard])],
  [/^symbolStatus$/, (chance) => chance.pick(["TRADING", "HALT", "BREAK"])],
  [/^(s|.*S)ide$/, (chance) => chance.pick(["BUY", "SELL"])],
  [/^strategyType$|StrategyType$/, (chance) => chance.pick([1_000_000, 999_999, 2_000_000])],
  [/^strategyId$|StrategyId$/, (chance) => chance.int(1_000)],
  [/^newOrderRespType$/, (chance) => chance.pick(["ACK", "RESULT", "FULL"])],
  [/^(t|.*T)ype$/, (chance) => chance.pick(ORDER_TYPES)],
  [/TimeInForce$|^timeInForce$/, (chance) => chance.pick(["GTC", "IOC", "FOK"])],
  [/^(limit|stop).*ClientOrderId$/, aClientOrderId],
  [/^listClientOrderId$/, (chance, cast) => chance.pick([cast.known.listClientOrderId, aClientOrderId(chance, cast)])],
  [/^origClientOrderId$/, (chance, cast) => chance.pick([cast.known.listClientOrderId, aClientOrderId(chance, cast)])],
  [/ClientOrderId$|OrigClientOrderId$/, aClientOrderId],
  [/^withdrawOrderId$/, (chance, cast) => chance.pick([cast.known.withdrawOrderId, aClientOrderId(chance, cast)])],
  [/^idList$/, (_, cast) => cast.known.withdrawalId],
  [/^txId$/, (chance) => chance.alphanumerics(20)],
  [/^limit$/, (chance) => chance.pick([1, 5, 100, 1_000, 5_000])],
  [/IcebergQty$|^icebergQty$/, () => "0.1"],
  [/(q|Q)uantity$|^newQty$|^quoteOrderQty$/, (chance) => chance.pick(["1", "0.5", "0.25", "20"])],
  [/TrailingDelta$|^trailingDelta$/, (chance) => 10 + chance.int(2_000)],
  [/(p|P)rice$/, price],
  [/^(start|end)Time$/, (chance) => Date.now() - chance.int(100_000_000)],
  [/^(fromId|orderId|orderListId|cancelOrderId|.*Id)$/, anId],
  [/^interval$/, (chance) => chance.pick(INTERVALS)],
  [/^timeZone$/, (chance) => chance.pick(["0", "+08:00", "-12:00", "14", "15"])],
  [/^windowSize$/, (chance) => chance.pick(["1m", "59m", "23h", "7d", "8d"])],
  [/^selfTradePreventionMode$/, (chance) => chance.pick(STP)],
  [/^cancelReplaceMode$/, (chance) => chance.pick(["STOP_ON_FAILURE", "ALLOW_FAILURE"])],
  [/^cancelRestrictions$/, (chance) => chance.pick(["ONLY_NEW", "ONLY_PARTIALLY_FILLED"])],
  [/^orderRateLimitExceededMode$/, (chance) => chance.pick(["DO_NOTHING", "CANCEL_ONLY"])],
  [/^permissions$/, (chance) => chance.pick(['["read"]', "SPOT", '["read","trade"]', '["root"]'])],
  [/^listenKey$/, (chance, cast) => chance.pick([cast.known.listenKey, chance.alphanumerics(64)])],
  [/^apiKey$/, (chance, cast) => chance.pick([cast.known.apiKey, chance.alphanumerics(64)])],
  [/^amount$/, (chance) => chance.pick(["0.5", "1", "12.5"])],
  [/^(address|addressTag|network|label)$/, (chance, cast) => `${cast.malloryMark}${chance.int(9)}`],
  [/^recvWindow$/, (chance) => chance.pick(["60000", "5000", "59999.999", "10000"])],
  [/^timestamp$/, () => Date.now()],
  [/^(show|omit|compute)/, (chance) => chance.pick(["true", "false"])],
];

export function plausibleValue(name: string, chance: Chance, cast: Cast): string {
  const rule = RULES.find(([pattern]) => pattern.test(name));
  return rule === undefined ? String(chance.int(10)) : String(rule[1](chance, cast));
}
