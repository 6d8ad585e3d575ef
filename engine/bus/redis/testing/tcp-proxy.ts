/**
 * A wire that a test can cut, hold and lay anew: a TCP proxy to a port of this machine.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type Direction = "to_server" | "to_client";

export interface TcpProxy {
  readonly port: number;
  /** Connections made from now on lead to another port; those that are, stay. */
  pointAt(port: number): void;
  /** Ends every connection, at once and without a word. New ones are taken unless `refuse` says otherwise. */
  cut(): void;
  /** Whoever connects from now on is cut off at once; `false`: no longer. */
  refuse(isRefusing: boolean): void;
  /** What flows in this direction stops, on every connection, new ones included; nothing is lost, until `cut`. */
  hold(direction: Direction): void;
  release(direction: Direction): void;
  /** Resolves when a chunk with this text in it comes in this direction. It has passed by then, or is held. */
  seen(direction: Direction, text: string): Promise<void>;
  /**
   * The next chunk in this direction that has this text in it does not arrive: instead every connection is cut, and nobody
   * gets through any more until `refuse(false)`. Resolves then.
   */
  cutAt(direction: Direction, text: string): Promise<void>;
  stop(): Promise<void>;
}

interface Wire {
  readonly client: Socket;
  readonly server: Socket;
}

interface Watch {
  readonly direction: Direction;
  readonly text: string;
  readonly isCutting: boolean;
  readonly resolve: () => void;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let target = targetPort;
  let isRefusing = false;
  const held: Record<Direction, boolean> = { to_server: false, to_client: false };
  const wires = new Set<Wire>();
  const watches = new Set<Watch>();

  const cut = (): void => {
    for (const { client, server } of wires) {
      client.destroy();
      server.destroy();
    }
  };
  const pass = (from: Socket, to: Socket, direction: Direction): void => {
    const waiting: Buffer[] = [];
    const flow = (): void => {
      if (!held[direction]) for (const chunk of waiting.splice(0)) to.write(chunk);
    };
    from.on("data", (chunk: Buffer) => {
      for (const watch of watches) {
        if (watch.direction !== direction || !chunk.includes(watch.text)) continue;
        watches.delete(watch);
        watch.resolve();
        if (!watch.isCutting) continue;
        isRefusing = true;
        cut();
        return;
      }
      waiting.push(chunk);
      flow();
    });
    from.on("flow", flow);
  };

  // A wire adds no time of its own: without this small messages would wait for the acknowledgement of those before.
  const proxy = createServer({ noDelay: true }, (client) => {
    client.on("error", () => {});
    if (isRefusing) {
      client.destroy();
      return;
    }
    const server = connect({ port: target, host: "127.0.0.1", noDelay: true });
    server.on("error", () => {});
    const wire = { client, server };
    wires.add(wire);
    pass(client, server, "to_server");
    pass(server, client, "to_client");
    const end = (): void => {
      wires.delete(wire);
      client.destroy();
      server.destroy();
    };
    client.on("close", end);
    server.on("close", end);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));

  return {
    port: (proxy.address() as AddressInfo).port,
    cut,
    pointAt(port) {
      target = port;
    },
    refuse(refusing) {
      isRefusing = refusing;
    },
    hold(direction) {
      held[direction] = true;
    },
    release(direction) {
      held[direction] = false;
      for (const { client, server } of wires) (direction === "to_server" ? client : server).emit("flow");
    },
    seen(direction, text) {
      return new Promise((resolve) => watches.add({ direction, text, isCutting: false, resolve }));
    },
    cutAt(direction, text) {
      return new Promise((resolve) => watches.add({ direction, text, isCutting: true, resolve }));
    },
    async stop() {
      cut();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}
