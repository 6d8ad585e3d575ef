/**
 * The page in the screen's place while there is none: it is being built, or cannot be. Static; comes again by itself while
 * that helps. Its one style is inline, and named in its policy by its hash.
 */
import { createHash } from "node:crypto";
import { policyOf } from "./page-policy.ts";

export const RELOAD_AFTER_S = 2;

export type Waiting =
  | { readonly outcome: "being_built" }
  /** `why`: a sentence for whoever started the exchange. */
  | { readonly outcome: "not_built"; readonly why: string };

const STYLE = [
  ":root{color-scheme:dark light}",
  "body{margin:0;min-height:100vh;display:grid;place-items:center;background:#0c1116;color:#d7dee6;",
  "font:16px/1.5 system-ui,sans-serif}",
  "main{max-width:36rem;padding:2rem}h1{margin:0 0 .5rem;font-size:1.25rem}p{margin:.5rem 0;color:#9aa7b4}",
  "a{color:#2fd3b5}",
].join("");

let policy: string | null = null;

export function waitingPolicy(): string {
  const hash = createHash("sha256").update(STYLE).digest("base64");
  policy ??= policyOf({ "style-src": `'sha256-${hash}'` });
  return policy;
}

export function waitingPage(waiting: Waiting): string {
  const isComing = waiting.outcome === "being_built";
  const title = isComing ? "The trading screen is being built" : "The trading screen is not built";
  const says = isComing
    ? "This takes some seconds after the first start and after an update; the page comes by itself."
    : escaped(waiting.why);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    isComing ? `<meta http-equiv="refresh" content="${RELOAD_AFTER_S}">` : "",
    `<title>${title} · Tidebook</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${title}</h1><p>${says}</p>`,
    "<p>Orders are taken meanwhile: everything that the screen does, the API does, ",
    'described in <a href="/openapi.json">openapi.json</a>.</p></main></body></html>',
  ].join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
