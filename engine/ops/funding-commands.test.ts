/** `npm run ops -- withdrawals …` and `audit …`: what each command asks of the operator's API. */
import { expect, test } from "vitest";
import { parseCommandLine } from "./command-line.ts";

async function asked(...words: readonly string[]): Promise<readonly unknown[]> {
  const calls: unknown[] = [];
  const line = parseCommandLine(words);
  if (line.kind === "help") return [line.text];
  const { positionals, options } = line;
  const call = async (...request: readonly unknown[]): Promise<object> => {
    calls.push(request);
    return {};
  };
  await line.command.run({ api: () => ({ call }), journalFolder: "", positionals, options });
  return calls;
}

test("each command about money that leaves is one request", async () => {
  expect([
    await asked("withdrawals", "list"),
    await asked("withdrawals", "list", "--state", "requested", "--limit", "5"),
    await asked("withdrawals", "approve", "a/b"),
    await asked("withdrawals", "refuse", "r1", "--reason", "not this address"),
    await asked("withdrawals", "refuse", "r1"),
    await asked("withdrawals", "paid", "r1", "--tx", "0xabc"),
    await asked("audit"),
    await asked("audit", "show"),
    await asked("audit", "unfreeze"),
  ]).toEqual([
    [["GET", "/withdrawals"]],
    [["GET", "/withdrawals?state=requested&limit=5"]],
    [["POST", "/withdrawals/a%2Fb", { action: "approve" }]],
    [["POST", "/withdrawals/r1", { action: "refuse", reason: "not this address" }]],
    [["POST", "/withdrawals/r1", { action: "refuse" }]],
    [["POST", "/withdrawals/r1", { action: "paid", txId: "0xabc" }]],
    [["POST", "/audit", {}]],
    [["GET", "/audit"]],
    [["POST", "/audit", { unfreeze: true }]],
  ]);
});

test("a reference that was left out is asked for", () => {
  expect(() => parseCommandLine(["withdrawals", "approve"])).toThrow("usage: withdrawals approve REFERENCE");
  expect(() => parseCommandLine(["withdrawals"])).toThrow('there is no command "withdrawals"');
});
