/**
 * The exchange under test: the one that TIDEBOOK_ORIGIN and TIDEBOOK_OPERATOR_TOKEN name, else a process of our own.
 */
import { DataFolderForTests, startProcess } from "./exchange-process.ts";
import { HttpClient, Operator } from "./trader.ts";

export interface Target {
  readonly http: HttpClient;
  readonly operator: Operator;
  readonly operatorToken: string;
  close(): Promise<void>;
}

export async function openTarget(): Promise<Target> {
  const { TIDEBOOK_ORIGIN: origin, TIDEBOOK_OPERATOR_TOKEN: token } = process.env;
  if (origin !== undefined && token !== undefined) {
    const http = new HttpClient(origin);
    return { http, operator: new Operator(http, token), operatorToken: token, close: async () => http.close() };
  }
  const folder = new DataFolderForTests();
  const process_ = await startProcess(folder);
  const http = new HttpClient(process_.origin);
  const operatorToken = folder.operatorToken();
  return {
    http,
    operator: new Operator(http, operatorToken),
    operatorToken,
    async close() {
      http.close();
      await process_.stop();
      folder.remove();
    },
  };
}

const POLL_MS = 20;
const SHOWN_CHARACTERS = 4_000;

/** Asks until the answer will do; the test's own time limit ends it, or `limitMs`, with the last answer in the error. */
export async function eventually<T>(
  ask: () => Promise<T>,
  willDo: (answer: T) => boolean,
  limitMs = Number.POSITIVE_INFINITY,
): Promise<T> {
  const startedMs = performance.now();
  for (;;) {
    const answer = await ask();
    if (willDo(answer)) return answer;
    if (performance.now() - startedMs > limitMs) {
      throw new Error(`not within ${limitMs} ms: ${JSON.stringify(answer)?.slice(0, SHOWN_CHARACTERS)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
