/** How the screen is built: one page, hashed assets, nothing inline, so that the strictest Content-Security-Policy holds. */
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";
import solid from "vite-plugin-solid";

/**
 * Styles that do not change are set by script, as the others are: an attribute in the markup is what the policy takes away.
 * (The compiler has `inlineStyles`, the plugin's types do not.)
 */
const COMPILER = { generate: "dom", inlineStyles: false } as const;

/** The face that English is set in. */
const FIRST_FONT = /inter-latin-wght-normal-[\w-]+\.woff2$/;

/** Asked for with the page, not when its styles have come: text stands in its own face, and nothing moves when that arrives. */
const preloadFont: Plugin = {
  name: "preload-font",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((file) => FIRST_FONT.test(file))
        .map((file) => ({
          tag: "link",
          attrs: { rel: "preload", as: "font", type: "font/woff2", crossorigin: true, href: `/${file}` },
          injectTo: "head" as const,
        })),
  },
};

export default defineConfig({
  root: join(import.meta.dirname, "screen"),
  plugins: [solid({ solid: COMPILER }), preloadFont],
  build: {
    outDir: join(import.meta.dirname, "dist"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // While the screen is being changed: functions/web/README.md.
  server: {
    proxy: Object.fromEntries(
      ["/api", "/sapi", "/ops/v1", "/people", "/ws", "/ws-api", "/stream"].map((path) => [
        path,
        { target: process.env.TIDEBOOK_ORIGIN ?? "http://localhost:8080", ws: true },
      ]),
    ),
  },
});
