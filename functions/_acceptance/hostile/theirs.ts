/**
 * Other people's ids on every route and method that takes one: Mallory signs rightly, and asks for what is Alice's. Nothing of hers
 * may be told, and nothing that would change it may succeed. Not by chance: each id in each parameter, once.
 */
import { ROUTES, type Route } from "../../../engine/api/routes.ts";
import { METHOD_NAMES, methodNamed } from "../../../engine/stream/ws-api/methods.ts";
import { ApiSocket } from "../api-socket.ts";
import type { Parameters } from "../trader.ts";
import type { Cast, KnownOfAlice } from "./cast.ts";
import { Chance } from "./chance.ts";
import { type Finding, finding } from "./finding.ts";
import { plausibleValue } from "./ill-values.ts";
import type { Judge } from "./verdict.ts";

const NAMES_A_THING = /(^|[a-z])(Id|IdList|Key)$|^(listenKey|idList|txId|orderId|fromId)$/;
/** Answers 200 whatever it is told, and does nothing. */
const DRY_RUN = /^\/api\/v3\/(sor\/)?order\/test$/;

interface Asked {
  readonly route: Route;
  readonly parameters: Parameters;
}

function* everyAsked(cast: Cast): Generator<Asked> {
  const chance = new Chance(0);
  for (const route of ROUTES) {
    // What people ask for is asked with a session: functions/_shared/people has its own eavesdroppers.
    if (["OPERATOR", "NONE", "PERSON"].includes(route.security)) continue;
    const plain = (name: string): string | number => {
      if (name === "symbol") return cast.calm.symbol;
      return name === "coin" || name === "asset" ? cast.hoard : plausibleValue(name, chance, cast);
    };
    const mandatory = Object.fromEntries(route.mandatory.map((name) => [name, plain(name)]));
    // What needs no id tells what is the asker's own.
    if (route.method === "GET") yield { route, parameters: mandatory };
    for (const name of [...route.mandatory, ...route.optional].filter((each) => NAMES_A_THING.test(each))) {
      for (const id of idsFor(name, cast.known)) yield { route, parameters: { ...mandatory, [name]: id } };
    }
  }
}

function idsFor(name: string, known: KnownOfAlice): readonly (string | number)[] {
  if (name === "listenKey") return [known.listenKey];
  if (name === "apiKey") return [known.apiKey];
  if (name === "idList" || name === "txId") return [known.withdrawalId];
  if (name === "withdrawOrderId") return [known.withdrawOrderId];
  if (/ClientOrderId$|OrigClientOrderId$/i.test(name)) return [...known.clientOrderIds, known.listClientOrderId];
  return known.numbers;
}

/** @returns what was told or done; and how many were asked. */
export async function askForTheirs(
  cast: Cast,
  judge: Judge,
): Promise<{ readonly asked: number; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const { mallory, malloryCredentials, target } = cast;
  const socket = await ApiSocket.open(target.http.origin);
  const methods = METHOD_NAMES.flatMap((name) => {
    const method = methodNamed(name);
    return method?.kind === "call" ? [[method.route.handler, name] as const] : [];
  });
  const methodOf = new Map(methods);
  let asked = 0;
  for (const { route, parameters } of everyAsked(cast)) {
    const isSigned = route.security !== "USER_STREAM";
    const { apiKey } = malloryCredentials;
    const query = new URLSearchParams(parameters as Record<string, string>);
    const answer = isSigned
      ? await mallory.call(route.method, route.path, parameters)
      : await target.http.send(route.method, `${route.path}?${query}`, { "x-mbx-apikey": apiKey });
    const method = methodOf.get(route.handler);
    const signed = isSigned ? mallory.signedParams(parameters) : { ...parameters, apiKey };
    const told = method === undefined ? null : await socket.call(method, signed);
    asked += told === null ? 1 : 2;
    for (const said of [answer, told]) {
      if (said === null) continue;
      const leak = judge.ofText(JSON.stringify(said));
      const isDone = said.status === 200 && route.method !== "GET" && !DRY_RUN.test(route.path);
      const fault = isDone ? "done to what is another's" : leak;
      if (fault !== "")
        findings.push(finding(fault, `${route.method} ${route.path} ${JSON.stringify(parameters)}`, said));
    }
  }
  socket.close();
  return { asked, findings };
}
