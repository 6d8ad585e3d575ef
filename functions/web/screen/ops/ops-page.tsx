/** The operator's page, loaded when it is asked for. */
import type { JSX } from "solid-js";

export default function OpsPage(): JSX.Element {
  return <main class="page" />;
}
