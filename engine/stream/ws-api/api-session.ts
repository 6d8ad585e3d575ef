/**
 * One socket of the WebSocket API: who has logged on, which user data streams it has, and its requests, a bounded number of
 * them at once.
 *
 * Answers leave in the order in which they are ready. Events of a subscription leave after its own answer, in their order.
 */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { authenticate, knownKey } from "../../api/authenticate.ts";
import { keyRingOf, refusalFor } from "../../api/calls/outcome.ts";
import { isUsable } from "../../api/key-use.ts";
import { LimitRefusal, limitErrorData, orderRetryAfterS, type RateLimitShape } from "../../api/limits/limit-shapes.ts";
import { DEFAULT_PRICE, type Price } from "../../api/limits/prices.ts";
import {
  apiKeyInvalid,
  notAuthorized,
  overloaded,
  parameterMissing,
  Refusal,
  TooManyOrders,
} from "../../api/refusal.ts";
import { keyKindUnsupported, methodUnknown } from "../../api/session-refusals.ts";
import { moment, type TimeUnit } from "../../api/time-unit.ts";
import type { OrderCounts } from "../../protocol/views.ts";
import {
  CLOSE_GOING_AWAY,
  CLOSE_POLICY,
  CLOSE_SERVICE_RESTART,
  ClientSocket,
  type ClientSocketDeps,
  type EndReason,
} from "../client-socket.ts";
import type { ClientQueue } from "../delivery.ts";
import type { IdText } from "../request-json.ts";
import type { ApiCounts } from "./api-counts.ts";
import type { ApiServerDeps } from "./api-deps.ts";
import type { ApiLimits } from "./api-limits.ts";
import { type ApiRequest, parseApiRequest, signedForms } from "./api-request.ts";
import { errorText, resultText } from "./api-response.ts";
import { answerCall, type Origin, senderOf } from "./call-answer.ts";
import { methodNamed, type SessionMethod } from "./methods.ts";
import { RequestToll } from "./request-toll.ts";
import { UserSubscriptions } from "./user-subscriptions.ts";

/** What the URL and the connection say. */
export interface ApiOpening {
  readonly unit: TimeUnit;
  readonly returnRateLimits: boolean;
  /** engine/api/client-address.ts; "": nobody can say. */
  readonly address: string;
}

export interface ApiSessionDeps {
  readonly api: ApiServerDeps;
  readonly limits: ApiLimits;
  readonly socket: ClientSocketDeps;
  readonly counts: ApiCounts;
  readonly onEnded: (session: ApiSession, reason: EndReason) => void;
}

const HTTP_BANNED = 418;
const BANNED = "address is banned";
const NO_PARAMS: ReadonlyMap<string, string> = new Map();

interface LoggedOn {
  readonly apiKey: string;
  readonly account: number;
  readonly keyId: number;
  readonly sinceUs: number;
}

/** A result, and what is to happen behind it. */
interface Answered {
  readonly result: object;
  readonly afterwards?: () => void;
}

export class ApiSession {
  readonly address: string;
  readonly subscriptions: UserSubscriptions;
  readonly #socket: ClientSocket;
  readonly #deps: ApiSessionDeps;
  readonly #opening: ApiOpening;
  readonly #openedUs: number;
  #loggedOn: LoggedOn | null = null;
  #running = 0;
  readonly #waiting: string[] = [];
  #left = false;
  #going = false;

