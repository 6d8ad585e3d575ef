/**
 * Deposits and the fate of withdrawals by CloudEvent (engine/protocol/funding-events.ts).
 *
 * May be called twice, late and out of order: the engine keeps references for ever, so a copy has no second effect and is
 * answered as the first. 204: it is so, or was already. 400: no event of ours, and never will be. 401, 403: not proven.
 * 409: it contradicts what has happened; it becomes a dead letter, for an operator. 503: nothing can be said now.
 */
import { operationalCode } from "../../engine/bus/engine-client.ts";
import type { ReceivedEvent } from "../../engine/protocol/cloud-event-in.ts";
import { parseAtoms } from "../../engine/protocol/decimal.ts";
import {
  DEPOSIT_CONFIRMED_TYPE,
  FUNDING_EVENT_BYTES_MAX,
  type FundingEvent,
  readFundingEvent,
  WITHDRAWAL_FAILED_TYPE,
  WITHDRAWAL_PAID_TYPE,
} from "../../engine/protocol/funding-events.ts";
import { reply } from "../_shared/answer.ts";
import { admitEvent } from "../_shared/cloud-events.ts";
import { BODY_BYTES_MAX, type HttpReply, type HttpRequest } from "../_shared/http.ts";
import { withTraceparent } from "../_shared/traceparent.ts";
import type { FundingDeps } from "./deps.ts";
import { knownAsset } from "./known-asset.ts";
import { COMMAND_DEADLINE_US, type PayoutOutcome, release, settle } from "./withdrawals.ts";

const LIMITS = { bodyBytesMax: BODY_BYTES_MAX, dataBytesMax: FUNDING_EVENT_BYTES_MAX };
const CODE_OF = { 400: -1130, 401: -1002, 403: -1002, 409: -1130, 503: -1008 } as const;

const TAKEN: HttpReply = { status: 204, headers: {}, body: "" };

function refusedEvent(status: keyof typeof CODE_OF, reason: string): HttpReply {
  return reply(status, { code: CODE_OF[status], msg: reason });
}

/** Never rejects. */
export async function takeFundingEvent(request: HttpRequest, deps: FundingDeps): Promise<HttpReply> {
  const admission = await admitEvent(request, LIMITS, deps.eventGate ?? { from: "broker" });
  if (admission.outcome === "refused") return refusedEvent(admission.status, admission.reason);
  const { event } = admission;
  return withTraceparent(event.traceparent, () => answerTo(event, deps));
}

async function answerTo(received: ReceivedEvent, deps: FundingDeps): Promise<HttpReply> {
  let event: FundingEvent;
  try {
    event = readFundingEvent(received.type, received.data);
  } catch (error) {
    // The bytes will not be better next time.
    return refusedEvent(400, error instanceof Error ? error.message : String(error));
  }
  try {
    await deps.prepare?.();
    return await effectOf(event, deps);
  } catch (error) {
    if (operationalCode(error) === null) deps.reportFault({ at: "funding", error });
    return refusedEvent(503, "Nothing certain can be said yet.");
  }
}

function effectOf(event: FundingEvent, deps: FundingDeps): HttpReply | Promise<HttpReply> {
  switch (event.type) {
    case DEPOSIT_CONFIRMED_TYPE:
      return credit(event.data, deps);
    case WITHDRAWAL_PAID_TYPE:
      return settle(deps, event.data.reference, event.data.txId).then(answered);
    case WITHDRAWAL_FAILED_TYPE:
      return release(deps, event.data.reference, event.data.reason, ["requested", "approved"]).then(answered);
  }
}

type ConfirmedDeposit = Extract<FundingEvent, { readonly type: typeof DEPOSIT_CONFIRMED_TYPE }>["data"];

async function credit(confirmed: ConfirmedDeposit, deps: FundingDeps): Promise<HttpReply> {
  const { account, reference } = confirmed;
  const asset = await knownAsset(deps, confirmed.asset);
  if (asset === undefined) return refusedEvent(400, "asset_not_found");
  const parsed = parseAtoms(asset.decimals, confirmed.amount);
  if (parsed.outcome !== "ok") return refusedEvent(400, "the amount is too precise");
  const { atoms } = parsed;
  const command = { type: "deposit", account, asset: asset.name, atoms, reference } as const;
  const answer = await deps.engine.submitOperator(command, deps.nowUs() + COMMAND_DEADLINE_US);
  if (answer.outcome !== "rejected") {
    deps.log({ at: "funding", outcome: "deposit_credited", reference, seq: answer.seq });
    return TAKEN;
  }
  if (answer.reason === "reference_used") return answerToCopy({ account, asset: asset.id, atoms, reference }, deps);
  return answered({ outcome: "refused", why: answer.reason });
}

interface Credited {
  readonly account: number;
  readonly asset: number;
  readonly atoms: bigint;
  readonly reference: string;
}

/**
 * The same deposit again is answered as the first; another one under its reference is nobody's to decide here. Which of the
 * two it is, history says, and until it can the sender asks again: a deposit that is not credited is never acknowledged.
 */
async function answerToCopy(copy: Credited, deps: FundingDeps): Promise<HttpReply> {
  const asked = { kinds: ["deposited"], reference: copy.reference, limit: 1 } as const;
  const [first] = await deps.history.fundsMoved(null, asked);
  if (first === undefined) return refusedEvent(503, "reference_used: history does not tell yet by whom");
  const isSame = first.account === copy.account && first.asset === copy.asset && first.atoms === copy.atoms;
  deps.log({ at: "funding", outcome: isSame ? "deposit_known" : "deposit_contradicts", reference: copy.reference });
  return isSame ? TAKEN : refusedEvent(409, "reference_used: it was credited with another account, asset or amount");
}

function answered(outcome: PayoutOutcome): HttpReply {
  if (outcome.outcome === "done") return TAKEN;
  switch (outcome.why) {
    // These pass: time goes on, an operator lifts the freeze.
    case "deadline_passed":
    case "deadline_too_far":
    case "withdrawals_frozen":
      return refusedEvent(503, outcome.why);
    case "withdrawal_not_held":
    case "approved_already":
    case "refused_already":
      return refusedEvent(409, outcome.why);
    default:
      return refusedEvent(400, outcome.why);
  }
}
