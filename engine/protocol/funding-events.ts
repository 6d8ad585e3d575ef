/**
 * Funding by CloudEvent: what the outside world says of deposits and withdrawals, and what it is asked to pay.
 *
 * In: `tidebook.deposit.confirmed.v1`, `tidebook.withdrawal.paid.v1`, `tidebook.withdrawal.failed.v1`. Out:
 * `tidebook.withdrawal.approved.v1`, at least once, with one id however often it is sent: whoever pays keeps what was paid
 * by its reference.
 */
import { z } from "zod";
import { SYMBOL_PATTERN } from "../domain/instrument.ts";
import { MalformedEvent } from "./event-json.ts";
import type { HttpMessage } from "./journal-batch.ts";
import { PLAIN_TEXT } from "./plain-text.ts";

export const DEPOSIT_CONFIRMED_TYPE = "tidebook.deposit.confirmed.v1";
export const WITHDRAWAL_PAID_TYPE = "tidebook.withdrawal.paid.v1";
export const WITHDRAWAL_FAILED_TYPE = "tidebook.withdrawal.failed.v1";
export const WITHDRAWAL_APPROVED_TYPE = "tidebook.withdrawal.approved.v1";
const FUNDING_SOURCE = "/tidebook/funding";
/** Of an event's data. */
export const FUNDING_EVENT_BYTES_MAX = 4 * 1024;

export const REFERENCE_LENGTH_MAX = 128;
export const TEXT_LENGTH_MAX = 256;
const reference = z.string().min(1).max(REFERENCE_LENGTH_MAX).regex(PLAIN_TEXT);
const text = z.string().max(TEXT_LENGTH_MAX).regex(PLAIN_TEXT).default("");

const SCHEMAS = {
  [DEPOSIT_CONFIRMED_TYPE]: z.object({
    account: z.int().min(0),
    asset: z.string().regex(SYMBOL_PATTERN),
    /** A plain decimal in a string. */
    amount: z.string().regex(/^[0-9]{1,20}(\.[0-9]{1,20})?$/),
    reference,
  }),
  [WITHDRAWAL_PAID_TYPE]: z.object({ reference, txId: text }),
  [WITHDRAWAL_FAILED_TYPE]: z.object({ reference, reason: text }),
} as const;
type FundingType = keyof typeof SCHEMAS;

/** What happened, by its type. */
export type FundingEvent = {
  readonly [Type in FundingType]: { readonly type: Type; readonly data: z.output<(typeof SCHEMAS)[Type]> };
}[FundingType];

/** @throws MalformedEvent for another type, or other data. */
export function readFundingEvent(type: string, data: unknown): FundingEvent {
  if (!Object.hasOwn(SCHEMAS, type))
    throw new MalformedEvent(`not an event of funding: ${Object.keys(SCHEMAS).join(", ")}`);
  const parsed = SCHEMAS[type as FundingType].safeParse(data);
  if (!parsed.success) throw new MalformedEvent(z.prettifyError(parsed.error));
  return { type, data: parsed.data } as FundingEvent;
}

/** What a payer is asked to do. */
export interface ApprovedWithdrawal {
  readonly reference: string;
  readonly account: number;
  readonly asset: string;
  /** A decimal with eight places. */
  readonly amount: string;
  readonly address: string;
  /** "" for none. */
  readonly addressTag: string;
  readonly network: string;
}

/** In HTTP binary mode. */
export function approvalToHttp(engine: string, withdrawal: ApprovedWithdrawal): HttpMessage {
  return {
    headers: {
      "content-type": "application/json",
      "ce-specversion": "1.0",
      "ce-type": WITHDRAWAL_APPROVED_TYPE,
      "ce-source": FUNDING_SOURCE,
      "ce-id": `${engine}:${withdrawal.reference}:approved`,
    },
    body: JSON.stringify(withdrawal),
  };
}
