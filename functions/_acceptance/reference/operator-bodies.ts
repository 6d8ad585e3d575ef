/** Bodies of the operator's API as JSON Schema: made of the schemas that read them. */
import { z } from "zod";
import type { AnyHandler } from "../../../engine/api/reference/endpoint-catalog.ts";
import type { Schema } from "../../../engine/api/reference/json-schema.ts";
import { auditBody, decisionBody } from "../../funding/operator-calls.ts";
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
  return schema as Schema;
}
