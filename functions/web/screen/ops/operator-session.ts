/** Who operates here: the client with the token, in the memory of this tab alone. Nothing is stored. */
import { type Accessor, createSignal } from "solid-js";
import { type OpsAnswer, type OpsClient, opsClient } from "./ops-client.ts";

/** What a header may carry; anything else is no token. */
const TOKEN_PATTERN = /^[\x21-\x7e]{1,512}$/;

const [client, setClient] = createSignal<OpsClient | null>(null);
const [hasEnded, setEnded] = createSignal(false);

/** null: nobody has signed in. */
export const operator: Accessor<OpsClient | null> = client;
/** The exchange has stopped taking the token. */
export const sessionHasEnded: Accessor<boolean> = hasEnded;

/** Asks the exchange whether it takes the token, and signs in if it does. */
export async function signInOperator(token: string): Promise<OpsAnswer<unknown>> {
  if (!TOKEN_PATTERN.test(token)) return { outcome: "unauthorized" };
  const candidate = opsClient(token);
  const answer = await candidate.read("/status");
  if (answer.outcome === "ok") {
    setEnded(false);
    setClient(() => candidate);
  }
  return answer;
}

export function signOutOperator(): void {
  setEnded(false);
  setClient(null);
}

/** The token was refused in the middle of work. */
export function endOperatorSession(): void {
  setEnded(true);
  setClient(null);
}
