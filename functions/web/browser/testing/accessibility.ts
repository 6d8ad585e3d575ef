/** What axe-core finds on a page: every rule that it has, best practices among them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Resolves when what moves or fades now has come to rest: what is half transparent has another contrast than it will have. */
export async function motionless(page: Page): Promise<void> {
  await page.evaluate("Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => {})");
}

/**
 * One line a violation and element, of the page at rest; none: it is as it should be.
 *
 * @param within what to look at, by selectors that may find nothing; not given: the whole page.
 */
export async function accessibilityFaults(page: Page, within?: readonly string[]): Promise<readonly string[]> {
  // By the debugger, which the page's policy does not bind.
  await page.evaluate(source);
  await motionless(page);
  const shown =
    within === undefined
      ? "document"
      : `{ include: ${JSON.stringify(within)}.filter((part) => document.querySelector(part)) }`;
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(${shown}).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ""}`),
  );
}
