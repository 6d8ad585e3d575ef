/** What a person has set on this device: kept in the browser, per name. No account, key or amount is ever in it. */
import { type Accessor, createSignal } from "solid-js";

const PREFIX = "tidebook:";

type Kept = string | number | boolean | readonly Kept[] | { readonly [name: string]: Kept } | null;

const known = new Map<string, readonly [Accessor<unknown>, (value: unknown) => void]>();

/**
 * One signal per name, whoever asks.
 *
 * @param isValid what was kept by an older version, or by hand, may be anything; what is not valid is as if it were not there.
 */
export function preference<T extends Kept>(
  name: string,
  initial: T,
  isValid: (value: unknown) => value is T,
): readonly [Accessor<T>, (value: T) => void] {
  const there = known.get(name);
  if (there !== undefined) return there as unknown as readonly [Accessor<T>, (value: T) => void];
  const [value, setValue] = createSignal<T>(kept(name, isValid) ?? initial);
  const set = (next: T): void => {
    setValue(() => next);
    keep(name, next);
  };
  known.set(name, [value, set as (value: unknown) => void]);
  return [value, set];
}

export function oneOf<const T extends string>(...values: readonly T[]): (value: unknown) => value is T {
  return (value): value is T => (values as readonly unknown[]).includes(value);
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

function kept<T>(name: string, isValid: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
    return isValid(value) ? value : null;
  } catch {
    // Storage that is closed to us or damaged: the page works without.
    return null;
  }
}

function keep(name: string, value: Kept): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Full or closed: it lasts as long as the page.
  }
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}
