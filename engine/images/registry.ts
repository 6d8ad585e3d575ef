/**
 * Asks an image registry for the digest behind a tag (OCI distribution specification, anonymous pull).
 *
 * A digest is told only when a registry sent the manifest with it and the manifest's bytes have it.
 */
import { createHash } from "node:crypto";

export interface ImageReference {
  /** Host and port as docker names them: docker.io, gcr.io, localhost:5000. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

export type DigestAnswer =
  | { readonly outcome: "digest"; readonly digest: string }
  | { readonly outcome: "none"; readonly reason: string };

/** Of an image for several architectures first: one digest for all of them. */
const MANIFEST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const TIMEOUT_MS = 10_000;
/** The specification's own limit for manifests. */
const MANIFEST_BYTES_MAX = 4 * 1_048_576;

/** `text` as after FROM, a digest at its end left out. @throws Error when it has no tag. */
export function parseImageReference(text: string): ImageReference {
  const found = /^((?:[^/@]*[.:][^/@]*|localhost)\/)?([^:@]+):([\w][\w.-]*)(?:@sha256:[0-9a-f]{64})?$/.exec(text);
  if (found === null) throw new Error(`"${text}" is no image with a tag`);
  const [, host, path = "", tag = ""] = found;
  const registry = host === undefined ? "docker.io" : host.slice(0, -1);
  const isOfficial = registry === "docker.io" && !path.includes("/");
  return { registry, repository: isOfficial ? `library/${path}` : path, tag };
}

/** Never rejects: who did not answer, and how, is the reason. */
export async function askDigest(reference: ImageReference): Promise<DigestAnswer> {
  const { repository, tag } = reference;
  const url = `${originOf(reference.registry)}/v2/${repository}/manifests/${tag}`;
  try {
    const open = await get(url, null);
    const answer = open.status === 401 ? await get(url, await anonymousToken(open, repository)) : open;
    if (answer.status !== 200) return none(`${url} answered ${answer.status}`);
    return digestOf(answer.headers.get("docker-content-digest"), await bytesOf(answer));
  } catch (error) {
    const { message, cause } = error as Error;
    return none(`${url}: ${cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : message}`);
  }
}

function none(reason: string): DigestAnswer {
  return { outcome: "none", reason };
}

/** Only a registry on this machine is spoken to without TLS, as docker does. */
function originOf(registry: string): string {
  if (registry === "docker.io") return "https://registry-1.docker.io";
  return /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(registry) ? `http://${registry}` : `https://${registry}`;
}

function get(url: string, token: string | null): Promise<Response> {
  const headers = {
    accept: MANIFEST_TYPES.join(", "),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  return fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
}

/** The token that the registry's own challenge names a place for. */
async function anonymousToken(challenged: Response, repository: string): Promise<string> {
  const challenge = challenged.headers.get("www-authenticate") ?? "";
  const words = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const realm = words.get("realm");
  if (!/^Bearer /i.test(challenge) || realm === undefined) throw new Error("it asks for a password");
  const url = new URL(realm);
  url.searchParams.set("service", words.get("service") ?? "");
  url.searchParams.set("scope", words.get("scope") ?? `repository:${repository}:pull`);
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { token, access_token } = (await answer.json()) as { readonly token?: string; readonly access_token?: string };
  const given = token ?? access_token;
  if (given === undefined) throw new Error(`${url.origin} gave no token`);
  return given;
}

async function bytesOf(answer: Response): Promise<Buffer> {
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (bytes.length > MANIFEST_BYTES_MAX) throw new Error("the manifest is larger than a manifest may be");
  return bytes;
}

function digestOf(told: string | null, manifest: Buffer): DigestAnswer {
  if (told === null) return none("the registry told no digest");
  const digest = `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
  return told === digest
    ? { outcome: "digest", digest }
    : none(`the registry told ${told}, its manifest has ${digest}`);
}
