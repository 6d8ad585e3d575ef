/**
 * People on a real engine and a database that a test brings, and browsers before it: each has a cookie, an authenticator of its
 * own and a page of the exchange's origin. For tests alone.
 */
import { ownerOf } from "../../../../engine/api/routes.ts";
import { handleFunding } from "../../../funding/handler.ts";
import { type FundingExchange, fundingExchange, OPERATOR_TOKEN } from "../../../funding/testing/funding-exchange.ts";
import { handleUsers } from "../../../users/handler.ts";
import type { Database } from "../../database.ts";
import type { HttpReply } from "../../http.ts";
import type { DemoTerms } from "../demo-terms.ts";
import type { Challenge, Purpose, SignedUp } from "../people-api.ts";
import { peopleStore } from "../people-store.ts";
import { SoftwareAuthenticator } from "./software-authenticator.ts";

export const ORIGIN = "http://localhost:8080";

/** The engine's assets are A0 and A1; XYZ is listed nowhere. */
const DEMO: DemoTerms = {
  startingFunds: { A0: "1000", A1: "2", XYZ: "1" },
  dailyFunds: { A0: "10", XYZ: "1" },
  guestsPerDay: 50,
  guestsPerAddressDay: 5,
};

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what is in it.
  readonly body: any;
}

export interface Asked {
  readonly body?: unknown;
  /** Instead of a page of ours; undefined: none is sent. */
  readonly origin?: string | undefined;
  readonly contentType?: string;
  readonly cookie?: string;
}

/** Of this machine: nobody counts what comes from it alone. */
const HERE = "127.0.0.1";

export class PeopleExchange {
  readonly funding: FundingExchange;

  private constructor(funding: FundingExchange) {
    this.funding = funding;
  }

  /** Nobody is in the database yet, or no more. */
  static async open(database: Database): Promise<PeopleExchange> {
    await database.script(
      `truncate people.people, people.passkeys, people.sessions, people.links, people.recovery_codes cascade;
       truncate people.challenges, people.allowances, funding.withdrawals`,
    );
    const funding = await fundingExchange(database, "people");
    const people = { store: peopleStore(async () => database), publicOrigin: ORIGIN };
    funding.deps = { ...funding.deps, people, demo: DEMO };
    return new PeopleExchange(funding);
  }

  /** Lets time pass for the functions and the engine alike. */
  pass(ms: number): void {
    this.funding.exchange.clock.nowUs += ms * 1_000;
  }

  get nowMs(): number {
    return Math.floor(this.funding.exchange.clock.nowUs / 1_000);
  }

  /** @param address whence it comes. */
  browser(address = HERE): Browser {
    return new Browser(this, address);
  }

  async operator(method: string, path: string, body: object): Promise<Answer> {
    const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` };
    return answerOf(await this.send(method, path, headers, JSON.stringify(body)));
  }

  send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string,
    remoteAddress = HERE,
  ): Promise<HttpReply> {
    const request = { method, path, rawQuery: "", headers, rawBody: Buffer.from(body), remoteAddress };
    const { deps } = this.funding;
    return ownerOf(path) === "funding" ? handleFunding(request, deps) : handleUsers(request, deps);
  }
}

export class Browser {
  readonly authenticator = new SoftwareAuthenticator(ORIGIN);
  /** As `Cookie` sends it; "": none. */
  cookie = "";
  /** The last one that was set, whole. */
  setCookie = "";
  readonly #exchange: PeopleExchange;
  readonly #address: string;

  constructor(exchange: PeopleExchange, address: string) {
    this.#exchange = exchange;
    this.#address = address;
  }

  get(path: string, asked: Asked = {}): Promise<Answer> {
    return this.ask("GET", path, { origin: undefined, ...asked });
  }

  post(path: string, body: unknown = {}, asked: Asked = {}): Promise<Answer> {
    return this.ask("POST", path, { body, ...asked });
  }

  delete(path: string): Promise<Answer> {
    return this.ask("DELETE", path, {});
  }

  async ask(method: string, path: string, asked: Asked): Promise<Answer> {
    const origin = "origin" in asked ? asked.origin : ORIGIN;
    const { body, contentType = "application/json", cookie = this.cookie } = asked;
    const reply = await this.#exchange.send(
      method,
      `/people/v1/${path}`,
      {
        "user-agent": "Test/1.0",
        ...(origin === undefined ? {} : { origin }),
        ...(body === undefined ? {} : { "content-type": contentType }),
        ...(cookie === "" ? {} : { cookie }),
      },
      body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body),
      this.#address,
    );
    const { "set-cookie": set } = reply.headers;
    if (set !== undefined) {
      this.setCookie = set;
      const [pair = ""] = set.split(";");
      this.cookie = pair.endsWith("=") ? "" : pair;
    }
    return answerOf(reply);
  }

  /** @throws Error where it is refused: a test that expects that asks by itself. */
  async challenge(purpose: Purpose): Promise<Challenge> {
    const { status, body } = await this.post("challenges", { purpose });
    if (status !== 200) throw new Error(`no challenge: ${JSON.stringify(body)}`);
    return body;
  }

  /** Answers a challenge as the page does. */
  async fresh(purpose: Purpose): Promise<{ challengeId: string; assertion: object }> {
    const { challengeId, request } = await this.challenge(purpose);
    return { challengeId, assertion: this.authenticator.get(request) };
  }

  async signUp(name: string): Promise<SignedUp> {
    const { challengeId, creation } = await this.challenge({ kind: "sign_up", name });
    const { status, body } = await this.post("sign-up", {
      challengeId,
      attestation: this.authenticator.create(creation),
    });
    if (status !== 200) throw new Error(`no sign-up: ${JSON.stringify(body)}`);
    return body;
  }

  async signIn(): Promise<Answer> {
    return this.post("sign-in", await this.fresh({ kind: "sign_in" }));
  }
}

function answerOf({ status, body }: HttpReply): Answer {
  return { status, body: JSON.parse(body) };
}
