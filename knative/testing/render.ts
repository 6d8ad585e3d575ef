/**
 * Renders a kustomization as a cluster would get it: `kubectl kustomize` or `kustomize`, whichever is there, once per folder.
 */
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { type Manifest, parseManifests } from "./manifest.ts";

export const KNATIVE = resolve(import.meta.dirname, "..");
export const OVERLAYS = ["kind", "gke", "aks", "eks"] as const;

const TOOLS: readonly (readonly [string, readonly string[]])[] = [
  ["kubectl", ["kustomize"]],
  ["kustomize", ["build"]],
];
const TIMEOUT_MS = 60_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

const tool = TOOLS.find(([command, [verb = ""]]) => {
  try {
    execFileSync(command, [verb, "--help"], { stdio: "ignore", timeout: TIMEOUT_MS });
    return true;
  } catch {
    return false; // Not installed: the tests that render say that they are skipped.
  }
});

export const canRender = tool !== undefined;

const rendered = new Map<string, readonly Manifest[]>();

/** @param folder below knative/. @throws with the tool's words when it does not render. */
export function render(folder: string): readonly Manifest[] {
  let manifests = rendered.get(folder);
  if (manifests === undefined) {
    if (tool === undefined) throw new Error("neither kubectl nor kustomize is installed");
    const [command, args] = tool;
    const yaml = execFileSync(command, [...args, join(KNATIVE, folder)], {
      encoding: "utf8",
      timeout: TIMEOUT_MS,
      maxBuffer: OUTPUT_BYTES_MAX,
      stdio: ["ignore", "pipe", "pipe"],
    });
    manifests = parseManifests(yaml);
    rendered.set(folder, manifests);
  }
  return manifests;
}
