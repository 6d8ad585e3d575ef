/** What a newcomer sees: where the exchange is, two lines to copy, and where the keys are. No secret is in it. */
import type { BotsTrading } from "./bots/bots.ts";
import type { Exchange } from "./exchange.ts";

const TRADING_LINE: Readonly<Record<BotsTrading, string>> = {
  bots: "Bots trade on all instruments. Without them: npm start -- --no-bots (or TIDEBOOK_BOTS=0).",
  replay: "A capture is replayed on BTCUSDT, over and over. The demo's bots instead: npm start.",
  nobody: "Nobody trades but you. The demo's bots: npm start (without --no-bots and TIDEBOOK_BOTS=0).",
};

/** Hosts by which nobody but this machine can come. */
const LOCAL_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

export function greetingOf(
  exchange: Pick<Exchange, "origin" | "publicOrigin" | "folder" | "prepared">,
  host: string,
  tookMs: number,
  trading: BotsTrading,
): string {
  const { origin, publicOrigin, folder, prepared } = exchange;
  const hasDemo = prepared.outcome === "ready";
  const lines = [
    "",
    `Tidebook takes orders at ${origin} (ready in ${tookMs} ms). Ctrl-C stops it; all is kept in ${folder.root}.`,
    "",
    // The one origin at which people sign in; what follows is for programs.
    `Trade in a browser: ${publicOrigin}`,
    "",
    "The book:",
    `  curl -s '${origin}/api/v3/depth?symbol=BTCUSDT&limit=5'`,
  ];
  if (hasDemo) lines.push("", ...tradeLines(origin, folder.demoAccounts, trading));
  else {
    lines.push(
      "",
      `${folder.demoAccounts} was taken away: the demo accounts stay, their secrets are gone. New keys:`,
      "  npm run ops -- key create 1",
    );
  }
  lines.push("", TRADING_LINE[trading]);
  lines.push(
    "",
    `Streams:  ${origin.replace("http", "ws")}/ws/btcusdt@trade`,
    `Operator: npm run ops -- status     (token in ${folder.operatorTokenFile ?? "TIDEBOOK_OPERATOR_TOKEN"})`,
    "",
  );
  if (!LOCAL_HOSTS.has(host)) {
    lines.push(
      `WARNING: HOST=${host} lets other machines in, over plain HTTP${hasDemo ? ", while demo accounts with funds exist" : ""}.`,
      "         Put TLS in front of it, and disable what you do not use: npm run ops -- account disable 1",
    );
    if (isHere(publicOrigin))
      lines.push(
        `         Only browsers of this machine can sign in, at ${publicOrigin}: for others set PUBLIC_ORIGIN.`,
      );
    lines.push("");
  }
  return lines.join("\n");
}

/** Whether it is a name that every machine gives itself. */
function isHere(publicOrigin: string): boolean {
  return LOCAL_HOSTS.has(new URL(publicOrigin).hostname);
}

/** Where somebody else trades, one order is a trade; in an empty book it takes two. */
function tradeLines(origin: string, demoAccounts: string, trading: BotsTrading): readonly string[] {
  const market = (fileLine: number): readonly string[] =>
    signedOrderLines(origin, "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01", demoAccounts, fileLine);
  if (trading !== "nobody") {
    return [`A trade at the market, signed with the key of a demo account in ${demoAccounts}:`, ...market(2)];
  }
  const sell = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000";
  return [
    `A trade between the two demo accounts, signed with their keys in ${demoAccounts}. One sells:`,
    ...signedOrderLines(origin, sell, demoAccounts, 2),
    "the other buys:",
    ...market(3),
  ];
}

/**
 * One line for bash and its relatives: openssl signs what curl sends. The secret comes from the file, never from this text.
 *
 * @param fileLine where the account stands in the file.
 */
function signedOrderLines(origin: string, order: string, demoAccounts: string, fileLine: number): readonly string[] {
  const field = (name: string): string =>
    `$(sed -n '${fileLine}s/.*"${name}":"\\([^"]*\\)".*/\\1/p' '${demoAccounts}')`;
  return [
    `  q="${order}&timestamp=$(date +%s)000"; \\`,
    `  s=$(printf %s "$q" | openssl dgst -sha256 -hmac "${field("apiSecret")}" | sed 's/.* //'); \\`,
    `  curl -s -X POST -H "X-MBX-APIKEY: ${field("apiKey")}" "${origin}/api/v3/order?$q&signature=$s"`,
  ];
}
