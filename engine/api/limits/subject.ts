/**
 * Who is counted: an IPv4 address by itself, an IPv6 address as its network of 64 bits, which is the least that anybody is
 * given: each has 2^64 addresses, and a limit on one of them would be none.
 */

const NETWORK_GROUPS = 4;
const GROUPS = 8;

/** @param address in the spelling of client-address.ts; "": nobody can say. @returns the address, or `2001:db8:0:1::/64`, whose own subject is itself. */
export function subjectOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("%", 1)[0]!.split("::");
  const groups = groupsOf(head);
  if (tail !== undefined) {
    const behind = groupsOf(tail);
    while (groups.length < GROUPS - behind.length) groups.push("0");
    groups.push(...behind);
  }
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}

function groupsOf(text: string): string[] {
  if (text === "") return [];
  // Four bytes in the spelling of IPv4 are two groups, and never of the network.
  return text.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : [group]));
}
