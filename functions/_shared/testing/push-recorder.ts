/** Stands before a function as a push endpoint: for tests that must see what is pushed, and refuse it first. */
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getTestServer } from "@google-cloud/functions-framework/testing";

export interface Delivered {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
}

export class PushRecorder {
  readonly delivered: Delivered[] = [];
  /** How many of the next deliveries are answered 503 without the function. */
  refusals = 0;
  #heard: () => void = () => {};
  readonly #server: Server;

  readonly #target: Server;

  /** @param name of a function, as registered. */
  constructor(name: string) {
    this.#target = getTestServer(name);
    this.#server = createServer(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const finish = (status: number): void => {
        outgoing.writeHead(status).end();
        this.delivered.push({ headers: incoming.headers, body: body.toString(), status });
        this.#heard();
      };
      if (this.refusals > 0) {
        this.refusals -= 1;
        finish(503);
        return;
      }
      // Raw: in this process the function's guard has put its own content type into the others.
      const { method = "POST", url: path = "/", rawHeaders: headers } = incoming;
      const forwarded = httpRequest(
        { port: portOf(this.#target), host: "127.0.0.1", method, path, headers },
        (response) => {
          response.resume();
          finish(response.statusCode ?? 0);
        },
      );
      forwarded.end(body);
    });
  }

  /** @returns where to push to. */
  async start(): Promise<string> {
    for (const server of [this.#target, this.#server]) {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
    return `http://127.0.0.1:${portOf(this.#server)}/`;
  }

  async until(condition: (delivered: readonly Delivered[]) => boolean): Promise<void> {
    while (!condition(this.delivered)) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  stop(): void {
    for (const server of [this.#server, this.#target]) {
      server.closeAllConnections();
      server.close();
    }
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Of the event inside, in either form. */
export function idOf({ headers, body }: Delivered): string {
  const unwrapped = headers["ce-id"];
  if (typeof unwrapped === "string") return unwrapped;
  return (JSON.parse(body) as { message: { attributes: Record<string, string> } }).message.attributes["ce-id"] ?? "";
}
