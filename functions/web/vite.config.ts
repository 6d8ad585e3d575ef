/** How the screen is built: one page, hashed assets, nothing inline, so that the strictest Content-Security-Policy holds. */
import { join } from "node:path";
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

/**
 * Styles that do not change are set by script, as the others are: an attribute in the markup is what the policy takes away.
 * (The compiler has `inlineStyles`, the plugin's types do not.)
 */
const COMPILER = { generate: "dom", inlineStyles: false } as const;

export default defineConfig({
  root: join(import.meta.dirname, "screen"),
  plugins: [solid({ solid: COMPILER })],
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
