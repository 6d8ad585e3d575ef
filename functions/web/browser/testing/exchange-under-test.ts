/**
 * A whole exchange for tests with a browser: `npm start` on a folder and a port of its own, killed and started again on the
 * same two, paused and resumed. Nobody trades on it but the test.
 */
import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { DataFolderForTests, type RunningProcess, startProcess } from "../../../_acceptance/exchange-process.ts";
import { HttpClient, Operator, Trader } from "../../../_acceptance/trader.ts";

const SCREEN_TIMEOUT_MS = 120_000;
const ASK_EVERY_MS = 200;

export class ExchangeUnderTest {
  readonly folder: DataFolderForTests;
  /** Where a browser goes: by a name, as passkeys need it. */
  readonly origin: string;
  readonly http: HttpClient;
  readonly #port: number;
  readonly #environment: Readonly<Record<string, string>>;
  #process: RunningProcess | null = null;

  private constructor(folder: DataFolderForTests, port: number, environment: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#port = port;
    this.origin = `http://localhost:${port}`;
    this.http = new HttpClient(`http://127.0.0.1:${port}`);
    this.#environment = environment;
  }

  /** @param environment beside the usual: e.g. `{TIDEBOOK_BOTS: "1"}` for a living market. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<ExchangeUnderTest> {
    const exchange = new ExchangeUnderTest(new DataFolderForTests(), await freePort(), environment);
    await exchange.startAgain();
    return exchange;
  }

  get operator(): Operator {
    return new Operator(this.http, this.folder.operatorToken());
  }

  /** The demo's accounts as traders over REST: the counterparts of whoever sits at the browser. */
  demoTraders(): readonly Trader[] {
    return this.folder.demoAccounts().map((account) => new Trader(this.http, account));
  }

  /** On the same folder and port; resolves when it takes orders. */
  async startAgain(): Promise<void> {
    this.#process = await startProcess(this.folder, {
      PORT: String(this.#port),
      PUBLIC_ORIGIN: this.origin,
      TIDEBOOK_BOTS: "0",
      ...this.#environment,
    });
  }

  /** Resolves when the screen is served: the first start builds it. */
  async screenIsThere(): Promise<void> {
    const deadlineMs = performance.now() + SCREEN_TIMEOUT_MS;
    for (;;) {
      const response = await fetch(`${this.origin}/`, { signal: AbortSignal.timeout(5_000) });
      const text = await response.text();
      if (response.ok) return;
      if (performance.now() > deadlineMs) throw new Error(`the screen is not there: ${response.status} ${text}`);
      await delay(ASK_EVERY_MS);
    }
  }

  /** kill -9 */
  async kill(): Promise<void> {
    await this.#process?.kill();
    this.#process = null;
  }

  /** Holds every socket open and says nothing. */
  pause(): void {
    this.#signal("STOP");
  }

  resume(): void {
    this.#signal("CONT");
  }

  output(): string {
    return this.#process?.output() ?? "";
  }

  /** Ends it, and removes its folder. */
  async close(): Promise<void> {
    this.http.close();
    if (this.#process !== null) this.resume();
    await this.#process?.stop();
    this.folder.remove();
  }

  #signal(name: "STOP" | "CONT"): void {
    const process_ = this.#process;
    if (process_ === null) throw new Error("the exchange is not running");
    execFileSync("kill", [`-${name}`, String(process_.pid)]);
  }
}

/** Free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}
