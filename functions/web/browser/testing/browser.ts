/**
 * A real browser for tests: Debian's chromium by playwright-core. Where there is none, tests are skipped with NO_BROWSER as
 * their reason: `describe.skipIf(!hasBrowser)(…)`.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";

/** Names that a chromium goes by in PATH; CHROMIUM_PATH comes first. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"] as const;

export const NO_BROWSER = "skipped: there is no chromium in PATH (apt-get install chromium, or CHROMIUM_PATH=…)";

/** null: there is none. */
function findChromium(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env.CHROMIUM_PATH ?? "", ...candidates].find(isProgram) ?? null;
}

export const hasBrowser = findChromium() !== null;

function isProgram(path: string): boolean {
  if (path === "") return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not to be run: the next one.
    return false;
  }
}

/** @param args beyond what a machine without a screen needs. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(NO_BROWSER);
  return await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", ...args] });
}

/** What a browser says of an exchange that is away, and of history that opens a moment after trading. */
export const AWAY =
  /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|WebSocket|status of 503/;

/** What a page says that it should not: errors of scripts, and what its policy refused. Look at it at the end of a test. */
export class PageFaults {
  readonly #faults: string[] = [];

  constructor(page: Page) {
    page.on("pageerror", (error) => this.#faults.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.#faults.push(`console: ${message.text()} (${message.location().url})`);
    });
  }

  /** @param expected of a test that takes the exchange away, e.g. AWAY. */
  besides(...expected: readonly RegExp[]): readonly string[] {
    return this.#faults.filter((fault) => !expected.some((pattern) => pattern.test(fault)));
  }
}

export interface PasskeyDevice {
  /** The person turns away from the next dialogs, or no longer does. */
  readonly answers: (whether: boolean) => Promise<void>;
  /** It is taken out: no passkey is left. */
  readonly remove: () => Promise<void>;
}

/** A device for passkeys that says yes by itself. Passkeys live as long as the page's context keeps it. */
export async function addPasskeyDevice(page: Page): Promise<PasskeyDevice> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    answers: async (whether) => {
      await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: whether });
    },
    remove: async () => {
      await session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
    },
  };
}
