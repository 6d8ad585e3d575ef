/** How a server that traders speak to begins and ends: of every function's process, and of the exchange in one process. */
import type { Server as HttpServer } from "node:http";
import { Server as NetServer } from "node:net";

/** For idle connections at the end, while others are still answered. */
const IDLE_GRACE_MS = 400;
/** Longer than any command's deadline. */
const DRAIN_MS = 12_000;

/** Rejects when the address cannot be had. */
export function listen(server: HttpServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/**
 * Takes no new connection and resolves when the last one is closed, or after DRAIN_MS.
 *
 * net's close and not http's, which would end idle connections at once: a client that is just sending its next request
 * would meet a reset. It gets its answer and is told to close; who stays silent is closed after the grace.
 */
export function drainServer(server: HttpServer): Promise<void> {
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  const silent = setTimeout(() => server.closeIdleConnections(), IDLE_GRACE_MS);
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  return closed.finally(() => {
    clearTimeout(silent);
    clearTimeout(late);
  });
}
