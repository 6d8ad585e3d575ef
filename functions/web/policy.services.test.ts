/**
 * What a browser makes of the page's headers: chromium loads a page that tries what a hostile script would try. Skipped where
 * there is no chromium.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { request } from "../_shared/testing/fake-edge.ts";
import { hasBrowser, launchBrowser, NO_BROWSER } from "./browser/testing/browser.ts";
import { handleWeb, type WebDeps } from "./handler.ts";
import type { SiteFile } from "./site.ts";

const PAGE = `<!doctype html><title>tried</title><body>
  <p id="painted" style="position:fixed">painted by an attribute</p>
  <style>#styled{position:fixed}</style><p id="styled">painted inline</p>
  <script>window.inline = true</script><script type="module" src="/assets/tries-1a.js"></script>`;

const TRIES = `
  const tried = {};
  const socket = (url) => new Promise((resolve) => {
    const it = new WebSocket(url);
    it.onopen = () => resolve("open");
    it.onerror = () => resolve("refused");
  });
  tried.ownSocket = await socket(location.origin.replace("http", "ws") + "/ws");
  tried.otherSocket = await socket("ws://127.0.0.2:" + location.port + "/ws");
  tried.otherFetch = await fetch("http://127.0.0.2:" + location.port + "/").then(() => "read", () => "refused");
  tried.inline = window.inline === true ? "ran" : "refused";
  const at = (id) => getComputedStyle(document.getElementById(id)).position === "fixed" ? "painted" : "refused";
  tried.styleAttribute = at("painted");
  tried.styleElement = at("styled");
  document.getElementById("styled").style.position = "fixed";
  tried.styleByScript = at("styled");
  try { tried.eval = new Function("return 'ran'")(); } catch { tried.eval = "refused"; }
  const form = document.createElement("form");
  form.action = "/ops";
  document.body.append(form);
  form.submit();
  const frame = document.createElement("iframe");
  frame.src = "/account";
  document.body.append(frame);
  await new Promise((resolve) => { frame.onload = resolve; });
  try { tried.frame = frame.contentDocument?.title === "tried" ? "framed" : "refused"; } catch { tried.frame = "refused"; }
  tried.opener = window.opener === null ? "none" : "there";
  tried.passkeys = document.featurePolicy?.allowsFeature("publickey-credentials-get") ?? true;
  tried.camera = document.featurePolicy?.allowsFeature("camera") ?? false;
  tried.path = location.pathname;
  const said = document.createElement("output");
  said.textContent = JSON.stringify(tried);
  document.body.append(said);
`;

function file(path: string, contentType: string, text: string): [string, SiteFile] {
  return [path, { path, contentType, hash: "1a", bytes: Buffer.from(text), encoded: {} }];
}

describe.skipIf(!hasBrowser)(`in chromium (${NO_BROWSER})`, () => {
  const site = new Map([
    file("/", "text/html;charset=UTF-8", PAGE),
    file("/assets/tries-1a.js", "text/javascript;charset=UTF-8", TRIES),
  ]);
  const deps: WebDeps = { screen: () => ({ outcome: "built", site }), isHttps: false };
  const sockets = new WebSocketServer({ noServer: true });
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    server = createServer(({ method = "", url: path = "" }, response) => {
      const reply = handleWeb(request({ method, path }), deps);
      response.writeHead(reply.status, reply.headers);
      response.end(reply.body);
    });
    server.on("upgrade", (upgrade, socket, head) => sockets.handleUpgrade(upgrade, socket, head, () => {}));
    // On all of 127.0.0.0/8: another address is another origin, and it would answer.
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
  });

  test("I46: a page speaks with its own origin alone, sockets too; nothing inline runs or paints, and nobody frames it", async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`${origin}/account`);
      expect(JSON.parse((await page.locator("output").textContent()) ?? "")).toEqual({
        ownSocket: "open",
        otherSocket: "refused",
        otherFetch: "refused",
        inline: "refused",
        styleAttribute: "refused",
        styleElement: "refused",
        styleByScript: "painted",
        eval: "refused",
        frame: "refused",
        opener: "none",
        passkeys: true,
        camera: false,
        path: "/account",
      });
    } finally {
      await browser.close();
    }
  });
});
