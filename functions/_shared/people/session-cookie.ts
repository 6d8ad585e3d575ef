/**
 * The cookie that stands for a session. On https its name begins with `__Host-`, which browsers take from this origin alone
 * (no subdomain can put one there); http has no such name. SameSite=Strict: no other site's page sends it.
 */
import { TOKEN_PATTERN } from "./person-secrets.ts";

export const SESSION_DAYS = 30;
const DAY_S = 86_400;

function nameAt(publicOrigin: string): string {
  return isSecure(publicOrigin) ? "__Host-tidebook" : "tidebook";
}

function isSecure(publicOrigin: string): boolean {
  return publicOrigin.startsWith("https:");
}

/** @param token null: the browser forgets it. */
export function setCookie(publicOrigin: string, token: string | null): string {
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure(publicOrigin) ? "; Secure" : ""}`;
  return `${nameAt(publicOrigin)}=${token ?? ""}; Max-Age=${token === null ? 0 : SESSION_DAYS * DAY_S}; ${attributes}`;
}

/** null: none, an ill-formed one, or several, of which nobody can say which is ours. */
export function tokenIn(header: string, publicOrigin: string): string | null {
  const name = nameAt(publicOrigin);
  const found = header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [token] = found;
  return found.length === 1 && token !== undefined && TOKEN_PATTERN.test(token) ? token : null;
}
