/** Starts the screen. */
import "@fontsource-variable/inter/wght.css";
import "./shell/theme.css";
import "./shell/base.css";
import { render } from "solid-js/web";
import { App } from "./shell/app.tsx";

const root = document.getElementById("screen");
if (root !== null) render(() => <App />, root);
