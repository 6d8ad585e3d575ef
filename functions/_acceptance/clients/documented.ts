/**
 * The clients as docs/clients.md makes them: the suites run the document's own words, so that what a reader copies is what
 * was tested.
 */
import { readFileSync } from "node:fs";
import * as binance from "binance";
import ccxt from "ccxt";

const DOCUMENT = new URL("../../../docs/clients.md", import.meta.url);
const ORIGIN_LINE = /^const origin = ".*";$/m;
const IMPORT_LINE = /^import .*;$/gm;

/** A key of an account; the secret is a PEM where the key has a private half. */
export interface Credentials {
  readonly apiKey: string;
  readonly secret: string;
}

export type CcxtClient = InstanceType<typeof ccxt.pro.binance>;

export interface BinanceClients {
  readonly rest: binance.MainClient;
  readonly streams: binance.WebsocketClient;
  readonly api: binance.WebsocketAPIClient;
}

type Snippet = (...values: readonly unknown[]) => Promise<unknown>;

/** The block under `<!-- name -->`, as a function of the names that it leaves open. */
function snippet(name: string, names: readonly string[], result: string): Snippet {
  const text = readFileSync(DOCUMENT, "utf8");
  const block = new RegExp(`<!-- ${name} -->\n\`\`\`js\n([^]*?)\`\`\``).exec(text)?.[1];
  if (block === undefined || !ORIGIN_LINE.test(block)) throw new Error(`docs/clients.md has no block ${name}`);
  const body = `${block.replace(IMPORT_LINE, "").replace(ORIGIN_LINE, "")}\nreturn ${result};`;
  const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => Snippet;
  return new AsyncFunction(...names, body);
}

// The client's own switch: it tells of every connection otherwise. Its errors are still heard.
binance.DefaultLogger.info = () => {};

const makeCcxt = snippet("ccxt", ["ccxt", "origin", "apiKey", "secret"], "exchange");
const makeBinance = snippet(
  "binance",
  ["MainClient", "WebsocketAPIClient", "WebsocketClient", "origin", "apiKey", "secret"],
  "{ rest, streams, api }",
);

export async function documentedCcxt(origin: string, { apiKey, secret }: Credentials): Promise<CcxtClient> {
  return (await makeCcxt(ccxt, origin, apiKey, secret)) as CcxtClient;
}

export async function documentedBinance(origin: string, { apiKey, secret }: Credentials): Promise<BinanceClients> {
  const { MainClient, WebsocketAPIClient, WebsocketClient } = binance;
  const made = await makeBinance(MainClient, WebsocketAPIClient, WebsocketClient, origin, apiKey, secret);
  return made as BinanceClients;
}
