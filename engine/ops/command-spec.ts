/** What a command of the operator is: its words, what it takes, what it does; and how its words become values. */
import type { OperatorApi } from "./operator-api.ts";

export interface CommandContext {
  /** Asked for only by commands that need a running exchange. */
  readonly api: () => OperatorApi;
  readonly journalFolder: string;
  /** By the command's `positionals`, in order; all are there. */
  readonly positionals: readonly string[];
  /** By the command's `options`; only those that were given. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

export interface CommandOption {
  readonly name: string;
  /** null: a switch. */
  readonly value: string | null;
  readonly help: string;
  readonly required?: boolean;
}

export interface OperatorCommandSpec {
  readonly words: string;
  readonly positionals: readonly string[];
  readonly options: readonly CommandOption[];
  readonly help: string;
  readonly run: (context: CommandContext) => unknown;
}

/** What was asked for is not what the command takes. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function command(
  usage: string,
  help: string,
  run: OperatorCommandSpec["run"],
  options: readonly CommandOption[] = [],
): OperatorCommandSpec {
  const words = usage.split(" ").filter((word) => /^[a-z-]+$/.test(word));
  const positionals = usage.split(" ").slice(words.length);
  return { words: words.join(" "), positionals, options, help, run };
}

export function option(name: string, value: string | null, help: string): CommandOption {
  return { name, value, help };
}

export function segment(text: string | undefined): string {
  return encodeURIComponent(text ?? "");
}

export function numberOf(text: string | undefined, name: string): number {
  if (text === undefined || !/^[0-9]{1,15}$/.test(text)) throw new UsageError(`${name} is a whole number`);
  return Number(text);
}
