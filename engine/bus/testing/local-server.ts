/** Servers of a test, on free ports of this machine, all closed together. Tests only. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

export class LocalServers {
  readonly #servers: Server[] = [];

  /** @returns its URL. */
  async listen(server: Server): Promise<string> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  /** Cuts whoever is still connected. */
  async close(): Promise<void> {
    for (const server of this.#servers.splice(0).reverse()) {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    }
  }
}
