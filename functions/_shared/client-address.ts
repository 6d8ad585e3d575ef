/**
 * Whose request it is, behind proxies: lists of addresses of an API key compare this.
 *
 * Each proxy of ours appends to X-Forwarded-For whom it heard. So the end of the header is ours and can be believed, and
 * what comes before it is whatever the client wrote. Only the count decides: how many of us there are (TIDEBOOK_FORWARDED_HOPS).
 */

/**
 * @param hops 0: nobody stands before this process, and the connection says it.
 * @returns "" where fewer proxies than `hops` appended: somebody came by another way, and no list allows nobody.
 */
export function clientAddress(
  connection: string,
  forwardedFor: string | readonly string[] | undefined,
  hops: number,
): string {
  if (hops === 0) return connection;
  const appended = [forwardedFor ?? []].flat().flatMap((line) => line.split(","));
  return appended.at(-hops)?.trim() ?? "";
}
