/**
 * The way of a person's request: limits of its address, route, origin, form, session, handler. The one place that reads the
 * cookie and writes it.
 *
 * A request that changes something must come from a page of ours: its Origin is PUBLIC_ORIGIN, and there is one. With
 * SameSite=Strict that is the second lock on the same door; no token in forms is needed beside the two (I45).
 */
import type { z } from "zod";
import { charactersIllegal } from "../../../engine/api/refusal.ts";
import type { FunctionName, HandlerName } from "../../../engine/api/routes.ts";
import { routeOf } from "../../../engine/api/routes.ts";
import { guarded, passed, routed } from "../answer.ts";
import type { EdgeDeps } from "../deps.ts";
import { type HttpReply, type HttpRequest, headerOf } from "../http.ts";
import { operatorBody } from "../operator-body.ts";
import type { PeopleDeps } from "./people-deps.ts";
import { nobodyHere, originRefused, signInFirst } from "./person-refusals.ts";
import { hashOf } from "./person-secrets.ts";
import { setCookie, tokenIn } from "./session-cookie.ts";
import type { StoredSession } from "./session-store.ts";

/** When a session was last used is known to so much: a row is not written for every request. */
const USED_EVERY_MS = 600_000;
const JSON_TYPE = /^application\/json\s*(;|$)/i;

export interface PersonCall<Deps extends EdgeDeps = EdgeDeps> {
  readonly request: HttpRequest;
  readonly deps: Deps;
  readonly people: PeopleDeps;
  /** null: nobody has signed in. */
  readonly session: StoredSession | null;
  readonly nowMs: number;
  /** The last segment of the path, where a route names a thing. */
  readonly name: string;
  /** What the browser shall keep from now on, once this is answered with 200; null: nothing. */
  readonly keep: (token: string | null) => void;
}

/** The same, of somebody who has signed in. */
export interface SignedInCall<Deps extends EdgeDeps = EdgeDeps> extends PersonCall<Deps> {
  readonly session: StoredSession;
}

export type PersonHandlers<Owner extends FunctionName, Deps extends EdgeDeps> = Readonly<
  Record<HandlerName<Owner, "PERSON">, (call: PersonCall<Deps>) => object | Promise<object>>
>;

export async function answerPerson<Owner extends FunctionName, Deps extends EdgeDeps>(
  owner: Owner,
  handlers: PersonHandlers<Owner, Deps>,
  request: HttpRequest,
  deps: Deps,
): Promise<HttpReply> {
  const match = routeOf(request.method, request.path);
  const cookies: string[] = [];
  const run = async (): Promise<object> => {
    const { route, name } = routed(owner, request, match);
    const { people } = deps;
    if (people === undefined) throw nobodyHere();
    if (route.method !== "GET") checkOrigin(request, people);
    if (route.method === "POST") checkForm(request);
    const nowMs = Math.floor(deps.nowUs() / 1_000);
    const session = await sessionOf(request, people, nowMs);
    await deps.prepare?.();
    const keep = (token: string | null): void => {
      cookies[0] = setCookie(people.publicOrigin, token);
    };
    return handlers[route.handler as HandlerName<Owner, "PERSON">]({
      ...{ request, deps, people, session, nowMs, keep },
      name: decoded(name),
    });
  };
  const answer = await guarded(owner, deps, run, (noted) => passed(request, match, deps, noted));
  const [cookie] = cookies;
  const kept = answer.status === 200 && cookie !== undefined ? { "set-cookie": cookie } : {};
  return { ...answer, headers: { ...answer.headers, "cache-control": "no-store", ...kept } };
}

/** @throws Refusal 400 -1130 naming every field that is wrong. */
export function bodyOf<Schema extends z.ZodType>(call: PersonCall, schema: Schema): z.output<Schema> {
  return operatorBody(call.request.rawBody, schema);
}

/** @throws Refusal 401 */
export function signedIn<Deps extends EdgeDeps>(call: PersonCall<Deps>): SignedInCall<Deps> {
  const { session } = call;
  if (session === null) throw signInFirst();
  return { ...call, session };
}

/** @throws Refusal 403; one that is not sent is none of ours. */
function checkOrigin({ headers }: HttpRequest, { publicOrigin }: PeopleDeps): void {
  if (headerOf(headers, "origin") !== publicOrigin) throw originRefused(publicOrigin);
}

/** @throws Refusal -1100: a form of another page can send text and form fields, but no JSON. */
function checkForm({ headers }: HttpRequest): void {
  if (!JSON_TYPE.test(headerOf(headers, "content-type"))) throw charactersIllegal("Content-Type", "application/json");
}

async function sessionOf(
  { headers }: HttpRequest,
  { store, publicOrigin }: PeopleDeps,
  nowMs: number,
): Promise<StoredSession | null> {
  const token = tokenIn(headerOf(headers, "cookie"), publicOrigin);
  if (token === null) return null;
  const session = await store.sessions.find(hashOf("session", token), nowMs);
  if (session !== null && nowMs - session.usedMs >= USED_EVERY_MS) await store.sessions.used(session.session, nowMs);
  return session;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // An ill-formed segment names nothing that exists; the handler answers so.
    return segment;
  }
}
