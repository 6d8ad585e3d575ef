/** What the suites of people stand on: a database that they share, an empty exchange and one browser for each test. */
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { WITHDRAWALS_MIGRATION } from "../../../funding/withdrawal-store.ts";
import type { Database } from "../../database.ts";
import { ensureTables } from "../../migrate.ts";
import type { NewKey } from "../people-api.ts";
import { migratePeople } from "../people-tables.ts";
import { type Answer, type Browser, PeopleExchange } from "./people-exchange.ts";

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const UNSIGNED = { status: 401, body: { code: -2015, msg: "Sign in first." } };
export const REFUSED = "The passkey's answer is not for this, is too old or was used before: try again.";
export const newKey: NewKey = {
  ...{ label: "bot", kind: "hmac_sha256", permissions: ["read", "trade"], ipAllowList: [], expiresAt: 0 },
};

export function devicePublicKey(): string {
  return generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" }).toString("base64");
}

export interface PeopleGround {
  readonly database: Database;
  readonly exchange: PeopleExchange;
  readonly browser: Browser;
  /** Status, code and words in one line; of a 200 its body. */
  refusal(answer: Promise<Answer>): Promise<string>;
  /** Free, in atoms, as the engine has it. */
  balance(account: number, asset: number): Promise<bigint | undefined>;
}

/** @param open an empty database, which is closed at the end. */
export function peopleGround(open: () => Promise<Database>): PeopleGround {
  let database: Database;
  let exchange: PeopleExchange;
  let browser: Browser;
  beforeAll(async () => {
    database = await open();
    await migratePeople(database);
    // Again, and beside others: nothing changes.
    await Promise.all([migratePeople(database), migratePeople(database)]);
    await ensureTables(database, WITHDRAWALS_MIGRATION);
  });
  beforeEach(async () => {
    exchange = await PeopleExchange.open(database);
    browser = exchange.browser();
  });
  afterAll(() => database.close());
  return {
    get database() {
      return database;
    },
    get exchange() {
      return exchange;
    },
    get browser() {
      return browser;
    },
    async refusal(answer) {
      const { status, body } = await answer;
      return `${status} ${body.code ?? ""} ${body.msg ?? JSON.stringify(body)}`;
    },
    async balance(account, asset) {
      const { value } = await exchange.funding.deps.reads.account(account);
      return value?.balances.find((each) => each.asset === asset)?.freeAtoms;
    },
  };
}
