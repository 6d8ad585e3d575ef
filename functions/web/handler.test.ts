/** What the screen's files are answered with: which coding, how long it is kept, and what is none of its paths. */
import { expect, test } from "vitest";
import { SCREEN_PAGES } from "../../engine/api/routes.ts";
import type { FileReply } from "../_shared/http.ts";
import { request } from "../_shared/testing/fake-edge.ts";
import { handleWeb, type Screen, type WebDeps } from "./handler.ts";
import { SMALL } from "./testing/small-site.ts";

function ask(path: string, headers: Record<string, string> = {}, deps: WebDeps = SMALL, method = "GET"): FileReply {
  return handleWeb(request({ method, path, headers }), deps);
}
function text({ body }: FileReply): string {
  return Buffer.from(body).toString();
}
function shown(reply: FileReply, ...names: readonly string[]): unknown[] {
  return [reply.status, ...names.map((name) => reply.headers[name] ?? null), text(reply)];
}

test("every page is the one document, asked about each time", () => {
  for (const page of SCREEN_PAGES)
    expect(shown(ask(page), "content-type", "cache-control", "etag", "content-length")).toEqual([
      ...[200, "text/html;charset=UTF-8", "no-cache", '"d0c"', "15"],
      "<!doctype html>",
    ]);
});

test("what has a hash in its name is kept for ever, the icon and its like for an hour", () => {
  expect(
    ["/assets/main-1a.js", "/assets/inter-2b.woff2", "/robots.txt"].map((path) => ask(path).headers["cache-control"]),
  ).toEqual(["public, max-age=31536000, immutable", "public, max-age=31536000, immutable", "public, max-age=3600"]);
});

test("the smallest coding that the client takes is sent, under a tag of its own", () => {
  const chosen = (path: string, accepted: string): unknown[] =>
    shown(ask(path, { "accept-encoding": accepted }), "content-encoding", "etag", "vary");
  const vary = "accept-encoding";
  expect([
    chosen("/", "gzip, deflate, br, zstd"),
    chosen("/", "gzip, deflate"),
    chosen("/", "br;q=0, gzip;q=0.5"),
    chosen("/", "GZIP"),
    chosen("/", "*"),
    chosen("/", "*, br;q=0.000"),
    chosen("/", "identity, brx"),
    chosen("/", ""),
    chosen("/assets/main-1a.js", "br, gzip"),
    chosen("/assets/inter-2b.woff2", "br, gzip"),
  ]).toEqual([
    [200, "br", '"d0c-br"', vary, "br of the document"],
    [200, "gzip", '"d0c-gzip"', vary, "gzip of the document"],
    [200, "gzip", '"d0c-gzip"', vary, "gzip of the document"],
    [200, "gzip", '"d0c-gzip"', vary, "gzip of the document"],
    [200, "br", '"d0c-br"', vary, "br of the document"],
    [200, "gzip", '"d0c-gzip"', vary, "gzip of the document"],
    [200, null, '"d0c"', vary, "<!doctype html>"],
    [200, null, '"d0c"', vary, "<!doctype html>"],
    [200, "gzip", '"5c1-gzip"', vary, "gzip of the script"],
    [200, null, '"f0a"', vary, "font"],
  ]);
});

test("who has it already is told so, without a body and without its type or length", () => {
  const again = ask("/", { "accept-encoding": "br", "if-none-match": 'W/"old", W/"d0c-br"' });
  expect(shown(again, "etag", "cache-control", "content-length", "content-type", "content-encoding")).toEqual([
    ...[304, '"d0c-br"', "no-cache", null, null, null],
    "",
  ]);
  const statuses = ['"d0c"', "*", '"d0c-br"', '"d0c-gzip"', '"d0', ""].map(
    (tag) => ask("/", { "accept-encoding": "gzip", "if-none-match": tag }).status,
  );
  expect(statuses).toEqual([200, 304, 200, 304, 200, 200]);
});

test("a path is looked up as it was sent: nothing climbs out, and what is not there is 404 and no page", () => {
  const outside = [
    "/assets/..%2f..%2fpackage.json",
    "/assets/../site.json",
    "/assets/%2e%2e/site.json",
    "/..",
    "/assets/",
    "/assets/main-1a.js.gz",
    "/assets/nothing.js",
    "/ASSETS/main-1a.js",
    "/site.json",
    "/index.html",
    "/account/",
    "/__proto__",
    "//",
    "",
  ];
  expect(outside.map((path) => shown(ask(path), "content-type", "cache-control"))).toEqual(
    outside.map(() => [
      ...[404, "application/json;charset=UTF-8", "no-store"],
      '{"code":-1020,"msg":"This operation is not supported."}',
    ]),
  );
});

test("nothing but GET and HEAD is taken", () => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "get", ""])
    expect(shown(ask("/", {}, SMALL, method), "allow")).toEqual([
      ...[405, "GET, HEAD"],
      '{"code":-1020,"msg":"This operation is not supported."}',
    ]);
  expect(ask("/", {}, SMALL, "HEAD").headers).toEqual(ask("/").headers);
});

test("every answer has the strict policy; a promise of https is made where people come by https", () => {
  const fixed = {
    "content-security-policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  };
  const answers = [
    ask("/"),
    ask("/", { "if-none-match": "*" }),
    ask("/x"),
    ask("/", {}, SMALL, "POST"),
    ask("/robots.txt"),
  ];
  for (const { headers } of answers) {
    expect(headers).toMatchObject(fixed);
    expect(headers["permissions-policy"]).toContain("publickey-credentials-get=(self)");
    expect(headers["strict-transport-security"]).toBeUndefined();
  }
  const secure = { ...SMALL, isHttps: true };
  expect(ask("/", {}, secure).headers["strict-transport-security"]).toBe("max-age=63072000");
});

test("while the screen is being built its pages say so and come again; its files are 404, and nobody keeps either", () => {
  const building: WebDeps = { ...SMALL, screen: () => ({ outcome: "being_built" }) };
  const page = ask("/account", {}, building);
  expect(shown(page, "cache-control", "retry-after", "content-type").slice(0, -1)).toEqual([
    ...[503, "no-store", "2", "text/html;charset=UTF-8"],
  ]);
  expect(text(page)).toContain('<meta http-equiv="refresh" content="2">');
  expect(shown(ask("/assets/main-1a.js", {}, building), "cache-control").slice(0, 2)).toEqual([404, "no-store"]);
});

test("where it cannot be built the page says why, as text, and does not come again", () => {
  const screen: Screen = { outcome: "not_built", why: "Vite & <b>friends</b> are away." };
  const page = text(ask("/", {}, { ...SMALL, screen: () => screen }));
  expect(page).toContain("<p>Vite &amp; &lt;b>friends&lt;/b> are away.</p>");
  expect(page).not.toContain("refresh");
});

test("the one style of the waiting page is the one that its policy names", async () => {
  const { headers, body } = ask("/", {}, { ...SMALL, screen: () => ({ outcome: "being_built" }) });
  const style = /<style>(.*)<\/style>/.exec(Buffer.from(body).toString())?.[1] ?? "";
  const digest = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(style))).toString("base64");
  expect(headers["content-security-policy"]).toContain(`style-src 'sha256-${digest}';`);
});
