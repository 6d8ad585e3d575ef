/**
 * Dead letters: keeps every event that is brought here, and lets an operator see, replay and discard them.
 *
 * `POST /` is the broker's (inside the cluster alone): 204 once kept, 503 while the database is away; never parsed, never
 * refused for what it says. `/ops/v1/dead-letters…` is the operator's, with the bearer token. An event may be brought and
 * replayed any number of times: it is one letter, and whoever takes events knows them by their sequences. `/ops/v1/history`
 * is here too: the one function that has both the operator's token and the tables.
 */
import { Parameters, receiveParameters } from "../../engine/api/parameters.ts";
import { notAuthorized, Refusal } from "../../engine/api/refusal.ts";
import type { HandlerName } from "../../engine/api/routes.ts";
import { guarded, routed } from "../_shared/answer.ts";
import { type HttpReply, type HttpRequest, headerOf } from "../_shared/http.ts";
import { operatorTokenMatches } from "../_shared/operator-token.ts";
import type { ForgottenHistory } from "../_shared/reset-history.ts";
import { readLetter } from "./letter.ts";
import {
  type KeptLetter,
  LETTER_STATES,
  type LetterState,
  type LetterStore,
  type WholeLetter,
} from "./letter-store.ts";

export const OPERATOR_PREFIX = "/ops/v1/";
const PAGE_DEFAULT = 100;
const PAGE_MAX = 500;

export interface DeadLetterDeps {
  readonly store: LetterStore;
  /** Hands an event over again. @returns null once it was taken, else why not. null: there is nobody to hand it to. */
  readonly resend: ((letter: Pick<WholeLetter, "headers" | "body">) => Promise<string | null>) | null;
  /** Forgets the engine's history; persistence fills it again. Rejects with `history_unavailable`. */
  readonly emptyHistory: () => Promise<ForgottenHistory>;
  readonly operatorToken: string;
  readonly nowMs: () => number;
  readonly log: (line: DeadLetterLogLine) => void;
  readonly reportFault: (fault: { readonly at: string; readonly error: unknown }) => void;
}

export interface DeadLetterLogLine {
  readonly at: "dead-letters";
  readonly outcome: "kept" | "not_kept" | "dropped" | "replayed" | "discarded" | "history_emptied";
  readonly [detail: string]: unknown;
}

const EMPTY: HttpReply = { status: 204, headers: {}, body: "" };
const LATER: HttpReply = {
  status: 503,
  headers: { "content-type": "application/json" },
  body: '{"outcome":"unavailable"}',
};

/** Never rejects. */
export function handleDeadLetters(request: HttpRequest, deps: DeadLetterDeps): Promise<HttpReply> {
  const fromBroker = request.method === "POST" && !request.path.startsWith(OPERATOR_PREFIX);
  return fromBroker ? keep(request, deps) : answerOperator(request, deps);
}

async function keep(request: HttpRequest, deps: DeadLetterDeps): Promise<HttpReply> {
  const letter = readLetter(request);
  const { type, source, eventId, destination, errorCode } = letter;
  const said = { type, source, eventId, destination, errorCode };
  try {
    const dropped = await deps.store.keep(letter, deps.nowMs());
    deps.log({ at: "dead-letters", outcome: "kept", ...said });
    if (dropped.length > 0) deps.log({ at: "dead-letters", outcome: "dropped", letters: dropped });
    return EMPTY;
  } catch (error) {
    // The broker tries again; with the database away for longer this line is what is left of the event.
    deps.log({ at: "dead-letters", outcome: "not_kept", ...said, reason: messageOf(error) });
    return LATER;
  }
}

interface OperatorCall {
  readonly deps: DeadLetterDeps;
  readonly parameters: Parameters;
  /** The letter's number as the path has it. */
  readonly name: string;
}

const HANDLERS: Readonly<Record<HandlerName<"dead-letters">, (call: OperatorCall) => Promise<object>>> = {
  listLetters,
  showLetter,
  replayLetter,
  discardLetter,
  emptyHistory,
};

