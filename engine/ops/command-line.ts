/** The command line of `npm run ops`: words to a command and its options, and the help that says how. */
import { parseArgs } from "node:util";
import { type CommandOption, type OperatorCommandSpec, UsageError } from "./command-spec.ts";
import { OPERATOR_COMMANDS } from "./commands.ts";
import type { GivenSettings } from "./settings.ts";

const COMMON_OPTIONS: readonly CommandOption[] = [
  { name: "origin", value: "URL", help: "the exchange (TIDEBOOK_ORIGIN, else http://127.0.0.1:$PORT)" },
  { name: "data-dir", value: "FOLDER", help: "its data folder (TIDEBOOK_DATA_DIR, else .data)" },
  { name: "json", value: null, help: "answer as JSON" },
  { name: "help", value: null, help: "this" },
];

export type CommandLine =
  | { readonly kind: "help"; readonly text: string }
  | {
      readonly kind: "command";
      readonly command: OperatorCommandSpec;
      readonly positionals: readonly string[];
      readonly options: Readonly<Record<string, string | boolean | undefined>>;
      readonly settings: GivenSettings;
      readonly json: boolean;
    };

/** @throws UsageError */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const command = OPERATOR_COMMANDS.find(({ words }) => words.split(" ").every((word, index) => args[index] === word));
  if (command === undefined) {
    if (args.length === 0 || args.includes("--help") || args[0] === "help") return { kind: "help", text: helpText() };
    throw new UsageError(`there is no command "${args.filter((arg) => !arg.startsWith("-")).join(" ")}"`);
  }
  const { values, positionals } = parsed(args.slice(command.words.split(" ").length), command);
  if (values.help === true) return { kind: "help", text: commandHelp(command) };
  if (positionals.length !== command.positionals.length) throw new UsageError(`usage: ${usageOf(command)}`);
  const { origin, "data-dir": dataFolder, json, help: _, ...options } = values;
  const missing = command.options.filter(({ name, required }) => required && options[name] === undefined);
  if (missing.length > 0) throw new UsageError(`missing: ${missing.map(({ name }) => `--${name}`).join(", ")}`);
  const settings = { origin: textOf(origin), dataFolder: textOf(dataFolder) };
  return { kind: "command", command, positionals, options, settings, json: json === true };
}

function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function parsed(args: readonly string[], command: OperatorCommandSpec) {
  const options = [...command.options, ...COMMON_OPTIONS].map(
    ({ name, value }) => [name, { type: value === null ? ("boolean" as const) : ("string" as const) }] as const,
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(options),
      allowPositionals: true,
    });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function usageOf(command: OperatorCommandSpec): string {
  const required = command.options
    .filter(({ required }) => required)
    .map(({ name, value }) => (value === null ? `--${name}` : `--${name} ${value}`));
  const optional = command.options.some(({ required }) => !required) ? ["[options]"] : [];
  return [command.words, ...command.positionals, ...required, ...optional].join(" ");
}

function helpText(): string {
  const width = Math.max(...OPERATOR_COMMANDS.map((command) => usageOf(command).length));
  return [
    "npm run ops -- COMMAND [options]",
    "",
    ...OPERATOR_COMMANDS.map((command) => `  ${usageOf(command).padEnd(width)}  ${command.help}`),
    "",
    ...optionLines(COMMON_OPTIONS),
    "",
    "The token comes from TIDEBOOK_OPERATOR_TOKEN, else from <data folder>/operator-token.",
    "COMMAND --help tells more. Exit code: 0 done, 1 refused or failed, 2 not understood.",
  ].join("\n");
}

function commandHelp(command: OperatorCommandSpec): string {
  const own = command.options.length === 0 ? [] : ["", ...optionLines(command.options)];
  return [`npm run ops -- ${usageOf(command)}`, "", command.help, ...own, "", ...optionLines(COMMON_OPTIONS)].join(
    "\n",
  );
}

function optionLines(options: readonly CommandOption[]): readonly string[] {
  const left = options.map(({ name, value }) => `--${name}${value === null ? "" : ` ${value}`}`);
  const width = Math.max(...left.map((text) => text.length));
  return options.map(({ help }, index) => `  ${(left[index] ?? "").padEnd(width)}  ${help}`);
}
