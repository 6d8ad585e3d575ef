/** A page of its own, loaded when it is asked for. */
import type { JSX } from "solid-js";

export default function SignInPage(): JSX.Element {
  return <main class="page" />;
}
