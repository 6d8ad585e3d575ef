/** Somebody who has not signed in wants something that needs it: whoever draws the ways in hears of it here. */
import { createSignal } from "solid-js";

const [signInAsked, setSignInAsked] = createSignal(false);

export { signInAsked };

export function askToSignIn(): void {
  setSignInAsked(true);
}

export function endSignInRequest(): void {
  setSignInAsked(false);
}
