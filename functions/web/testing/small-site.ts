/** Test support: a screen of three files, as a build lists it. */
import type { WebDeps } from "../handler.ts";
import type { SiteFile } from "../site.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

export const DOCUMENT: SiteFile = {
  path: "/",
  contentType: "text/html;charset=UTF-8",
  hash: "d0c",
  bytes: bytes("<!doctype html>"),
  encoded: { br: bytes("br of the document"), gzip: bytes("gzip of the document") },
};
const SCRIPT: SiteFile = {
  path: "/assets/main-1a.js",
  contentType: "text/javascript;charset=UTF-8",
  hash: "5c1",
  bytes: bytes("let a;"),
  encoded: { gzip: bytes("gzip of the script") },
};
const FONT: SiteFile = {
  path: "/assets/inter-2b.woff2",
  contentType: "font/woff2",
  hash: "f0a",
  bytes: bytes("font"),
  encoded: {},
};
const ROBOTS: SiteFile = {
  path: "/robots.txt",
  contentType: "text/plain;charset=UTF-8",
  hash: "b07",
  bytes: bytes("User-agent: *"),
  encoded: {},
};

const site = new Map([DOCUMENT, SCRIPT, FONT, ROBOTS].map((file) => [file.path, file]));

export const SMALL: WebDeps = { screen: () => ({ outcome: "built", site }), isHttps: false };
