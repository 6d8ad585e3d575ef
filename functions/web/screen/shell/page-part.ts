/**
 * Parts of the page that are loaded when they are needed. One that cannot be had, as the exchange is away or was upgraded since
 * the page was opened, is waited for: once the exchange answers the whole page is loaded anew, since half of a part, its code
 * without its styles, would stay as it is. What is on the screen stays there until then.
 */

const RELOADED = "tidebook:reloaded";
/** A page whose part is missing for good does not go round faster than this. */
const RELOAD_EVERY_MS = 60_000;
const ASK_EVERY_MS = 1_000;
const ASK_TIMEOUT_MS = 5_000;

/** @param load an import. Never rejects. */
export async function pagePart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    // Whatever the reason, it is the same next time: browsers keep what failed.
    return await loadedAnew();
  }
}

async function loadedAnew(): Promise<never> {
  while (isReloadedLately() || !(await isServed())) await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
  return await new Promise(() => {});
}

function isReloadedLately(): boolean {
  return Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) < RELOAD_EVERY_MS;
}

async function isServed(): Promise<boolean> {
  try {
    const page = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    return page.ok;
  } catch {
    // Away, or too slow to be asked for all of its parts.
    return false;
  }
}
