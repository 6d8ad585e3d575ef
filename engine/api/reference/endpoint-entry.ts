/** What the reference says of one call of the route table beyond what the table has: prose, words, limits, the answer. */
import type { Limits } from "../lists.ts";
import type { Schema } from "./json-schema.ts";

export const ENDPOINT_GROUPS = [
  "Market data",
  "Orders",
  "Order lists",
  "Account",
  "API keys",
  "Money in and out",
  "Listen keys",
  "Other markets",
  "Operator: venue",
  "Operator: accounts and keys",
  "Operator: money",
  "Operator: dead letters",
  "This reference",
] as const;
export type EndpointGroup = (typeof ENDPOINT_GROUPS)[number];

export interface EndpointEntry {
  readonly group: EndpointGroup;
  readonly title: string;
  /** Sentences for a trader; one that says what we chose ends with "(ours)". */
  readonly says: string;
  /** Parameters that mean something of their own here. */
  readonly notes?: Readonly<Record<string, string>>;
  /** Parameters that take words of their own here. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** Of `limit`. */
  readonly limit?: Limits;
  /** What the last segment `*` of the path names. */
  readonly name?: string;
  /** Of a 200. null: it is always refused, `says` tells how. */
  readonly answer: Schema | null;
}
