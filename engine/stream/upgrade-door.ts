/**
 * Who may open a WebSocket here: whose address it is, whether it has not tried too often, and the plain HTTP answer to who
 * may not (trading-api.md §1.4). Every attempt counts, also one that is refused afterwards for what it asks.
 */
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { clientAddress, NO_PROXIES, type ProxyTrust } from "../api/client-address.ts";
import { LimitRefusal, limitRefusal } from "../api/limits/limit-shapes.ts";
import type { Admission, RateLimiter } from "../api/limits/limiter.ts";
import { type Refusal, refusalBody } from "../api/refusal.ts";
import type { StreamLog } from "./feed-follower.ts";

export interface UpgradeDoorOptions {
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
