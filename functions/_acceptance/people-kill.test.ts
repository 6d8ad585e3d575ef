/** I44: `npm start` killed in the midst of sign-ups: whoever was answered signs in, to an account of their own, funded once. */
import { afterAll, expect, test } from "vitest";
import { SoftwareAuthenticator } from "../_shared/people/testing/software-authenticator.ts";
import { DataFolderForTests, type RunningProcess, startProcess } from "./exchange-process.ts";
import { Page } from "./people-suite.ts";
import { HttpClient, Operator } from "./trader.ts";

const PUBLIC_ORIGIN = "http://localhost:8080";
const KILLS = 2;
/** Before each kill; the first of them makes the folder. */
const SIGN_UPS = 12;
const TABS = 4;
const TIMEOUT_MS = 120_000;

const folder = new DataFolderForTests();
const start = (): Promise<RunningProcess> => startProcess(folder, { PUBLIC_ORIGIN });
let running: RunningProcess | null = null;
afterAll(async () => {
  await running?.kill();
  folder.remove();
});

interface Somebody {
  readonly name: string;
  readonly authenticator: SoftwareAuthenticator;
  /** null: nobody knows. */
  account: number | null;
}

/** Resolves when the exchange is gone. */
async function signUpUntilKilled(exchange: RunningProcess, round: number): Promise<readonly Somebody[]> {
  const people: Somebody[] = [];
  let answered = 0;
  let isGone = false;
  const tab = async (): Promise<void> => {
    while (!isGone) {
      const somebody = { name: `P${round} ${people.length}`, authenticator: new SoftwareAuthenticator(PUBLIC_ORIGIN) };
      const person: Somebody = { ...somebody, account: null };
      people.push(person);
      const page = new Page(exchange.origin, PUBLIC_ORIGIN);
      const { challengeId, creation } = await page.challenge({ kind: "sign_up", name: person.name });
      const attestation = person.authenticator.create(creation);
      person.account = (await page.must("POST", "sign-up", { challengeId, attestation })).person.account;
      answered += 1;
      // Others are halfway.
      if (answered === SIGN_UPS) {
        isGone = true;
        await exchange.kill();
      }
    }
  };
  await Promise.all(
    Array.from({ length: TABS }, () =>
      tab().catch((error) => {
        if (!isGone) throw error;
      }),
    ),
  );
  return people;
}

test(
  "I44: killed in the midst of sign-ups, everybody who was answered signs in; nobody has another's account, or funds twice",
  async () => {
    const people: Somebody[] = [];
    for (let round = 0; round < KILLS; round++) {
      running = await start();
      people.push(...(await signUpUntilKilled(running, round)));
    }
    running = await start();
    const http = new HttpClient(running.origin);
    const operator = new Operator(http, folder.operatorToken());
    const accounts: number[] = [];
    for (const { name, account, authenticator } of people.filter(
      ({ authenticator: { passkeys } }) => passkeys.length > 0,
    )) {
      const page = new Page(running.origin, PUBLIC_ORIGIN);
      const { challengeId, request } = await page.challenge({ kind: "sign_in" });
      const { status, body } = await page.ask("POST", "sign-in", {
        challengeId,
        assertion: authenticator.get(request),
      });
      // Who was not answered may be there or not.
      if (account === null && status === 403) continue;
      expect([status, body.person?.name, account ?? body.person.account]).toEqual([200, name, body.person.account]);
      accounts.push(body.person.account);
      const { balances } = await operator.must("GET", `/accounts/${body.person.account}`);
      const usdt = balances.find(({ asset }: { asset: string }) => asset === "USDT");
      expect([name, Number(usdt?.free)]).toEqual([name, 100_000]);
    }
    http.close();
    expect([new Set(accounts).size, accounts.length >= KILLS * SIGN_UPS]).toEqual([accounts.length, true]);
  },
  TIMEOUT_MS,
);
