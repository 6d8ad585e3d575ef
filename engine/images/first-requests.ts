/**
 * What a program meets first in its life, for warming it up: its settings, and the requests that it answers.
 */
import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";

const ATTEMPT_EVERY_MS = 20;
const ATTEMPTS_MAX = 500;

export async function firstHour(program: string, start: () => void): Promise<void> {
  const port = await freePort();
  process.env.PORT = String(port);
  start();
  const answer = await firstAnswer(`http://127.0.0.1:${port}/api/v3/order`);
  await answer.text();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

async function firstAnswer(url: string): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetch(url);
    } catch (error) {
      // It does not listen yet.
      if (attempt === ATTEMPTS_MAX) throw error;
      await setTimeout(ATTEMPT_EVERY_MS);
    }
  }
}
