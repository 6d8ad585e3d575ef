/**
 * One real request and its answer per call, kept beside: examples.json is written from a tour of a running exchange
 * (`UPDATE_DOCS=1`), and every run compares its forms with what that exchange answers now.
 */
import { readFileSync, writeFileSync } from "node:fs";

export interface Example {
  /** As it was asked, percent-decoded, without the parameters of the signature. */
  readonly path: string;
  readonly query: string;
  /** JSON, of the operator's API. */
  readonly body?: unknown;
  readonly answer: unknown;
}

/** By method and path, as the route table has them. Events and methods of the WebSocket API by their own names. */
export type Examples = Readonly<Record<string, Example>>;

const FILE = new URL("./examples.json", import.meta.url);

export function readExamples(): Examples {
  return JSON.parse(readFileSync(FILE, "utf8")) as Examples;
}

export function writeExamples(examples: Examples): void {
  writeFileSync(FILE, `${JSON.stringify(examples, null, 2)}\n`);
}
