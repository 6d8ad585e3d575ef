/**
 * One request that is a call of the REST API: parameters, sender, handler, in the order of trading-api.md §1.3. Rejects with
 * whatever the parts throw (calls/outcome.ts says what it means).
 */
import { authenticate, authenticateKey, authenticateSession, type Sender } from "../../api/authenticate.ts";
import type { CallHandler, SignedCall } from "../../api/calls/call.ts";
import { keyRingOf, withYoungInstruments } from "../../api/calls/outcome.ts";
import { needsCatalog, parametersOf, permissionFor } from "../../api/calls/route-needs.ts";
import { parameterMissing } from "../../api/refusal.ts";
import type { Route } from "../../api/routes.ts";
import type { TimeUnit } from "../../api/time-unit.ts";
import type { KeyPermission } from "../../domain/operator.ts";
import type { OrderCounts } from "../../protocol/views.ts";
import type { ApiServerDeps } from "./api-deps.ts";
import { type ApiRequest, signedForms } from "./api-request.ts";

/** Where a request came from. */
export interface Origin {
  readonly unit: TimeUnit;
  readonly remoteAddress: string;
  /** Of the key that has logged on; null: every request shows its own. */
  readonly loggedOn: string | null;
}

export async function answerCall(
  request: ApiRequest,
  route: Route,
  handler: CallHandler<SignedCall>,
  origin: Origin,
  deps: ApiServerDeps,
  noteOrderCounts: (counts: OrderCounts) => void,
): Promise<object> {
  const isSigned = route.security !== "NONE";
  const parameters = parametersOf(route, request.params);
  const call = { parameters, unit: origin.unit, nowUs: deps.nowUs(), deps, noteAsOf: () => {} };
  return withYoungInstruments(deps, async () => {
    if (!isSigned) {
      if (needsCatalog(route)) await deps.prepare?.();
      // A handler of an unsigned call never looks at the sender.
      return handler(call as unknown as SignedCall);
    }
    const sender =
      route.security === "USER_STREAM"
        ? await keyHolderOf(request, origin, deps)
        : await senderOf(request, permissionFor(route.security), origin, deps);
    return handler({ ...call, noteOrderCounts, sender });
  });
}

/** Whoever shows a key, unsigned, else whoever has logged on. Rejects with Refusal. */
async function keyHolderOf(
  request: ApiRequest,
  { loggedOn, remoteAddress }: Origin,
  deps: ApiServerDeps,
): Promise<Sender> {
  const apiKey = request.params.get("apiKey") || loggedOn;
  if (apiKey === null) throw parameterMissing("apiKey");
  await deps.prepare?.(apiKey);
  return authenticateKey({ apiKey, remoteAddress }, deps, deps.nowUs());
}

/** Who asks: whoever signed the request, else whoever has logged on. Rejects with Refusal. */
export async function senderOf(
  request: ApiRequest,
  permission: KeyPermission,
  { loggedOn, remoteAddress }: Origin,
  deps: ApiServerDeps,
): Promise<Sender> {
  const text = (name: string): string => request.params.get(name) ?? "";
  const apiKey = text("apiKey");
  const signature = text("signature");
  const shown = { remoteAddress, timestamp: text("timestamp"), recvWindow: text("recvWindow") };
  if (loggedOn !== null && apiKey === "" && signature === "") {
    await deps.prepare?.(loggedOn);
    return authenticateSession({ ...shown, apiKey: loggedOn }, permission, deps, deps.nowUs());
  }
  if (apiKey === "") throw parameterMissing("apiKey");
  await deps.prepare?.(apiKey);
  const { raw, encoded } = signedForms(request.params);
  const presented = { ...shown, apiKey, signedPayload: raw, alsoSigned: encoded, signature };
  return authenticate(presented, permission, keyRingOf(deps), deps.nowUs());
}
