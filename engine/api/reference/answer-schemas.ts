/** Every named schema of an answer, in one table: what `ref` names, and `components.schemas` of the documents. */
import { ACCOUNT_SCHEMAS } from "./account-schemas.ts";
import type { Schema } from "./json-schema.ts";
import { MARKET_SCHEMAS } from "./market-schemas.ts";
import { OPERATOR_SCHEMAS } from "./operator-schemas.ts";
import { ORDER_SCHEMAS } from "./order-schemas.ts";

export const ANSWER_SCHEMAS: Readonly<Record<string, Schema>> = {
  ...MARKET_SCHEMAS,
  ...ORDER_SCHEMAS,
  ...ACCOUNT_SCHEMAS,
  ...OPERATOR_SCHEMAS,
};
