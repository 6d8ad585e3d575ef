/** Starts the screen. */
import "@fontsource-variable/inter/wght.css";
import "./shell/theme.css";
import "./shell/base.css";
import { render } from "solid-js/web";
import { App } from "./shell/app.tsx";

// A page that was opened before an upgrade asks for parts that are gone: the new page has its own. Once, lest it go round.
const RELOADED = "tidebook:reloaded";
const RELOADED_MS = 60_000;
addEventListener("vite:preloadError", (event) => {
  if (sessionStorage.getItem(RELOADED) !== null) return;
  sessionStorage.setItem(RELOADED, "1");
  event.preventDefault();
  location.reload();
});
addEventListener("pageshow", () => setTimeout(() => sessionStorage.removeItem(RELOADED), RELOADED_MS));

const root = document.getElementById("screen");
if (root !== null) render(() => <App />, root);
