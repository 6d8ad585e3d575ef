/**
 * The WebSocket API's sockets: upgrades in, sessions out.
 *
 * Does not own: the HTTP server and its door, whose upgrades it is handed; who is connected (stream-server.ts); what happens to
 * accounts (user-data).
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { charactersIllegal, Refusal, timeUnitInvalid, unknownPath } from "../../api/refusal.ts";
import { readTimeUnit } from "../../api/time-unit.ts";
import type { ClientSocketDeps } from "../client-socket.ts";
import type { StreamLimits } from "../stream-limits.ts";
import { ApiCounts } from "./api-counts.ts";
import type { ApiServerDeps } from "./api-deps.ts";
import { API_LIMITS, type ApiLimits } from "./api-limits.ts";
import { type ApiOpening, ApiSession, type ApiSessionDeps } from "./api-session.ts";

/** What a client writes behind it is taken as nothing. */
const PATH = /^\/ws-api\/v3(\/|$)/;

export interface ApiServerOptions {
  readonly deps: ApiServerDeps;
  readonly socket: ClientSocketDeps & { readonly limits: StreamLimits };
  readonly limits?: Partial<ApiLimits>;
  readonly onEnded: ApiSessionDeps["onEnded"];
}

/** For metrics. */
export interface ApiStats {
  readonly sessions: number;
  readonly subscriptions: number;
  readonly events: number;
  /** By method, then by status. */
  readonly requests: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

export class ApiServer {
  readonly #counts = new ApiCounts();
  readonly #sessions = new Set<ApiSession>();
  readonly #sessionDeps: ApiSessionDeps;
  readonly #sockets: WebSocketServer;

  constructor({ deps, socket, limits, onEnded }: ApiServerOptions) {
    this.#sessionDeps = {
      api: deps,
      limits: { ...API_LIMITS, ...limits },
      socket,
      counts: this.#counts,
      onEnded: (session, reason) => {
        this.#sessions.delete(session);
        onEnded(session, reason);
      },
    };
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: socket.limits.incomingBytesMax,
    });
  }

  /** Shakes hands, and gives the session; a Refusal: the URL asks for what is not there, the socket is untouched. */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    address: string,
    accepted: (session: ApiSession) => void,
  ): Refusal | null {
    const opening = openingOf(request.url ?? "", address);
    if (opening instanceof Refusal) return opening;
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      const session = new ApiSession(ws, socket, opening, this.#sessionDeps);
      this.#sessions.add(session);
      accepted(session);
    });
    return null;
  }

  stats(): ApiStats {
    const { events, requests } = this.#counts;
    let subscriptions = 0;
    for (const session of this.#sessions) subscriptions += session.subscriptions.ids().length;
    return { sessions: this.#sessions.size, subscriptions, events, requests };
  }
}

function openingOf(url: string, address: string): ApiOpening | Refusal {
  const queryAt = url.indexOf("?");
  if (!PATH.test(queryAt < 0 ? url : url.slice(0, queryAt))) return unknownPath();
  const query = new URLSearchParams(queryAt < 0 ? "" : url.slice(queryAt));
  const unit = readTimeUnit(query.get("timeUnit") ?? "");
  if (unit === null) return timeUnitInvalid();
  const wanted = query.get("returnRateLimits") ?? "true";
  if (wanted !== "true" && wanted !== "false") return charactersIllegal("returnRateLimits", "^(true|false)$");
  return { unit, returnRateLimits: wanted === "true", address };
}
