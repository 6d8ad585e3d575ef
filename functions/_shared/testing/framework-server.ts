/**
 * A function under the Functions Framework's own test server, on a free port: for contract tests.
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import type { EdgeDeps } from "../deps.ts";
import { installDeps } from "../deps.ts";

export interface ServedFunction {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** @param name as registered; its index.ts must have been imported. */
export async function serveFunction(name: string, deps: EdgeDeps | null): Promise<ServedFunction> {
  installDeps(deps === null ? null : () => deps);
  const server: Server = getTestServer(name);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        installDeps(null);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: unknown;
}

export async function call(origin: string, method: string, target: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${origin}${target}`, { method, ...init });
  const text = await response.text();
  return { status: response.status, contentType: response.headers.get("content-type"), body: JSON.parse(text) };
}
