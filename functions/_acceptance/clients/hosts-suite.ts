/** Where the clients went: to us alone, with every address that they have and with every request that they made. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import WebSocket from "ws";
import type { Target } from "../target.ts";
import { ClientsMade, clientMarket } from "./client-market.ts";
import { documentedCcxt } from "./documented.ts";

/** What Node's own channels tell of each request: by node:http, WebSockets included, and by fetch. */
const CHANNELS = ["http.client.request.start", "undici:request:create"] as const;

/** With its port, where the request names the host that it goes to; a proxy passes on another's name for it. */
// biome-ignore lint/suspicious/noExplicitAny: node:http has no public type for the address of a request.
function destinationOf(request: any): string {
  const named: string = request.getHeader("host");
  return new URL(`http://${named}`).hostname === request.host ? named : request.host;
}

/** Every host that this process has sent a request to, from the moment it is made. */
export class HostsAsked {
  readonly hosts = new Map<string, number>();

  constructor() {
    for (const channel of CHANNELS) subscribe(channel, this.#note);
  }

  end(): void {
    for (const channel of CHANNELS) unsubscribe(channel, this.#note);
  }

  /** Leaves out what a test has asked on purpose. */
  forget(host: string): void {
    this.hosts.delete(host);
  }

  readonly #note = (message: unknown): void => {
    // biome-ignore lint/suspicious/noExplicitAny: the two channels differ, and have no types.
    const { request } = message as any;
    const host: string = request.origin === undefined ? destinationOf(request) : new URL(request.origin).host;
    this.hosts.set(host, (this.hosts.get(host) ?? 0) + 1);
  };
}

/** Every string inside a value. */
function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** Declares the suite's tests. */
export function hostsSuite(target: () => Target, asked: HostsAsked): void {
  test("docs/clients.md redirects every address of ccxt: none of any family is left that is not ours", async () => {
    const { alice } = await clientMarket(target());
    const { origin } = target().http;
    const client = await documentedCcxt(origin, alice);
    const urls = stringsIn(client.urls.api);
    const { host } = new URL(origin);
    expect(urls.length).toBeGreaterThan(30);
    expect(urls.filter((url) => new URL(url).host !== host)).toEqual([]);
    expect(client.urls.api).toMatchObject({
      public: `${origin}/api/v3`,
      private: `${origin}/api/v3`,
      sapi: `${origin}/sapi/v1`,
      ws: {
        spot: `${origin.replace("http", "ws")}/ws`,
        "ws-api": { spot: `${origin.replace("http", "ws")}/ws-api/v3` },
      },
    });
    await client.close();
  });

  test("docs/clients.md redirects every connection of binance, whichever of its names is used", async () => {
    const made = new ClientsMade();
    const { alice } = await clientMarket(target());
    const { streams, api } = await made.binance(target(), alice);
    const { host } = new URL(target().http.origin);
    const urls = await Promise.all([
      ...(["public", "market", "private"] as const).map((kind) => streams.getWsUrl("main", kind)),
      api.getWSClient().getWsUrl("mainWSAPI"),
      streams.getWsUrl("usdm"),
      streams.getWsUrl("coinm"),
    ]);
    expect(urls.filter((url) => new URL(url).host !== host)).toEqual([]);
    await made.end();
  });

  test("a request to another host is seen, by whatever way it goes", async () => {
    const other = createServer((_, response) => response.end()).listen(0, "localhost");
    await once(other, "listening");
    const host = `localhost:${(other.address() as AddressInfo).port}`;
    const seen = new HostsAsked();
    await (await fetch(`http://${host}/`)).text();
    await new Promise((resolve, reject) => request(`http://${host}/`, resolve).on("error", reject).end());
    // It is no exchange: the handshake fails, and was seen.
    await new Promise((resolve) => new WebSocket(`ws://${host}/ws`).on("error", resolve));
    seen.end();
    asked.forget(host);
    other.close();
    other.closeAllConnections();
    expect(seen.hosts.get(host)).toBe(3);
  });

  test("no client has asked anybody else in all these tests", () => {
    const { host, hostname } = new URL(target().http.origin);
    // What stands before functions forwards in this process: by port it is somebody else, by name it is not.
    const names = new Set([...asked.hosts.keys()].map((each) => new URL(`http://${each}`).hostname));
    expect([[...names], (asked.hosts.get(host) ?? 0) > 100]).toEqual([[hostname], true]);
  });
}
