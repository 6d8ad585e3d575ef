/** What an operator and a hostile client meet at any origin. What is about one process alone is in operating.test.ts. */
import { execFile } from "node:child_process";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StreamClient } from "./stream-client.ts";
import { eventually, type Target } from "./target.ts";
import { freshMarket, freshName, Operator } from "./trader.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the project's programs to its end. */
export function run(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const options = { cwd: PROJECT, env: { ...process.env, ...environment } };
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Sends bytes; resolves with all that came back once the other side has closed. */
export function rawAnswer(origin: string, text: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding("latin1").on("data", (part) => {
      answer += part;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });
}

/** Declares the suite's tests. @param open the exchange under test; closed at the end. */
export function operatingSuite(open: () => Promise<Target>): void {
  let target: Target;
  beforeAll(async () => {
    target = await open();
  });
  afterAll(() => target?.close());

  test("the operator's API lets nobody in without the token, and halts, resumes and cancels with it", async () => {
    const { http, operator } = target;
    const { symbol, alice } = await freshMarket(operator);
    const stranger = await new Operator(http, "wrong").call("GET", "/status");
    const { body: open } = await alice.limit(symbol, "BUY", "1.000", "100.00");
    const halted = await operator.must("POST", "/halts", { symbol, status: "halt" });
    const refused = await alice.limit(symbol, "BUY", "1.000", "100.00");
    const resumed = await operator.must("DELETE", `/halts/${symbol}`);
    const canceled = await operator.must("POST", "/cancel-all", { account: alice.account, symbol });
    expect([stranger.status, halted, refused.status, resumed, canceled.canceled]).toEqual([
      401,
      { symbol, status: "halt", changed: true },
      400,
      { symbol, status: "trading", changed: true },
      [{ orderId: open.orderId, clientOrderId: open.clientOrderId }],
    ]);
  });

  test("the operator reads how engine and stream stand, and that history comes to hold everything", async () => {
    const { http, operator } = target;
    const { symbol, alice } = await freshMarket(operator);
    const before = await operator.must("GET", "/status");
    const socket = await StreamClient.open(
      http.origin,
      `/ws/${symbol.toLowerCase()}@trade/${symbol.toLowerCase()}@depth`,
    );
    await alice.limit(symbol, "BUY", "1.000", "100.00");
    const after = await operator.must("GET", "/status");
    socket.close();
    const settled = await eventually(
      () => operator.must("GET", "/status"),
      ({ engine }) => engine.lagEvents === 0,
    );
    expect({
      name: after.engine.name,
      isSameStart: [after.engine.epoch, after.engine.startedAt],
      commands: after.engine.commands - before.engine.commands,
      openOrders: after.engine.openOrders - before.engine.openOrders,
      headMoved: after.headSeq > before.headSeq,
      journalGrew: after.engine.journal.bytes > before.engine.journal.bytes,
      frameIsFresh: after.engine.journal.lastFrame >= before.serverTime,
      sockets: after.stream.sockets - before.stream.sockets,
      subscriptions: after.stream.subscriptions - before.stream.subscriptions,
      committed: settled.engine.committedSeq === settled.engine.headSeq,
    }).toEqual({
      name: "e1",
      isSameStart: [before.engine.epoch, before.engine.startedAt],
      commands: 1,
      openOrders: 1,
      headMoved: true,
      journalGrew: true,
      frameIsFresh: true,
      sockets: 1,
      subscriptions: 2,
      committed: true,
    });
  });

  test("the command line opens an account once, refuses it twice, and tells a misspelt word from a refusal", async () => {
    const environment = { TIDEBOOK_ORIGIN: target.http.origin, TIDEBOOK_OPERATOR_TOKEN: target.operatorToken };
    const ops = (...args: string[]) => run("engine/ops/main.ts", args, environment);
    const name = freshName("carol");
    const created = await ops("account", "create", name, "--json");
    const twice = await ops("account", "create", name);
    const misspelt = await ops("acount", "list");
    expect([created, twice, misspelt].map(({ code }) => code)).toEqual([0, 1, 2]);
    expect(JSON.parse(created.stdout)).toMatchObject({ name, canTrade: true, canWithdraw: true });
  });

  test("a body above 16 KiB is refused before it is read, announced or not, and so is a packed one", async () => {
    const head = "POST /api/v3/order HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    const chunk = `4000\r\n${"a".repeat(0x4000)}\r\n`;
    const answers = await Promise.all([
      rawAnswer(target.http.origin, `${head}Content-Length: 20000\r\n\r\n`),
      rawAnswer(target.http.origin, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`),
      rawAnswer(target.http.origin, `${head}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde`),
    ]);
    expect(answers.map((answer) => answer.split("\r\n", 1)[0])).toEqual([
      "HTTP/1.1 413 Payload Too Large",
      "HTTP/1.1 413 Payload Too Large",
      "HTTP/1.1 415 Unsupported Media Type",
    ]);
    expect((await target.http.get("/api/v3/ping")).body).toEqual({});
  });
}
