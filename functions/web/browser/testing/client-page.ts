/**
 * The exchange's client in a real page without the screen around it: built by Vite, shown at a path of the exchange's own
 * origin, so that cookies, passkeys and sockets are as they are for the screen.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";

const ENTRY = fileURLToPath(new URL("../../screen/exchange/testing/exposed-client.ts", import.meta.url));
/** To be launched with: a document that a test hands in has no address, and might not open sockets to this machine. */
export const CLIENT_PAGE_ARGS = ["--disable-features=LocalNetworkAccessChecks"] as const;
const FOLDER = "/client-under-test/";

export class ClientPages {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async build(): Promise<ClientPages> {
    const folder = mkdtempSync(join(tmpdir(), "tidebook-client-"));
    const { build } = await import("vite");
    await build({
      configFile: false,
      logLevel: "warn",
      base: FOLDER,
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: "es2022",
        modulePreload: { polyfill: false },
        rollupOptions: { input: ENTRY, output: { entryFileNames: "client.js", chunkFileNames: "[name].js" } },
        assetsDir: "",
      },
    });
    return new ClientPages(folder);
  }

  /** A page whose `window.client` is an ExposedClient. */
  async open(context: BrowserContext, origin: string): Promise<Page> {
    await context.route(`${origin}${FOLDER}**`, async (route) => {
      const name = basename(new URL(route.request().url()).pathname);
      if (name === "page.html") {
        const body = `<!doctype html><title>client</title><script type="module" src="${FOLDER}client.js"></script>`;
        await route.fulfill({ contentType: "text/html", body });
      } else {
        await route.fulfill({ contentType: "text/javascript", body: readFileSync(join(this.#folder, name), "utf8") });
      }
    });
    const page = await context.newPage();
    await page.goto(`${origin}${FOLDER}page.html`);
    await page.waitForFunction("window.client !== undefined");
    return page;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
