/**
 * Who may open a WebSocket here: whose page asks, whose address it is, whether it has not tried too often, and the plain HTTP
 * answer to who may not (trading-api.md §1.4). Every attempt counts, also one that is refused afterwards for what it asks.
 *
 * No cookie is ever read on an upgrade: who trades says so by a key, in frames. All the same a page of another origin has no
 * business at /ws-api/v3, and is refused before anything is asked or counted (I45). Programs send no Origin, or that of the
 * address they connect to. Market streams are open to every page, as keyless GETs are.
 */
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { clientAddress, NO_PROXIES, type ProxyTrust } from "../api/client-address.ts";
import { LimitRefusal, limitRefusal } from "../api/limits/limit-shapes.ts";
import type { Admission, RateLimiter } from "../api/limits/limiter.ts";
import { Refusal, refusalBody } from "../api/refusal.ts";
import type { StreamLog } from "./feed-follower.ts";

export interface UpgradeDoorOptions {
  /** Where people find this exchange, as browsers write it; not given: where a request says that it came to. */
  readonly publicOrigin?: string;
  /** Which proxies before this process are ours; not given: none. */
  readonly proxies?: ProxyTrust;
  /** Not given: nobody counts. */
  readonly limiter?: Pick<RateLimiter, "limits" | "admitConnection" | "followBans">;
  readonly log: StreamLog;
}

export class UpgradeDoor {
  readonly #options: UpgradeDoorOptions;
  #limiterAnswers = true;

  constructor(options: UpgradeDoorOptions) {
    this.#options = options;
  }

  /** Whether the page that asks, if it is one, is of this origin; told so when it is not. */
  isOfOurOrigin(req: IncomingMessage, socket: Duplex): boolean {
    const isOurs = isSameOrigin(req.headers.origin, req.headers.host ?? "", this.#options.publicOrigin);
    if (!isOurs) refuseUpgrade(socket, otherOrigin());
    return isOurs;
  }

  /** @returns the client's address; null: it may not, and has been told, or has gone meanwhile. Never rejects. */
  async admit(req: IncomingMessage, socket: Duplex): Promise<string | null> {
    const { limiter, proxies = NO_PROXIES } = this.#options;
    const address = clientAddress(req.socket.remoteAddress ?? "", req.headers["x-forwarded-for"], proxies);
    if (limiter === undefined) return address;
    // Nobody else listens to the socket while the limiter is asked.
    const onError = (): void => void socket.destroy();
    socket.on("error", onError);
    const admission = await this.#ask(limiter, address);
    if (socket.destroyed) return null;
    if (admission !== null && admission.outcome !== "admitted") {
      refuseUpgrade(socket, limitRefusal(limiter.limits, admission));
      return null;
    }
    socket.off("error", onError);
    return address;
  }

  /** null: the counters cannot be asked. Market data costs nothing that they protect, so everybody may in. */
  async #ask(limiter: Pick<RateLimiter, "admitConnection">, address: string): Promise<Admission | null> {
    try {
      const admission = await limiter.admitConnection(address);
      this.#limiterAnswers = true;
      return admission;
    } catch (error) {
      if (this.#limiterAnswers)
        this.#options.log({ at: "stream", outcome: "limiter_not_answering", error: String(error) });
      this.#limiterAnswers = false;
      return null;
    }
  }
}

/** Ours: trading-api.md knows no pages. */
function otherOrigin(): Refusal {
  return new Refusal(403, -2015, "This page's origin may not open the WebSocket API.");
}

/**
 * By the Host as the ingress passes it on. The scheme is not compared: whether TLS ended before us is not to be seen here, and
 * a host that speaks plainly is not another's.
 *
 * @param origin not given: no browser.
 */
function isSameOrigin(origin: string | undefined, host: string, publicOrigin: string | undefined): boolean {
  if (origin === undefined || origin === publicOrigin) return true;
  // Of a sandboxed frame, a file and the like it is "null", which is nobody's.
  const url = URL.parse(origin);
  if (url === null || url.host === "" || (url.protocol !== "http:" && url.protocol !== "https:")) return false;
  // A default port is not written in an origin, but may be in a Host.
  return url.host === URL.parse(`${url.protocol}//${host}`)?.host;
}

/** Before the handshake the answer is plain HTTP. The socket is closed behind it. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  // The peer may be gone already; there is nobody to tell.
  socket.on("error", () => socket.destroy());
  const body = JSON.stringify(refusalBody(refusal));
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ""}`,
    "Content-Type: application/json;charset=UTF-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(refusal instanceof LimitRefusal ? [`Retry-After: ${refusal.retryAfterS}`] : []),
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
