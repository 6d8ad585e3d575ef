/** The bearer token of the operator's API, compared so that neither content nor length shows in the time it takes. */
import { createHash, timingSafeEqual } from "node:crypto";

/** @param header the request's Authorization. An empty token lets nobody in. */
export function operatorTokenMatches(header: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(header), digest(`Bearer ${token}`)) && token !== "";
}
