/**
 * Deposits and withdrawals: signed requests of traders, an operator's with the bearer token, and events, which are a POST to
 * the root, where a broker or a push brings them.
 */

import type { SignedCall } from "../../engine/api/calls/call.ts";
import type { HandlerName } from "../../engine/api/routes.ts";
import { answerSigned, type CallHandlers, guarded } from "../_shared/answer.ts";
import type { Handler, HttpReply, HttpRequest } from "../_shared/http.ts";
import { operatorRequest } from "../_shared/operator-request.ts";
import type { FundingDeps } from "./deps.ts";
import { decideWithdrawal, doAudit, listWithdrawals, type OperatorCall, showAudit } from "./operator-calls.ts";
import { applyWithdrawal, depositAddress, depositHistory, statement, withdrawalHistory } from "./trader-calls.ts";

const OPERATOR_PREFIX = "/ops/";
const PERSON_PREFIX = "/people/";

export const handleFunding: Handler<FundingDeps> = async (request, deps) => {
  if (request.path.startsWith(OPERATOR_PREFIX)) return answerOperator(request, deps);
  if (request.path.startsWith(PERSON_PREFIX)) return answerWithPeople(request, deps);
  if (request.method !== "POST" || request.path !== "/") {
    return answerSigned("funding", signedHandlers(deps), request, deps);
  }
  // With the first event: a function that no event ever reaches does not load what reads them.
  const { takeFundingEvent } = await import("./event-intake.ts");
  return takeFundingEvent(request, deps);
};

/** What reads people is loaded with the first of them. */
async function answerWithPeople(request: HttpRequest, deps: FundingDeps): Promise<HttpReply> {
  const [{ answerPerson }, { PERSON_CALLS }] = await Promise.all([
    import("../_shared/people/person-request.ts"),
    import("./person-calls.ts"),
  ]);
  return answerPerson("funding", PERSON_CALLS, request, deps);
}

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
    const { handler, parameters, name } = operatorRequest("funding", request, deps.operator.token);
    await deps.prepare?.();
    return OPERATOR_HANDLERS[handler]({ deps, parameters, name, rawBody: request.rawBody });
  });
}
