/**
 * One WebSocket that comes back by itself: after it ends, after it has gone silent, when the browser is online again, when the
 * page is looked at again. Says what state it is in; what is said over it is its owner's.
 *
 * A silent connection is found by asking: at each tick the owner sends something that must be answered; two ticks without a
 * single frame and it is given up. Ticks are counted, not time: after a sleep the first tick comes late, and blames nobody.
 */
import { backoffMs, RECONNECT } from "./backoff.ts";
import type { Connection } from "./contract.ts";

const CONNECT_TIMEOUT_MS = 6_000;
const TICK_MS = 2_500;
const SILENT_TICKS_MAX = 2;

export interface SocketOwner {
  readonly opened: () => void;
  readonly message: (text: string) => void;
  /** Nothing more of this connection is heard. */
  readonly lost: () => void;
  /** Say something that is answered. */
  readonly probe: () => void;
  readonly changed: (state: Connection["state"]) => void;
}

export class ReconnectingSocket {
  readonly #url: string;
  readonly #owner: SocketOwner;
  #socket: WebSocket | null = null;
  #isOpen = false;
  #isRunning = false;
  #hasBeenLive = false;
  #failures = 0;
  #silentTicks = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;
  readonly #onWake = (): void => {
    if (!this.#isRunning || document.hidden) return;
    if (this.#socket === null) this.#connect();
    else if (this.#isOpen) this.#askAtOnce();
  };
  /** This machine's own exchange is there without a network: what the browser says is shown, and tried all the same. */
  readonly #onOffline = (): void => this.#give();

  /** @param path of this origin. */
  constructor(path: string, owner: SocketOwner) {
    this.#url = `${location.origin.replace(/^http/, "ws")}${path}`;
    this.#owner = owner;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    addEventListener("online", this.#onWake);
    addEventListener("offline", this.#onOffline);
    document.addEventListener("visibilitychange", this.#onWake);
    this.#connect();
  }

  stop(): void {
    this.#isRunning = false;
    removeEventListener("online", this.#onWake);
    removeEventListener("offline", this.#onOffline);
    document.removeEventListener("visibilitychange", this.#onWake);
    this.#drop();
    clearTimeout(this.#timer);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Not open: nothing is sent. */
  send(text: string): boolean {
    if (!this.#isOpen) return false;
    this.#socket?.send(text);
    return true;
  }

  /** Ends this connection and takes another. */
  renew(): void {
    this.#give();
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#owner.changed(this.#away());
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#give(), CONNECT_TIMEOUT_MS);
    socket.onopen = () => this.#onOpen();
    socket.onmessage = ({ data }) => {
      this.#silentTicks = 0;
      this.#failures = 0;
      this.#owner.message(String(data));
    };
    // An error is followed by its close.
    socket.onclose = () => this.#give();
  }

  #onOpen(): void {
    clearTimeout(this.#timer);
    this.#isOpen = true;
    this.#hasBeenLive = true;
    this.#silentTicks = 0;
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
    this.#owner.changed("live");
    this.#owner.opened();
    this.#owner.probe();
  }

  #tick(): void {
    this.#silentTicks += 1;
    if (this.#silentTicks > SILENT_TICKS_MAX) this.#give();
    else this.#owner.probe();
  }

  /** Somebody looks: a connection that died in a sleep is found within one tick. */
  #askAtOnce(): void {
    this.#silentTicks = SILENT_TICKS_MAX;
    clearInterval(this.#ticking);
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
    this.#owner.probe();
  }

  /** Gives this connection up; another follows. */
  #give(): void {
    if (!this.#isRunning) return;
    this.#drop();
    clearTimeout(this.#timer);
    this.#owner.changed(this.#away());
    this.#timer = setTimeout(() => this.#connect(), backoffMs(RECONNECT, this.#failures, Math.random()));
    this.#failures += 1;
  }

  #away(): Connection["state"] {
    if (!navigator.onLine) return "offline";
    return this.#hasBeenLive ? "reconnecting" : "connecting";
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    clearInterval(this.#ticking);
    if (socket !== null) {
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#owner.lost();
  }
}
