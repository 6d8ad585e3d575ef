/** Which page is shown: the path, nothing else. Four pages need no router. */
import { type Accessor, createSignal } from "solid-js";

const PAGES = { "/": "trade", "/account": "account", "/ops": "ops", "/sign-in": "sign-in" } as const;
export type PagePath = keyof typeof PAGES;
export type Page = (typeof PAGES)[PagePath];

function pageNow(): Page {
  return PAGES[location.pathname as PagePath] ?? "trade";
}

const [page, setPage] = createSignal<Page>(pageNow());
addEventListener("popstate", () => setPage(pageNow()));

export const currentPage: Accessor<Page> = page;

export function goTo(path: PagePath): void {
  if (location.pathname !== path) history.pushState(null, "", path);
  setPage(pageNow());
}

/** For `onClick` of a link: a plain click stays in the page, all others are the browser's. */
export function followInPage(event: MouseEvent & { readonly currentTarget: HTMLAnchorElement }): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  goTo(new URL(event.currentTarget.href).pathname as PagePath);
}
