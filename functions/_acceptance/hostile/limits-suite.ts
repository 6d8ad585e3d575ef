/**
 * Small limits, and clients who do not care: 429, then 418, cancels that pass all the same, sockets that are closed; counted to the
 * address that the socket comes from, whatever a header says, so that somebody at another address trades on.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { hmac } from "./cast.ts";
import { type HttpAnswer, HttpLane } from "./http-lane.ts";
import { RawWebSocket } from "./raw-websocket.ts";
import { type OneProcess, openOneProcess } from "./stage.ts";

const WEIGHT_PER_MINUTE = 400;
const CONNECTIONS = 20;
/** engine/api/limits: refused requests within one minute before the ban; a minute may end in between. */
const REQUESTS_MAX = 4 * (WEIGHT_PER_MINUTE + 100);
const BAN_S = 120;
const POLICY = 1008;
const WITHIN_MS = 10_000;
/** All of 127.0.0.0/8 is this machine; each address is counted by itself. */
const ATTACKER = "127.0.0.2";
const BYSTANDER = "127.0.0.3";
const CONNECTOR = "127.0.0.4";

/** Declares the suite's tests, on a process of their own. */
export function limitsSuite(): void {
  let exchange: OneProcess;
  let port: number;
  beforeAll(async () => {
    exchange = await openOneProcess({
      TIDEBOOK_WEIGHT_PER_MINUTE: String(WEIGHT_PER_MINUTE),
      TIDEBOOK_CONNECTIONS_PER_5_MINUTES: String(CONNECTIONS),
    });
    port = Number(new URL(exchange.running.origin).port);
  });
  afterAll(() => exchange?.close());

  const ask = async (lane: HttpLane, line: string, headers = ""): Promise<HttpAnswer> => {
    const exchanged = await lane.exchange(Buffer.from(`${line} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`));
    if (exchanged.outcome !== "answered") throw new Error(exchanged.outcome);
    return exchanged.answer;
  };
  const signed = (method: string, parameters: string): readonly [line: string, headers: string] => {
    const [account] = exchange.demoAccounts();
    const payload = `${parameters}&timestamp=${Date.now()}`;
    const signature = hmac(account?.apiSecret ?? "", payload);
    return [`${method} /api/v3/order?${payload}&signature=${signature}`, `X-MBX-APIKEY: ${account?.apiKey}\r\n`];
  };

  test("who goes on is told 429, then 418; cancels pass, sockets are closed, forged headers help nobody, others trade on", async () => {
    const [attacker, bystander] = [new HttpLane(port, ATTACKER), new HttpLane(port, BYSTANDER)];
    const order = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.01&price=60000&newClientOrderId=held";
    const placed = await ask(attacker, ...signed("POST", order));
    const opened = await RawWebSocket.open(port, "/ws/btcusdt@trade", "", ATTACKER);
    if (opened.outcome === "refused") throw new Error(opened.text);
    const seen: HttpAnswer[] = [];
    for (let asked = 0; asked < REQUESTS_MAX && seen.at(-1)?.status !== 418; asked++) {
      // Each as if it came from somebody else.
      const forged = `X-Forwarded-For: 203.0.113.${asked % 250}\r\nForwarded: for=203.0.113.1\r\nX-Real-IP: 203.0.113.2\r\n`;
      seen.push(await ask(attacker, "GET /api/v3/ticker/24hr?symbol=BTCUSDT", forged));
    }
    const waits = (status: number): readonly number[] =>
      seen.filter((answer) => answer.status === status).map(({ headers }) => Number(headers.get("retry-after")));
    expect([...new Set(seen.map(({ status }) => status))]).toEqual([200, 429, 418]);
    expect(waits(429).filter((seconds) => !(seconds >= 1 && seconds <= 60))).toEqual([]);
    expect(waits(418).filter((seconds) => !(seconds > BAN_S - 5 && seconds <= BAN_S))).toEqual([]);
    expect(JSON.parse(seen.at(-1)?.body ?? "")).toEqual({
      code: -1003,
      msg: expect.stringContaining("IP banned until"),
    });
    await opened.socket.until(() => opened.socket.closeCode !== null, WITHIN_MS);
    const refused = await ask(attacker, ...signed("POST", order.replace("held", "not-held")));
    const canceled = await ask(attacker, ...signed("DELETE", "symbol=BTCUSDT&origClientOrderId=held"));
    const again = await RawWebSocket.open(port, "/ws", "X-Forwarded-For: 203.0.113.9\r\n", ATTACKER);
    const elsewhere = await ask(bystander, ...signed("POST", order.replace("held", "elsewhere")));
    const statuses = [placed, refused, canceled, elsewhere].map(({ status }) => status);
    expect([statuses, opened.socket.closeCode, again.outcome]).toEqual([[200, 418, 200, 200], POLICY, "refused"]);
    for (const lane of [attacker, bystander]) lane.close();
    opened.socket.close();
  });

  test("who connects again and again is told 429 in plain HTTP, with when to come back", async () => {
    const outcomes: string[] = [];
    let text = "";
    for (let attempt = 0; attempt < 3 * CONNECTIONS; attempt++) {
      const forged = `X-Forwarded-For: 203.0.113.${attempt}\r\n`;
      const opened = await RawWebSocket.open(port, attempt % 2 === 0 ? "/ws" : "/ws-api/v3", forged, CONNECTOR);
      outcomes.push(opened.outcome);
      if (opened.outcome === "open") opened.socket.close();
      else text = opened.text;
    }
    // Five minutes may end in between, and then it is 20 more.
    const open = outcomes.filter((outcome) => outcome === "open").length;
    expect([open === CONNECTIONS || open === 2 * CONNECTIONS, text.split("\r\n", 1)[0]]).toEqual([
      true,
      "HTTP/1.1 429 Too Many Requests",
    ]);
    expect(text).toMatch(
      /\r\nRetry-After: [0-9]{1,3}\r\n[\s\S]*\{"code":-1003,"msg":"Too many connection attempts; [^"]+"\}$/,
    );
  });
}
