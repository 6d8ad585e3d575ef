/** Dark, light or as the system has it; colours of buying and selling. */
import { createRenderEffect, createSignal } from "solid-js";
import { oneOf, preference } from "./preferences.ts";

export const THEMES = ["dark", "light", "system"] as const;
export type Theme = (typeof THEMES)[number];
export const PALETTES = ["green-red", "blue-orange"] as const;
export type Palette = (typeof PALETTES)[number];

export const [theme, setTheme] = preference<Theme>("theme", "dark", oneOf(...THEMES));
export const [palette, setPalette] = preference<Palette>("palette", "green-red", oneOf(...PALETTES));

const asked = matchMedia("(prefers-color-scheme: light)");
const [systemIsLight, setSystemIsLight] = createSignal(asked.matches);
asked.addEventListener("change", () => setSystemIsLight(asked.matches));

/** In a root: keeps the document's attributes. What is drawn on a canvas reads `tokens` again when this changes. */
export function keepTheme(): void {
  // Before the effects that draw: they read the colours of this theme.
  createRenderEffect(() => {
    const { dataset } = document.documentElement;
    dataset.theme = shownTheme();
    dataset.palette = palette();
  });
}

export function shownTheme(): "dark" | "light" {
  const chosen = theme();
  return chosen === "system" ? (systemIsLight() ? "light" : "dark") : chosen;
}

/** Colours for what CSS does not reach (canvas): of the theme and palette that are shown, as CSS texts. */
export const tokens = (): Readonly<Record<TokenName, string>> => {
  shownTheme();
  palette();
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(TOKENS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Record<
    TokenName,
    string
  >;
};

const TOKENS = [
  ...(["ground", "panel", "panel-2", "panel-3", "line", "line-strong", "ink", "ink-2", "ink-3", "accent"] as const),
  ...(["buy", "sell", "buy-soft", "sell-soft", "buy-fill", "sell-fill", "warn"] as const),
];
type TokenName = (typeof TOKENS)[number];
