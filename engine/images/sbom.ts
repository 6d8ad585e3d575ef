/**
 * `npm run sbom`: what production depends on, as CycloneDX JSON by npm itself, in dist/sbom.cdx.json.
 *
 * All production dependencies of the project; which of them an image really carries, its LICENSES.txt says.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "./bundle-image.ts";

const SBOM_BYTES_MAX = 64 * 1_048_576;

const words = ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--package-lock-only"];
const text = execFileSync("npm", words, { cwd: PROJECT_ROOT, encoding: "utf8", maxBuffer: SBOM_BYTES_MAX });
const { components } = JSON.parse(text) as { readonly components: readonly unknown[] };
mkdirSync(join(PROJECT_ROOT, "dist"), { recursive: true });
writeFileSync(join(PROJECT_ROOT, "dist", "sbom.cdx.json"), text);
console.log(`dist/sbom.cdx.json: ${components.length} components`);
