/** What the parts of the operator's page share: the client, the status, the clock, the question before an action, its result. */
import type { Accessor } from "solid-js";
import { words } from "../words/words.ts";
import type { VenueStatus } from "./ops-answers.ts";
import type { OpsAnswer, OpsClient, OpsFault } from "./ops-client.ts";
import type { Polled } from "./polled.ts";

/** Asked before anything is changed. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly isGrave: boolean;
  /** One line of text that goes with it. */
  readonly field?: { readonly label: string; readonly lengthMax: number };
  /** @returns what came of it, in words. */
  readonly run: (field: string) => Promise<Result>;
}

export interface Result {
  readonly kind: "done" | "failed";
  readonly text: string;
}

export interface Desk {
  readonly client: OpsClient;
  readonly status: Polled<VenueStatus>;
  /** performance.now(), once a second. */
  readonly now: Accessor<number>;
  /** The exchange's clock, once a second, as far as the newest status tells. */
  readonly exchangeNow: Accessor<number>;
  readonly ask: (question: Question) => void;
  readonly tell: (result: Result) => void;
}

export function faultText(fault: OpsFault): string {
  const { fault: say, signIn } = words().ops;
  switch (fault.outcome) {
    case "unauthorized":
      return signIn.ended;
    case "away":
      return fault.status === 0 ? say.silent : say.away(fault.status, fault.message);
    case "unknown":
      return say.unknown(fault.message);
    case "refused":
      return say.refused(fault.status, fault.message);
  }
}

/** @param done what a good answer means. */
export function resultOf<T>(answer: OpsAnswer<T>, done: (value: T) => string): Result {
  if (answer.outcome === "ok") return { kind: "done", text: done(answer.value) };
  const text = faultText(answer);
  return { kind: "failed", text: answer.outcome === "unknown" ? text : words().ops.fault.notDone(text) };
}
