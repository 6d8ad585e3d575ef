/**
 * `npm run images:pin`: asks each base image's registry for the digest behind its tag, and writes it into the Dockerfile.
 * Exits 1 when one did not answer; its line is left as it was.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "./bundle-image.ts";
import { pinImages } from "./pin-images.ts";
import { askDigest } from "./registry.ts";

const path = join(PROJECT_ROOT, "Dockerfile");
const { text, lines } = await pinImages(readFileSync(path, "utf8"), askDigest);
writeFileSync(path, text);
for (const { image, answer } of lines) {
  if (answer.outcome === "digest") {
    console.log(`${image}: pinned to ${answer.digest}`);
  } else {
    console.error(`${image}: not pinned, its line is left as it was: ${answer.reason}`);
    process.exitCode = 1;
  }
}
