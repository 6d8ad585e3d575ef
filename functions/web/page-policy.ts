/**
 * What a browser may do with what we give it: the headers of every answer of this function.
 *
 * The policy lets the page load, and speak with, its own origin alone. 'self' in connect-src is the WebSockets of that origin
 * too (CSP 3; Chromium, Firefox, Safari from 15.4), so the policy names no host and is the same everywhere. Nothing is
 * inline, neither script nor style (I46): the build's test looks.
 */

const DIRECTIVES = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' data:",
  "font-src": "'self'",
  "connect-src": "'self'",
  "manifest-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
} as const;

/** Passkeys are ours; the clipboard, too, for keys that are shown once. Everything else that a device has is nobody's here. */
const PERMISSIONS = [
  "publickey-credentials-create=(self)",
  "publickey-credentials-get=(self)",
  "clipboard-write=(self)",
  "fullscreen=(self)",
  ...["camera", "microphone", "geolocation", "payment", "usb", "serial", "hid", "midi", "display-capture"].map(
    (name) => `${name}=()`,
  ),
];

/** Two years: what lists of such hosts ask for. */
const HTTPS_ONLY_S = 63_072_000;

export function policyOf(changes: Readonly<Partial<Record<keyof typeof DIRECTIVES, string>>> = {}): string {
  return Object.entries({ ...DIRECTIVES, ...changes })
    .map(([name, sources]) => `${name} ${sources}`)
    .join("; ");
}

const FIXED = {
  "content-security-policy": policyOf(),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": PERMISSIONS.join(", "),
} as const;

/** @param isHttps whether people come by https alone (PUBLIC_ORIGIN): a promise that no plain answer may make. */
export function pageHeaders(isHttps: boolean): Readonly<Record<string, string>> {
  return isHttps ? { ...FIXED, "strict-transport-security": `max-age=${HTTPS_ONLY_S}` } : FIXED;
}
