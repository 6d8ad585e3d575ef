/** What the process serves: the build that lies beside it, read once. */
import { readConfig } from "./config.ts";
import type { WebDeps } from "./handler.ts";
import { readSite, type Site } from "./site.ts";

let installed: WebDeps | null = null;

/** Called once by whoever owns the process, before the first request. null takes it away again (tests). */
export function installWeb(deps: WebDeps | null): void {
  installed = deps;
}

/** @throws Error while nothing is installed. */
export function webDeps(): WebDeps {
  if (installed === null) throw new Error("web: this process has no screen to serve");
  return installed;
}

/** @throws SettingsMistaken; Error where the screen was not built. */
export function webOf(environment: Readonly<Record<string, string | undefined>>): WebDeps & { readonly files: number } {
  const { PUBLIC_ORIGIN } = readConfig(environment);
  const site = builtSite();
  return { screen: () => ({ outcome: "built", site }), isHttps: isHttps(PUBLIC_ORIGIN), files: site.size };
}

function builtSite(): Site {
  try {
    return readSite();
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ENOENT") throw error;
    throw new Error("the screen is not built: node functions/web/build.ts", { cause: error });
  }
}

function isHttps(publicOrigin: string | undefined): boolean {
  return publicOrigin?.startsWith("https:") ?? false;
}
