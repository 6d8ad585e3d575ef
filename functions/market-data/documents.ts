/**
 * The reference for machines: docs/openapi.json and docs/asyncapi.json as they lie there. Read at the first request for one,
 * so that a start costs nothing of them; kept by whoever asks, by its ETag.
 */
import { createHash } from "node:crypto";
import type { DocumentName } from "../../engine/api/routes.ts";
import { type HttpReply, type HttpRequest, headerOf } from "../_shared/http.ts";

const AT: Readonly<Record<string, DocumentName>> = { "/openapi.json": "openApi", "/asyncapi.json": "asyncApi" };

const READ: Readonly<Record<DocumentName, () => Promise<{ readonly default: object }>>> = {
  openApi: () => import("../../docs/openapi.json", { with: { type: "json" } }),
  asyncApi: () => import("../../docs/asyncapi.json", { with: { type: "json" } }),
};

/** Within it nobody asks whether there is a newer one. */
const FRESH_S = 3_600;

interface KeptDocument {
  readonly text: string;
  readonly etag: string;
}
const kept = new Map<DocumentName, Promise<KeptDocument>>();

/** null: that path is no document's. */
export function documentAt(path: string): DocumentName | null {
  return AT[path] ?? null;
}

/** @param reply what every request of that route is answered with: its headers stay. */
export async function documentReply(
  name: DocumentName,
  request: Pick<HttpRequest, "headers">,
  reply: HttpReply,
): Promise<HttpReply> {
  const { text, etag } = await documentOf(name);
  const headers = { ...reply.headers, etag, "cache-control": `public, max-age=${FRESH_S}` };
  const known = headerOf(request.headers, "if-none-match").split(",");
  const isKnown = known.some((each) => each.trim().replace(/^W\//, "") === etag);
  return isKnown ? { status: 304, headers, body: "" } : { status: 200, headers, body: text };
}

function documentOf(name: DocumentName): Promise<KeptDocument> {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const read = READ[name]().then(({ default: document }) => {
    const text = JSON.stringify(document);
    return { text, etag: `"${createHash("sha256").update(text).digest("hex").slice(0, 32)}"` };
  });
  kept.set(name, read);
  return read;
}
