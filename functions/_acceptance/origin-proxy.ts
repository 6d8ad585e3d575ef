/**
 * The one origin of separate processes, as the ingress makes it: requests by the route table to the function that owns the
 * path (`/backend/api/v3/…` is rewritten to `/api/v3/…`), upgrades to the stream.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { type FunctionName, ownerOf } from "../../engine/api/routes.ts";
import { refuse } from "./forwarding.ts";
import type { FunctionActivator } from "./function-activator.ts";

const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const REWRITTEN = /^\/backend(?=\/api\/v3\/)/;
const UPGRADES = /^\/(ws|stream|ws-api\/v3)(?=[/?]|$)/;
const NO_ROUTE = '{"code":-1020,"msg":"This operation is not supported."}';

export interface OriginProxy {
  readonly origin: string;
  close(): Promise<void>;
}

export async function openOrigin(
  functions: Readonly<Record<FunctionName, FunctionActivator>>,
  streamPort: number,
): Promise<OriginProxy> {
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, outgoing) => {
    const target = (incoming.url ?? "/").replace(REWRITTEN, "");
    const owner = ownerOf(target.split("?", 1)[0] ?? "");
    if (owner === null) refuse(incoming, outgoing, 404, NO_ROUTE);
    else void functions[owner].serve(incoming, outgoing, target);
  });
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.on("upgrade", (incoming, client, head) => {
    sockets.add(client);
    client.on("close", () => sockets.delete(client));
    if (UPGRADES.test(incoming.url ?? "")) tunnel(incoming, client, head, streamPort);
    else client.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** From the handshake on, bytes are bytes. */
function tunnel(incoming: IncomingMessage, client: Duplex, head: Buffer, port: number): void {
  const upstream = connect({ port, host: "127.0.0.1", noDelay: true }, () => {
    const lines = incoming.rawHeaders.reduce<string[]>((all, part, index, raw) => {
      if (index % 2 === 0) all.push(`${part}: ${raw[index + 1]}`);
      return all;
    }, []);
    upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    upstream.write(head);
    upstream.pipe(client).pipe(upstream);
  });
  upstream.on("error", () => client.destroy());
  client.on("error", () => upstream.destroy());
  client.on("close", () => upstream.destroy());
}
