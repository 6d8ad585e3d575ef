/**
 * The trading screen as static files: a lookup in a map that the build made, and the headers that go with it.
 *
 * Knows no engine, no database and no person. A path is looked up as received, never decoded and never on a disk: there is
 * nothing to climb out of. Pages are one document, asked about each time; what carries its hash in its name is kept for ever.
 */
import { methodNotAllowed, type Refusal, refusalBody, unknownPath } from "../../engine/api/refusal.ts";
import { SCREEN_PAGES } from "../../engine/api/routes.ts";
import { type FileReply, type HttpRequest, headerOf } from "../_shared/http.ts";
import { pageHeaders } from "./page-policy.ts";
import { CODINGS, type Coding, DOCUMENT_PATH, type Site, type SiteFile } from "./site.ts";
import { RELOAD_AFTER_S, type Waiting, waitingPage, waitingPolicy } from "./waiting-page.ts";

export type Screen = { readonly outcome: "built"; readonly site: Site } | Waiting;

export interface WebDeps {
  /** As it is now: a local exchange builds it while it runs. */
  readonly screen: () => Screen;
  /** Whether people come by https (PUBLIC_ORIGIN). */
  readonly isHttps: boolean;
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);
const PAGES: ReadonlySet<string> = new Set(SCREEN_PAGES);
/** By the hash in its name a file here is one file for ever. */
const HASHED = "/assets/";
const FOR_EVER = "public, max-age=31536000, immutable";
/** Icon and the like: not worth a question at each page, not worth a hash. */
const FOR_AN_HOUR = "public, max-age=3600";
const ASK_EACH_TIME = "no-cache";

const NO_BODY = new Uint8Array(0);
const UTF8 = new TextEncoder();

export function handleWeb(request: HttpRequest, { screen, isHttps }: WebDeps): FileReply {
  const headers = pageHeaders(isHttps);
  if (!METHODS.has(request.method)) return refused(methodNotAllowed(), { ...headers, allow: "GET, HEAD" });
  const now = screen();
  const isPage = PAGES.has(request.path);
  if (now.outcome !== "built") return isPage ? waitingReply(now, headers) : refused(unknownPath(), headers);
  const file = now.site.get(isPage ? DOCUMENT_PATH : request.path);
  return file === undefined ? refused(unknownPath(), headers) : fileReply(file, request, headers);
}

function fileReply(file: SiteFile, { headers: asked }: HttpRequest, common: FileReply["headers"]): FileReply {
  const coding = codingFor(file, headerOf(asked, "accept-encoding"));
  const etag = `"${file.hash}${coding === null ? "" : `-${coding}`}"`;
  const headers = { ...common, etag, vary: "accept-encoding", "cache-control": keptFor(file) };
  if (isNamed(etag, headerOf(asked, "if-none-match"))) return { status: 304, headers, body: NO_BODY };
  const body = (coding === null ? undefined : file.encoded[coding]) ?? file.bytes;
  return {
    status: 200,
    headers: {
      ...headers,
      "content-type": file.contentType,
      ...(coding === null ? {} : { "content-encoding": coding }),
      "content-length": String(body.length),
    },
    body,
  };
}

function keptFor({ path }: SiteFile): string {
  if (path === DOCUMENT_PATH) return ASK_EACH_TIME;
  return path.startsWith(HASHED) ? FOR_EVER : FOR_AN_HOUR;
}

/** null: as it is. */
function codingFor(file: SiteFile, accepted: string): Coding | null {
  return CODINGS.find((coding) => file.encoded[coding] !== undefined && isAccepted(coding, accepted)) ?? null;
}

/** RFC 9110 §12.5.3: named, or meant by `*`, and not with a weight of 0. */
function isAccepted(coding: string, header: string): boolean {
  const entries = header
    .toLowerCase()
    .split(",")
    .map((entry) => entry.split(";").map((word) => word.trim()));
  const named = entries.find(([name]) => name === coding) ?? entries.find(([name]) => name === "*");
  return named !== undefined && !named.slice(1).some((word) => /^q=0(\.0*)?$/.test(word));
}

/** RFC 9110 §13.1.2: compared weakly. */
function isNamed(etag: string, ifNoneMatch: string): boolean {
  return ifNoneMatch.split(",").some((each) => ["*", etag].includes(each.trim().replace(/^W\//, "")));
}

/** 503, so that nobody keeps it, and no program takes it for the screen. */
function waitingReply(waiting: Waiting, common: FileReply["headers"]): FileReply {
  const body = UTF8.encode(waitingPage(waiting));
  const isComing = waiting.outcome === "being_built";
  const headers = {
    ...common,
    "content-security-policy": waitingPolicy(),
    "content-type": "text/html;charset=UTF-8",
    "content-length": String(body.length),
    "cache-control": "no-store",
    ...(isComing ? { "retry-after": String(RELOAD_AFTER_S) } : {}),
  };
  return { status: 503, headers, body };
}

function refused(refusal: Refusal, common: FileReply["headers"]): FileReply {
  const body = UTF8.encode(JSON.stringify(refusalBody(refusal)));
  const headers = {
    ...common,
    "content-type": "application/json;charset=UTF-8",
    "content-length": String(body.length),
    "cache-control": "no-store",
  };
  return { status: refusal.status, headers, body };
}
