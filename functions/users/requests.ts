/**
 * Bodies of the operator's API, parsed once. A misspelt field is an error. Decimals stay text here: what they may be
 * depends on the asset or instrument (terms.ts, handler.ts).
 */
import { BlockList } from "node:net";
import { z } from "zod";
import { addToList } from "../../engine/api/ip-allow-list.ts";
import { ASSET_DECIMALS_MAX, INSTRUMENT_STATUSES, SYMBOL_PATTERN } from "../../engine/domain/instrument.ts";
import { KEY_PERMISSIONS } from "../../engine/domain/operator.ts";

const NAME_LENGTH_MAX = 64;
const REFERENCE_LENGTH_MAX = 128;
const ALLOW_LIST_MAX = 64;
export const ORDERS_MAX_DEFAULT = 200;
/** Engine times are µs below 2^53. */
const EXPIRY_MS_MAX = 9_000_000_000_000;

const decimal = z.string().regex(/^[0-9]{1,20}(\.[0-9]{1,20})?$/, 'is a plain decimal in a string, like "0.01"');
const symbol = z.string().regex(SYMBOL_PATTERN, "is 1 to 20 of A-Z 0-9 . _ -");
const account = z.int().min(0);
const decimals = z.int().min(0).max(ASSET_DECIMALS_MAX);

export const addInstrumentBody = z.strictObject({
  symbol,
  base: symbol,
  quote: symbol,
  tickSize: decimal,
  stepSize: decimal,
  minNotional: decimal.default("0"),
  maxNotional: decimal.optional(),
  minPrice: decimal.optional(),
  maxPrice: decimal.optional(),
  minQty: decimal.optional(),
  maxQty: decimal.optional(),
  marketMaxQty: decimal.optional(),
  maxNumOrders: z.int().min(1).max(1_000_000).default(ORDERS_MAX_DEFAULT),
  makerFee: decimal.default("0.001"),
  takerFee: decimal.default("0.001"),
  baseDecimals: decimals.optional(),
  quoteDecimals: decimals.optional(),
});
export type AddInstrumentBody = z.output<typeof addInstrumentBody>;

export const openAccountBody = z.strictObject({ name: z.string().min(1).max(NAME_LENGTH_MAX) });
export const setAccountBody = z.strictObject({ canTrade: z.boolean(), canWithdraw: z.boolean() });

const allowed = z
  .string()
  .refine((entry) => addToList(new BlockList(), entry), 'is an address or a CIDR range, like "10.0.0.0/8"');

export const addKeyBody = z.strictObject({
  account,
  permissions: z.array(z.enum(KEY_PERMISSIONS)).min(1).max(KEY_PERMISSIONS.length),
  label: z.string().max(NAME_LENGTH_MAX).default(""),
  ipAllowList: z.array(allowed).max(ALLOW_LIST_MAX).default([]),
  /** ms since 1970; left out: never. */
  expires: z.int().min(1).max(EXPIRY_MS_MAX).optional(),
});

export const depositBody = z.strictObject({
  account,
  asset: symbol,
  amount: decimal,
  reference: z.string().min(1).max(REFERENCE_LENGTH_MAX),
});

export const haltBody = z.strictObject({ symbol, status: z.enum(INSTRUMENT_STATUSES) });
export const cancelAllBody = z.strictObject({ account, symbol });