function answerOperator(request: HttpRequest, deps: DeadLetterDeps): Promise<HttpReply> {
  return guarded("dead-letters", deps, () => {
    // The token comes before the path: without it nothing is told.
    if (!operatorTokenMatches(headerOf(request.headers, "authorization"), deps.operatorToken)) throw notAuthorized();
    const { route, name } = routed("dead-letters", request);
    const { values } = receiveParameters(request.rawQuery, "", true);
    const parameters = new Parameters(values, route.mandatory, route.optional, []);
    return HANDLERS[route.handler as HandlerName<"dead-letters">]({ deps, parameters, name });
  });
}

async function listLetters({ deps, parameters }: OperatorCall): Promise<object> {
  const letters = await deps.store.list({
    before: parameters.integer("before"),
    limit: Math.min(parameters.integer("limit") ?? PAGE_DEFAULT, PAGE_MAX),
    state: parameters.has("state") ? stateOf(parameters.text("state")) : null,
  });
  return letters.map(letterShape);
}

function stateOf(word: string): LetterState {
  const state = LETTER_STATES.find((known) => known === word);
  if (state === undefined) throw new Refusal(400, -1130, `'state' is one of ${LETTER_STATES.join(", ")}.`);
  return state;
}

async function showLetter({ deps, name }: OperatorCall): Promise<object> {
  const letter = await deps.store.show(numberOf(name));
  if (letter === null) throw notFound();
  return { ...letterShape(letter), headers: letter.headers, ...contentsOf(letter.body) };
}

async function replayLetter({ deps, name }: OperatorCall): Promise<object> {
  const { resend } = deps;
  let sent = false;
  const letter = await deps.store.settle(numberOf(name), "replayed", deps.nowMs(), async (waiting) => {
    if (resend === null) throw new Refusal(503, -1008, "There is nobody to hand events to: K_SINK is not set.");
    const fault = await resend(waiting);
    if (fault !== null) throw new Refusal(503, -1008, `The event was not taken: ${fault}.`);
    sent = true;
  });
  if (letter === null) throw notFound();
  if (sent) deps.log({ at: "dead-letters", outcome: "replayed", letter: letter.letter });
  return { ...letterShape(letter), sent };
}

async function discardLetter({ deps, name }: OperatorCall): Promise<object> {
  const letter = await deps.store.settle(numberOf(name), "discarded", deps.nowMs(), async () => {});
  if (letter === null) throw notFound();
  deps.log({ at: "dead-letters", outcome: "discarded", letter: letter.letter });
  return letterShape(letter);
}

async function emptyHistory({ deps }: OperatorCall): Promise<object> {
  const { appliedSeq, lineage } = await deps.emptyHistory();
  deps.log({ at: "dead-letters", outcome: "history_emptied", appliedSeq, lineage });
  return { outcome: "emptied", appliedSeq, lineage };
}

function numberOf(name: string): number {
  if (!/^[0-9]{1,15}$/.test(name)) throw notFound();
  return Number(name);
}

function notFound(): Refusal {
  return new Refusal(404, -2010, "letter_not_found: there is no such letter.");
}

function letterShape(letter: KeptLetter): object {
  return {
    letter: letter.letter,
    state: letter.state,
    type: letter.type,
    source: letter.source,
    id: letter.eventId,
    destination: letter.destination,
    errorCode: letter.errorCode,
    error: letter.errorText,
    bytes: letter.bodyBytes,
    arrivals: letter.arrivals,
    first: letter.firstMs,
    last: letter.lastMs,
    settled: letter.settledMs,
  };
}

function contentsOf(body: Uint8Array): object {
  try {
    return { body: new TextDecoder("utf-8", { fatal: true }).decode(body) };
  } catch {
    // Not a text.
    return { bodyBase64: Buffer.from(body).toString("base64") };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
