/**
 * `npm run bundle [-- <image> …]`: the bundles of the images named, or of all, in dist/images/<image>; their source maps in
 * dist/maps/<image>. Exits 1 when one does not bundle, 2 on a name that is no image.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { bundleImage, PROJECT_ROOT } from "./bundle-image.ts";
import { IMAGES } from "./workloads.ts";

const MIB = 1_048_576;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !IMAGES.some((image) => image.name === name));
if (unknown.length > 0) {
  console.error(`no image is called ${unknown.join(", ")}; there are ${IMAGES.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
for (const image of IMAGES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const folder = join(PROJECT_ROOT, "dist", "images", image.name);
  const { inputs } = await bundleImage(image, folder, join(PROJECT_ROOT, "dist", "maps", image.name));
  const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  console.log(`${image.name.padEnd(14)} ${(bytes / MIB).toFixed(1).padStart(5)} MiB of ${inputs.length} sources`);
}
