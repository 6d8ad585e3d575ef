/**
 * What Knative does for one function, as far as its callers can tell: an address that is always there. A request that finds
 * no instance starts one and waits; an instance that has been told to stop gets nothing new and ends in its own time.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { freePort } from "../../engine/bus/redis/testing/redis-server.ts";
import { forward, refuse } from "./forwarding.ts";
import { ManagedProcess } from "./managed-process.ts";

interface Instance {
  readonly port: number;
  readonly process: ManagedProcess;
}

export class FunctionActivator {
  readonly name: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #server: Server;
  readonly #all = new Set<ManagedProcess>();
  #current: Promise<Instance> | null = null;
  #starts = 0;
  #closed = false;
  #output = "";

  private constructor(name: string, environment: Readonly<Record<string, string>>) {
    this.name = name;
    this.#environment = environment;
    this.#server = createServer((incoming, outgoing) => void this.serve(incoming, outgoing, incoming.url ?? "/"));
    this.#server.keepAliveTimeout = 65_000;
  }

  /** Listens; the function itself is started by its first request. */
  static async open(name: string, environment: Readonly<Record<string, string>>): Promise<FunctionActivator> {
    const activator = new FunctionActivator(name, environment);
    activator.#server.listen(0, "127.0.0.1");
    await once(activator.#server, "listening");
    return activator;
  }

  /** As other workloads name it, like a cluster-local address. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often an instance was started. */
  get starts(): number {
    return this.#starts;
  }

  /** Of all instances. */
  get output(): string {
    return this.#output + [...this.#all].map(({ output }) => output).join("");
  }

  async serve(incoming: IncomingMessage, outgoing: ServerResponse, path: string): Promise<void> {
    let instance: Instance;
    try {
      instance = await this.#instance();
    } catch (error) {
      // It does not start: what Knative says then.
      return refuse(incoming, outgoing, 503, JSON.stringify({ code: -1008, msg: String(error) }));
    }
    forward(incoming, outgoing, instance.port, path);
  }

  /** kill -9, of the instance that takes requests now. */
  async kill(): Promise<void> {
    const instance = await this.#current?.catch(() => null);
    await instance?.process.kill();
  }

  /** SIGTERM; the next request starts another instance, while this one ends. @returns its exit code. */
  async stop(): Promise<number | null> {
    const instance = await this.#current?.catch(() => null);
    this.#current = null;
    return (await instance?.process.stop()) ?? null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#current?.catch(() => null);
    await Promise.all([...this.#all].map((process) => process.kill()));
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #instance(): Promise<Instance> {
    if (this.#current === null) {
      const starting = this.#start();
      this.#current = starting;
      // One that does not come up, or that goes, is forgotten: the next request starts another.
      void starting
        .then(({ process }) => process.ended())
        .catch(() => {})
        .then(() => {
          if (this.#current === starting) this.#current = null;
        });
    }
    return this.#current;
  }

  async #start(): Promise<Instance> {
    if (this.#closed) throw new Error(`${this.name} is closed`);
    this.#starts += 1;
    const port = await freePort();
    const process = new ManagedProcess({
      name: this.name,
      program: ["functions/_shared/function-main.ts", this.name],
      environment: { ...this.#environment, HOST: "127.0.0.1", PORT: String(port) },
      probeUrl: `http://127.0.0.1:${port}/livez`,
    });
    this.#all.add(process);
    try {
      await process.start();
    } finally {
      if (!process.isRunning) this.#forget(process);
    }
    void process.ended().then(() => this.#forget(process));
    return { port, process };
  }

  #forget(process: ManagedProcess): void {
    this.#all.delete(process);
    this.#output = (this.#output + process.output).slice(-100_000);
  }
}
