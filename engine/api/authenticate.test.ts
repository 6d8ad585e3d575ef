/** Who may ask, and when: the order of checks, the window of time, addresses. */
import { expect, test } from "vitest";
import type { KeyRecord } from "../domain/operator.ts";
import { authenticate, type Presented } from "./authenticate.ts";
import { Refusal } from "./refusal.ts";
import { hmacSha256, VerifyingKeys } from "./signature.ts";

const NOW_US = 1_767_225_600_500_000;
const NOW_MS = 1_767_225_600_500;
const KEY: KeyRecord = {
  id: 7,
  account: 3,
  apiKey: "key-of-three",
  kind: "hmac_sha256",
  material: "secret",
  permissions: ["read"],
  ipAllowList: [],
  expiresUs: 0,
  label: "",
  revoked: false,
};

async function ask(
  change: Partial<Presented> = {},
  key: Partial<KeyRecord> = {},
  permission: "read" | "trade" = "read",
): Promise<string> {
  const presented: Presented = {
    apiKey: "key-of-three",
    remoteAddress: "10.1.2.3",
    timestamp: String(NOW_MS),
    recvWindow: "",
    signedPayload: "a=1",
    signature: hmacSha256(Buffer.from("secret"), "a=1").toString("hex"),
    ...change,
  };
  const record = { ...KEY, ...key };
  const reads = { keyByApiKey: (apiKey: string) => (apiKey === record.apiKey ? record : null) };
  const verifyingKeys = new VerifyingKeys((material) => Buffer.from(material));
  try {
    const sender = await authenticate(presented, permission, { reads, verifyingKeys }, NOW_US);
    return `account ${sender.account} key ${sender.keyId} until ${sender.deadlineUs - NOW_US}`;
  } catch (error) {
    if (error instanceof Refusal) return `${error.status} ${error.code}`;
    throw error;
  }
}

test("a sender has nine seconds, or less when its own window ends before", async () => {
  expect(
    await Promise.all([
      ask({ recvWindow: "60000" }),
      ask(),
      ask({ recvWindow: "1.5" }),
      ask({ timestamp: String(NOW_MS - 4_000) }),
      ask({ timestamp: String(NOW_US - 4_000_001) }),
    ]),
  ).toEqual([
    "account 3 key 7 until 9000000",
    "account 3 key 7 until 5000000",
    "account 3 key 7 until 1500",
    "account 3 key 7 until 1000000",
    "account 3 key 7 until 999999",
  ]);
});

test("a timestamp is taken iff it is below now + 1000 ms and not older than recvWindow", async () => {
  expect(
    await Promise.all([
      ask({ timestamp: String(NOW_MS + 999) }).then((said) => said.startsWith("account")),
      ask({ timestamp: String(NOW_MS + 1_000) }),
      ask({ timestamp: String(NOW_MS - 5_000) }).then((said) => said.startsWith("account")),
      ask({ timestamp: String(NOW_MS - 5_001) }),
      ask({ timestamp: String(NOW_US - 5_000_001) }),
      ask({ timestamp: "99999999999999999999" }),
      ask({ recvWindow: "60000" }).then((said) => said.startsWith("account")),
      ask({ recvWindow: "60000.001" }),
      ask({ recvWindow: "1.2345" }),
    ]),
  ).toEqual([true, "400 -1021", true, "400 -1021", "400 -1021", "400 -1102", true, "400 -1131", "400 -1102"]);
});

test("the first of several faults is told: parameters, key's form, key, time, signature", async () => {
  const all = { timestamp: "", signature: "", apiKey: "!" };
  expect(
    await Promise.all([
      ask(all),
      ask({ ...all, timestamp: "1" }),
      ask({ ...all, timestamp: "1", signature: "00" }),
      ask({ timestamp: "1", signature: "00", apiKey: "key-of-nobody" }),
      ask({ timestamp: "1", signature: "00" }),
      ask({ signature: "00" }),
    ]),
  ).toEqual(["400 -1102", "400 -1102", "401 -2014", "401 -2015", "400 -1021", "400 -1022"]);
});

test("a revoked, expired or insufficient key is refused in one and the same way", async () => {
  expect(
    await Promise.all([
      ask({}, { revoked: true }),
      ask({}, { expiresUs: NOW_US - 1 }),
      ask({}, {}, "trade"),
      ask({}, { expiresUs: NOW_US }).then((said) => said.startsWith("account")),
    ]),
  ).toEqual(["401 -2015", "401 -2015", "401 -2015", true]);
});

test("an allow-list takes addresses and ranges of both families, and IPv4 that arrives as IPv6", async () => {
  const from = (remoteAddress: string, ipAllowList: string[]): Promise<boolean> =>
    ask({ remoteAddress }, { ipAllowList }).then((said) => said.startsWith("account"));
  expect(
    await Promise.all([
      from("10.1.2.3", ["10.1.2.3"]),
      from("10.1.2.3", ["10.1.0.0/16"]),
      from("::ffff:10.1.2.3", ["10.1.0.0/16"]),
      from("2001:db8::1", ["2001:db8::/32"]),
      from("10.1.2.4", ["10.1.2.3"]),
      from("10.2.0.1", ["10.1.0.0/16", "2001:db8::/32"]),
      from("", ["10.1.0.0/16"]),
      from("10.1.2.3", ["nonsense", "10.1.2.3/33"]),
    ]),
  ).toEqual([true, true, true, true, false, false, false, false]);
});
