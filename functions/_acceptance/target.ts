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

/** Asks until the answer will do; the test's own time limit ends it. */
export async function eventually<T>(ask: () => Promise<T>, willDo: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (willDo(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
