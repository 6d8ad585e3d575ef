/**
 * Deposits and withdrawals: signed requests of traders, an operator's with the bearer token, and events, which are a POST to
 * the root, where a broker or a push brings them.
 */

import type { SignedCall } from "../../engine/api/calls/call.ts";
import { Parameters, receiveParameters } from "../../engine/api/parameters.ts";
import { bodyTooLarge, notAuthorized } from "../../engine/api/refusal.ts";
import type { HandlerName } from "../../engine/api/routes.ts";
import { answerSigned, type CallHandlers, guarded, routed } from "../_shared/answer.ts";
import { BODY_BYTES_MAX, type Handler, type HttpReply, type HttpRequest, headerOf } from "../_shared/http.ts";
import { operatorTokenMatches } from "../_shared/operator-token.ts";
import type { FundingDeps } from "./deps.ts";
import { decideWithdrawal, doAudit, listWithdrawals, type OperatorCall, showAudit } from "./operator-calls.ts";
import { applyWithdrawal, depositAddress, depositHistory, statement, withdrawalHistory } from "./trader-calls.ts";

const OPERATOR_PREFIX = "/ops/";

export const handleFunding: Handler<FundingDeps> = async (request, deps) => {
  if (request.path.startsWith(OPERATOR_PREFIX)) return answerOperator(request, deps);
  if (request.method !== "POST" || request.path !== "/") {
    return answerSigned("funding", signedHandlers(deps), request, deps);
  }
  // With the first event: a function that no event ever reaches does not load what reads them.
  const { takeFundingEvent } = await import("./event-intake.ts");
  return takeFundingEvent(request, deps);
};

function signedHandlers(deps: FundingDeps): CallHandlers<"funding", SignedCall> {
  return {
    applyWithdrawal: (call) => applyWithdrawal({ call, deps }),
    withdrawalHistory: (call) => withdrawalHistory({ call, deps }),
    depositHistory: (call) => depositHistory({ call, deps }),
    depositAddress,
    statement: (call) => statement({ call, deps }),
  };
}

const OPERATOR_HANDLERS: Readonly<Record<HandlerName<"funding", "OPERATOR">, (call: OperatorCall) => Promise<object>>> =
  { listWithdrawals, decideWithdrawal, showAudit, doAudit };

function answerOperator(request: HttpRequest, deps: FundingDeps): Promise<HttpReply> {
  return guarded("funding", deps, async () => {
    if (request.rawBody.length > BODY_BYTES_MAX) throw bodyTooLarge();
    // The token comes before the path: without it nothing is told.
    if (!operatorTokenMatches(headerOf(request.headers, "authorization"), deps.operator.token)) throw notAuthorized();
    const { route, name } = routed("funding", request);
    const { values } = receiveParameters(request.rawQuery, "", true);
    const parameters = new Parameters(values, route.mandatory, route.optional, []);
    await deps.prepare?.();
    const handler = OPERATOR_HANDLERS[route.handler as keyof typeof OPERATOR_HANDLERS];
    return handler({ deps, parameters, name: nameOf(name), rawBody: request.rawBody });
  });
}

function nameOf(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // An ill-formed segment names nothing that exists; the handler answers so.
    return segment;
  }
}
