/**
 * Which addresses may use an API key: single addresses or CIDR ranges, both families; an empty list allows any.
 */
import { BlockList, isIP } from "node:net";
import type { KeyRecord } from "../domain/operator.ts";

const IPV4_IN_IPV6 = "::ffff:";

/** One entry of a list, or null where it is neither an address nor a range. */
export function addToList(list: BlockList, entry: string): boolean {
  const slash = entry.indexOf("/");
  const address = slash < 0 ? entry : entry.slice(0, slash);
  const family = isIP(address);
  if (family === 0) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  if (slash < 0) {
    list.addAddress(address, type);
    return true;
  }
  const bits = entry.slice(slash + 1);
  if (!/^[0-9]{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  list.addSubnet(address, Number(bits), type);
  return true;
}

const built = new WeakMap<readonly string[], BlockList>();

/** An entry that does not parse allows nobody: registration refuses it (functions/users). */
export function addressIsAllowed(key: Pick<KeyRecord, "ipAllowList">, remoteAddress: string): boolean {
  if (key.ipAllowList.length === 0) return true;
  let list = built.get(key.ipAllowList);
  if (list === undefined) {
    list = new BlockList();
    for (const entry of key.ipAllowList) addToList(list, entry);
    built.set(key.ipAllowList, list);
  }
  const address = remoteAddress.toLowerCase().startsWith(IPV4_IN_IPV6)
    ? remoteAddress.slice(IPV4_IN_IPV6.length)
    : remoteAddress;
  return listHas(list, address);
}

/** Whether an address stands in a list, alone or within a range; what is no address does not. */
export function listHas(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
}
