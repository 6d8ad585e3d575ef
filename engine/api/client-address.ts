/**
 * Whose request it is, behind proxies: limits and lists of addresses of an API key go by this.
 *
 * A request comes over a chain: the connection first, then whom each proxy of ours heard, from the end of X-Forwarded-For
 * to its beginning. The client is the first of the chain that is not ours. Ours are, counted from the connection, so many as
 * are told (TIDEBOOK_FORWARDED_HOPS: proxies whose addresses nobody knows before), and then all whose address is in the list
 * (TRUSTED_PROXIES). Whatever comes behind the client is its own to write, and is never looked at: with neither setting the
 * connection alone counts.
 */
import { BlockList, isIP } from "node:net";
import { addToList, listHas } from "./ip-allow-list.ts";

export interface ProxyTrust {
  /** Proxies of ours next to this process, whoever they are. */
  readonly hops: number;
  readonly isProxy: (address: string) => boolean;
}

export const NO_PROXIES: ProxyTrust = { hops: 0, isProxy: () => false };

/** @param addresses single ones or CIDR ranges; what is neither trusts nobody: settings refuse it. */
export function proxyTrust(hops: number, addresses: readonly string[]): ProxyTrust {
  const list = new BlockList();
  for (const entry of addresses) addToList(list, entry);
  return { hops, isProxy: addresses.length === 0 ? NO_PROXIES.isProxy : (address) => listHas(list, address) };
}

/**
 * @returns the address in one spelling, or "" where nobody can say: fewer proxies appended than are told, or what was
 *   appended is no address. No list of addresses allows nobody, and to the limits all of them are one.
 */
export function clientAddress(
  connection: string,
  forwardedFor: string | readonly string[] | undefined,
  trust: ProxyTrust,
): string {
  const here = addressIn(connection);
  if (trust.hops === 0 && !trust.isProxy(here)) return here;
  const appended = [forwardedFor ?? []].flat().flatMap((line) => line.split(","));
  const chain = [here, ...appended.reverse().map(addressIn)];
  let at = trust.hops;
  // Where all are ours, the farthest of them asks for itself.
  while (at + 1 < chain.length && trust.isProxy(chain[at]!)) at++;
  return chain[at] ?? "";
}

const IPV4_IN_IPV6 = /^::ffff:(?=[0-9]+\.)/i;
/** Some proxies append the port as well: `203.0.113.9:443`, `[2001:db8::9]:443`. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::[0-9]+)?|([0-9.]+):[0-9]+)$/;

function addressIn(entry: string): string {
  const text = entry.trim();
  const match = WITH_PORT.exec(text);
  const address = (match?.[1] ?? match?.[2] ?? text).replace(IPV4_IN_IPV6, "");
  return isIP(address) === 0 ? "" : address.toLowerCase();
}