  constructor(ws: WebSocket, socket: Duplex, opening: ApiOpening, deps: ApiSessionDeps) {
    this.#deps = deps;
    this.address = opening.address;
    this.#opening = opening;
    this.#openedUs = deps.api.nowUs();
    this.#socket = new ClientSocket(ws, socket, deps.socket, {
      message: (text) => this.#onMessage(text),
      leaving: () => this.#leave(),
      closed: (reason) => deps.onEnded(this, reason),
    });
    this.subscriptions = new UserSubscriptions({
      userData: deps.api.userData,
      limits: deps.limits,
      unit: opening.unit,
      send: (text) => this.#socket.send(text),
      lost: () => this.#socket.end("resync", CLOSE_SERVICE_RESTART, "events were lost: connect again"),
      sent: () => deps.counts.eventSent(),
      nowUs: deps.api.nowUs,
    });
  }

  get queue(): ClientQueue {
    return this.#socket.queue;
  }

  bufferedBytes(): number {
    return this.#socket.bufferedBytes();
  }

  checkTime(nowMs: number): void {
    this.#socket.checkTime(nowMs);
    this.subscriptions.checkTime(this.#deps.api.nowUs());
  }

  /**
   * Says that the server is going (trading-api.md §1.15), takes no request any more, and closes once those under way are
   * answered: each has its deadline.
   */
  shutDown(nowUs: number): void {
    if (this.#going) return;
    this.#going = true;
    this.#socket.send(`{"event":{"e":"serverShutdown","E":${moment(this.#opening.unit, nowUs)}}}`);
    this.#goIfIdle();
  }

  #goIfIdle(): void {
    if (this.#going && this.#running === 0) this.#socket.farewell("shutdown", CLOSE_GOING_AWAY, "server shutdown");
  }

  /** Its address is banned. */
  ban(): void {
    this.#socket.end("banned", CLOSE_POLICY, BANNED);
  }

  get #origin(): Origin {
    return { unit: this.#opening.unit, remoteAddress: this.address, loggedOn: this.#loggedOn?.apiKey ?? null };
  }

  #onMessage(text: string): void {
    if (this.#running < this.#deps.limits.requestsRunningMax) {
      void this.#run(text);
      return;
    }
    // What one read of the socket held is here already; nothing more is read.
    this.#waiting.push(text);
    this.#socket.pause();
  }

  async #run(text: string): Promise<void> {
    this.#running += 1;
    await this.#answer(text);
    this.#running -= 1;
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#socket.resume();
      this.#goIfIdle();
    } else if (!this.#left) void this.#run(next);
  }

  /** Never rejects: whatever goes wrong is an answer. */
  async #answer(text: string): Promise<void> {
    const parsed = parseApiRequest(text);
    const { id } = parsed;
    const toll = new RequestToll(this.#deps.api, this.address);
    const asking = parsed.outcome === "request" ? parsed : null;
    try {
      await toll.pass(asking === null ? DEFAULT_PRICE : priceOfMethod(asking.method), asking?.params ?? NO_PARAMS);
      if (parsed.outcome === "refused") throw parsed.refusal;
      // Nothing of it was sent: another instance will take it.
      if (this.#going) throw overloaded();
      const told = await this.#lostSession();
      if (told !== null) {
        await this.#refuse("null", asking, apiKeyInvalid(), toll);
        told();
        return;
      }
      const { result, afterwards } = await this.#resultOf(parsed, toll);
      this.#deps.counts.answered(parsed.method, 200);
      this.#socket.send(resultText(id, result, this.#limitsShown(asking, toll)));
      afterwards?.();
    } catch (error) {
      const refusal = refusalFor(error);
      if (refusal.status === 500) this.#deps.api.reportFault({ at: "ws-api", error });
      await this.#refuse(id, asking, refusal, toll);
    }
  }

  async #refuse(id: IdText, asking: ApiRequest | null, refusal: Refusal, toll: RequestToll): Promise<void> {
    await toll.refused(refusal);
    this.#deps.counts.answered(asking?.method ?? "", refusal.status);
    const nowMs = Math.floor(this.#deps.api.nowUs() / 1_000);
    const retryAfterS = retryAfterSOf(refusal, nowMs);
    const data = retryAfterS === null ? undefined : limitErrorData(retryAfterS, nowMs);
    const text = errorText(id, refusal, this.#limitsShown(asking, toll), data);
    this.#socket.send(text);
    // Whoever is banned has no socket here (trading-api.md §1.4).
    if (refusal.status === HTTP_BANNED) this.#socket.farewell("banned", CLOSE_POLICY, BANNED);
  }

  /** null: not wanted. */
  #limitsShown(asking: ApiRequest | null, toll: RequestToll): readonly RateLimitShape[] | null {
    const wanted = asking?.params.get("returnRateLimits") ?? String(this.#opening.returnRateLimits);
    return wanted === "false" ? null : toll.shown();
  }

  /** null: whoever has logged on still is. Else nobody is any more. @returns what tells the session's subscription. */
  async #lostSession(): Promise<(() => void) | null> {
    const held = this.#loggedOn;
    if (held === null) return null;
    const { api } = this.#deps;
    try {
      await knownKey(held.apiKey, this.address, api, api.nowUs());
      return null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Another request may have found out first.
      return this.#loggedOn === held ? this.#logOut() : () => {};
    }
  }

  async #resultOf(request: ApiRequest, toll: RequestToll): Promise<Answered> {
    const method = methodNamed(request.method);
    if (method === undefined) throw methodUnknown();
    if (method.kind === "session") return this.#sessionResult(method.method, request);
    const note = (counts: OrderCounts): void => toll.noteOrderCounts(counts);
    return { result: await answerCall(request, method.route, method.handler, this.#origin, this.#deps.api, note) };
  }

  async #sessionResult(method: SessionMethod, request: ApiRequest): Promise<Answered> {
    const { subscriptions } = this;
    switch (method) {
      case "session.logon":
        await this.#logOn(request);
        return { result: this.#status() };
      case "session.status":
        return { result: this.#status() };
      case "session.logout": {
        const afterwards = this.#logOut();
        return { result: this.#status(), afterwards };
      }
      case "session.subscriptions":
        return { result: subscriptions.ids().map((subscriptionId) => ({ subscriptionId })) };
      case "userDataStream.subscribe": {
        const held = this.#loggedOn;
        if (held === null) throw notAuthorized();
        const expiresUs = await this.#expiryOf(held.apiKey);
        // Logged out meanwhile: a subscription that no logout would end must not begin.
        if (this.#loggedOn !== held) throw notAuthorized();
        return this.#subscribed(held.account, held.keyId, "session", expiresUs);
      }
      case "userDataStream.subscribe.signature": {
        const origin = { ...this.#origin, loggedOn: null };
        const { account, keyId } = await senderOf(request, "read", origin, this.#deps.api);
        const expiresUs = await this.#expiryOf(request.params.get("apiKey") ?? "");
        return this.#subscribed(account, keyId, "signature", expiresUs);
      }
      case "userDataStream.unsubscribe":
        return { result: {}, afterwards: subscriptions.remove(subscriptionIdOf(request)) };
    }
  }

  /**
   * What the edge knows of a key may be a second old, and a revocation before the subscription is no event of it: the engine is
   * asked once events come, and what it revokes after that answer is told by them.
   */
  async #subscribed(account: number, keyId: number, by: "session" | "signature", expiresUs: number): Promise<Answered> {
    const { id, open } = await this.subscriptions.add(account, keyId, by, expiresUs);
    try {
      const keys = await this.#deps.api.reads.keys(account);
      const own = keys.find((key) => key.id === keyId);
      if (own === undefined || !isUsable(own, "read", this.#deps.api.nowUs())) throw apiKeyInvalid();
    } catch (error) {
      this.subscriptions.drop(id);
      throw error;
    }
    return { result: { subscriptionId: id }, afterwards: open };
  }

  /** 0: never. */
  async #expiryOf(apiKey: string): Promise<number> {
    return (await this.#deps.api.reads.keyByApiKey(apiKey))?.expiresUs ?? 0;
  }

  async #logOn(request: ApiRequest): Promise<void> {
    const { api } = this.#deps;
    const text = (name: string): string => request.params.get(name) ?? "";
    const apiKey = text("apiKey");
    if (apiKey === "") throw parameterMissing("apiKey");
    await api.prepare?.(apiKey);
    const remoteAddress = this.address;
    const key = await knownKey(apiKey, remoteAddress, api, api.nowUs());
    if (key.kind !== "ed25519") throw keyKindUnsupported(key.kind);
    const { raw, encoded } = signedForms(request.params);
    const presented = {
      apiKey,
      remoteAddress,
      timestamp: text("timestamp"),
      recvWindow: text("recvWindow"),
      signedPayload: raw,
      alsoSigned: encoded,
      signature: text("signature"),
    };
    const { account, keyId } = await authenticate(presented, "read", keyRingOf(api), api.nowUs());
    if (this.#loggedOn !== null && this.#loggedOn.keyId !== keyId) this.#logOut()();
    this.#loggedOn = { apiKey, account, keyId, sinceUs: api.nowUs() };
  }

  /** @returns what tells the subscription made by the session that it has ended. */
  #logOut(): () => void {
    this.#loggedOn = null;
    return this.subscriptions.endOfSession();
  }

  #status(): object {
    const { unit } = this.#opening;
    return {
      apiKey: this.#loggedOn?.apiKey ?? null,
      authorizedSince: this.#loggedOn === null ? null : moment(unit, this.#loggedOn.sinceUs),
      connectedSince: moment(unit, this.#openedUs),
      returnRateLimits: this.#opening.returnRateLimits,
      serverTime: moment(unit, this.#deps.api.nowUs()),
      userDataStream: this.subscriptions.ids().length > 0,
    };
  }

  #leave(): void {
    this.#left = true;
    this.#waiting.length = 0;
    this.subscriptions.stop();
  }
}

function priceOfMethod(method: string): Price {
  return methodNamed(method)?.price ?? DEFAULT_PRICE;
}

/** Of what was refused for a limit; null: for anything else. */
function retryAfterSOf(refusal: Refusal, nowMs: number): number | null {
  if (refusal instanceof LimitRefusal) return refusal.retryAfterS;
  return refusal instanceof TooManyOrders ? orderRetryAfterS(refusal.window, nowMs) : null;
}

/** null: all of them. @throws Refusal -1102 */
function subscriptionIdOf({ params }: ApiRequest): number | null {
  const text = params.get("subscriptionId");
  if (text === undefined || text === "") return null;
  if (!/^[0-9]{1,5}$/.test(text)) throw parameterMissing("subscriptionId");
  return Number(text);
}
