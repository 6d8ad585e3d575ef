/** Bodies of the operator's API as JSON Schema: made of the schemas that read them. */
import { z } from "zod";
import type { AnyHandler } from "../../../engine/api/reference/endpoint-catalog.ts";
import type { Schema } from "../../../engine/api/reference/json-schema.ts";
import { OPERATOR_SCHEMAS } from "../../../engine/api/reference/operator-schemas.ts";
import { auditBody, decisionBody } from "../../funding/operator-calls.ts";
import { linkBody } from "../../users/people/links.ts";
import * as bodies from "../../users/requests.ts";

const BODY_OF: Partial<Readonly<Record<AnyHandler, z.ZodType>>> = {
  addInstrument: bodies.addInstrumentBody,
  openAccount: bodies.openAccountBody,
  setAccount: bodies.setAccountBody,
  addKey: bodies.addKeyBody,
  setKey: bodies.setKeyBody,
  setFees: bodies.feesBody,
  setRules: bodies.rulesBody,
  setLimits: bodies.limitsBody,
  deposit: bodies.depositBody,
  makeLink: linkBody,
  halt: bodies.haltBody,
  cancelAll: bodies.cancelAllBody,
  decideWithdrawal: decisionBody,
  doAudit: auditBody,
};

/** null: it takes none. */
export function bodySchema(handler: AnyHandler): Schema | null {
  const body = BODY_OF[handler];
  if (body === undefined) return null;
  const { $schema: _dialect, ...schema } = z.toJSONSchema(body, { io: "input" });
  return described(schema as Schema);
}

/** What a field of a body means; of most the answer that shows it has said so already. */
const FIELD_SAYS: Readonly<Record<string, string>> = {
  ...Object.assign({}, ...Object.values(OPERATOR_SCHEMAS).map(sentencesOf)),
  baseDecimals: "Decimals of the base asset, where it is new; 8 where it is not sent",
  quoteDecimals: "Decimals of the quote asset, where it is new; 8 where it is not sent",
  kind: "How it signs",
  publicKey: "Public half of an ed25519 or rsa_sha256 key, PEM",
  permissions: "What it may do",
  label: "What its owner calls it",
  ipAllowList: "Addresses and ranges that may use it; empty: everywhere",
  expires: "When it ends, ms; never where it is not sent",
  disabled: "Whether it is switched off",
  account: "The account's number",
  reference: "Whoever sends it again credits nothing",
  amount: "How much, a decimal in a string",
  action: "What becomes of it",
  reason: "Of a refusal: shown to the trader",
  txId: "Of what is paid: whoever paid it calls it so",
  unfreeze: "Lift the freeze, and compare nothing",
};

function sentencesOf({ properties = {} }: Schema): Readonly<Record<string, string>> {
  const fields = Object.entries(properties as Readonly<Record<string, Schema>>);
  return Object.fromEntries(fields.map(([name, { description }]) => [name, String(description)]));
}

/** @throws when a field has no sentence. */
function described(schema: Schema): Schema {
  const fields = Object.entries(schema.properties as Readonly<Record<string, Schema>>);
  const said = fields.map(([name, field]): [string, Schema] => {
    const description = FIELD_SAYS[name];
    if (description === undefined) throw new Error(`nothing says what ${name} is`);
    return [name, { ...field, description }];
  });
  return { ...schema, properties: Object.fromEntries(said) };
}
