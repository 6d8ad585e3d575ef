/**
 * Alice and Bob, who trade with each other as bots do, while others do what they do: every order of theirs must fill, every
 * event come, and money add up to the atom at the end.
 */

import type { Trader } from "../trader.ts";
import type { Cast } from "./cast.ts";
import type { Finding } from "./finding.ts";
import { RawWebSocket } from "./raw-websocket.ts";
import type { Judge } from "./verdict.ts";

const QUANTITY = "0.100";
const PRICE = "200.00";
const EVENT_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 5;

export class CalmTraders {
  trades = 0;
  readonly #cast: Cast;
  readonly #judge: Judge;
  readonly #socket: RawWebSocket;
  #eventsRead = 0;

  private constructor(cast: Cast, judge: Judge, socket: RawWebSocket) {
    this.#cast = cast;
    this.#judge = judge;
    this.#socket = socket;
  }

  static async open(cast: Cast, judge: Judge): Promise<CalmTraders> {
    const socket = await userStreamOf(cast, cast.alice);
    return new CalmTraders(cast, judge, socket);
  }

  /**
   * Trades until the others are done; rejects as they do.
   *
   * @param due how many trades there should be by now: the same for the same campaign, however long it takes.
   */
  async tradeUntil(others: Promise<unknown>, due: () => number, found: (finding: Finding) => void): Promise<void> {
    let areDone = false;
    const end = (): void => {
      areDone = true;
    };
    void others.then(end, end);
    let fault = "";
    while (!areDone && fault === "") {
      if (this.trades < due()) fault = await this.#tradeOnce();
      else await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    if (fault !== "") found({ what: `the calm traders: ${fault}`, asked: "", said: "" });
    await others;
  }

  /** "" when it went as it should. */
  async #tradeOnce(): Promise<string> {
    const { alice, bob, calm } = this.#cast;
    // Marked, as all of Alice's: her events are nobody else's.
    const mine = `${this.#cast.aliceMarks[0]}-c${this.trades}`;
    const offered = await alice.limit(calm.symbol, "SELL", QUANTITY, PRICE, { newClientOrderId: mine });
    if (offered.body.status !== "NEW") return `Alice's offer: ${offered.status} ${JSON.stringify(offered.body)}`;
    const taken = await bob.limit(calm.symbol, "BUY", QUANTITY, PRICE);
    if (taken.body.status !== "FILLED") return `Bob's bid: ${taken.status} ${JSON.stringify(taken.body)}`;
    this.trades += 1;
    const filled = (): boolean =>
      this.#socket.messages.some((text) => text.includes(mine) && text.includes('"X":"FILLED"'));
    if (!(await this.#socket.until(filled, EVENT_WITHIN_MS))) return `no event of ${mine}`;
    const fault = this.#socket.messages.map((text) => this.#judge.ofAlices(text)).find((each) => each !== "");
    this.#eventsRead += this.#socket.messages.length;
    this.#socket.messages.length = 0;
    return fault ?? "";
  }

  /** Trades whose both sides are told, and money: as it should be after all of them. */
  async account(): Promise<{ readonly told: readonly unknown[]; readonly due: readonly unknown[] }> {
    const { alice, bob, calm } = this.#cast;
    const [ofAlice, ofBob] = [await alice.balance(calm.base), await bob.balance(calm.quote)];
    const atoms = ([free, locked]: readonly [string, string]): bigint => inAtoms(free) + inAtoms(locked);
    const planted = inAtoms("1.337");
    const sold = planted + BigInt(this.trades) * inAtoms(QUANTITY);
    const paid = 133_70000000n + BigInt(this.trades) * 20_00000000n;
    return {
      told: [String(atoms(ofAlice)), String(atoms(ofBob))],
      due: [String(inAtoms("1000000") - sold), String(inAtoms("100000000") - paid)],
    };
  }

  findings(): readonly Finding[] {
    const { fault, closeCode } = this.#socket;
    return fault === "" && closeCode === null
      ? []
      : [{ what: `Alice's stream: ${fault} ${closeCode}`, asked: "", said: "" }];
  }

  /** Events that Alice was told, of her own doings alone. */
  get eventsRead(): number {
    return this.#eventsRead;
  }

  close(): void {
    this.#socket.close();
  }
}

/** A socket that hears an account's events, and nothing else any more. */
export async function userStreamOf(cast: Cast, trader: Trader): Promise<RawWebSocket> {
  const opened = await RawWebSocket.open(Number(new URL(cast.target.http.origin).port), "/ws-api/v3");
  if (opened.outcome === "refused") throw new Error(`no connection: ${opened.text}`);
  const { socket } = opened;
  socket.text(JSON.stringify({ id: 1, method: "userDataStream.subscribe.signature", params: trader.signedParams() }));
  if (!(await socket.until(() => socket.messages.length > 0, EVENT_WITHIN_MS))) throw new Error("no subscription");
  socket.messages.length = 0;
  return socket;
}

function inAtoms(decimal: string): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return BigInt(whole) * 100_000_000n + BigInt(fraction.padEnd(8, "0"));
}
