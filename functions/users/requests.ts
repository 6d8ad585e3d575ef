/**
 * Bodies of the operator's API, parsed once. A misspelt field is an error. Decimals stay text here: what they may be
 * depends on the asset or instrument (terms.ts, handler.ts).
 */
import { BlockList } from "node:net";
import { z } from "zod";
import { addToList } from "../../engine/api/ip-allow-list.ts";
import { ASSET_DECIMALS_MAX, INSTRUMENT_STATUSES, SYMBOL_PATTERN } from "../../engine/domain/instrument.ts";
import { KEY_PERMISSIONS } from "../../engine/domain/operator.ts";
import { PLAIN_TEXT } from "../../engine/protocol/plain-text.ts";
import { KEY_KINDS } from "./key-material.ts";

const NAME_LENGTH_MAX = 64;
const REFERENCE_LENGTH_MAX = 128;
const ALLOW_LIST_MAX = 64;
const ORDERS_MAX_DEFAULT = 200;
const PUBLIC_KEY_LENGTH_MAX = 4_096;
const COUNT_MAX = 2 ** 31 - 1;
const BIPS_MAX = 10_000;
const AVERAGE_MINUTES_MAX = 60;
/** Engine times are µs below 2^53. */
const EXPIRY_MS_MAX = 9_000_000_000_000;

const decimal = z.string().regex(/^[0-9]{1,20}(\.[0-9]{1,20})?$/, 'is a plain decimal in a string, like "0.01"');
const symbol = z.string().regex(SYMBOL_PATTERN, "is 1 to 20 of A-Z 0-9 . _ -");
/** An account that is not there has no larger number than one that could be: the engine takes no other. */
export const ACCOUNT_ID_MAX = COUNT_MAX;
const account = z.int().min(0).max(ACCOUNT_ID_MAX);
const plain = z.string().regex(PLAIN_TEXT, "holds no control characters");
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

export const openAccountBody = z.strictObject({ name: plain.min(1).max(NAME_LENGTH_MAX) });
export const setAccountBody = z.strictObject({ canTrade: z.boolean(), canWithdraw: z.boolean() });

const allowed = z
  .string()
  .refine((entry) => addToList(new BlockList(), entry), 'is an address or a CIDR range, like "10.0.0.0/8"');

const permissions = z.array(z.enum(KEY_PERMISSIONS)).min(1).max(KEY_PERMISSIONS.length);
const label = plain.max(NAME_LENGTH_MAX);
const ipAllowList = z.array(allowed).max(ALLOW_LIST_MAX);
/** ms since 1970. */
const expires = z.int().min(1).max(EXPIRY_MS_MAX);

/** Of a key that an account makes for itself. Left out, `expires` and `ipAllowList` are those of the key that makes it. */
export const ownKeyBody = z.strictObject({
  kind: z.enum(KEY_KINDS).default("hmac_sha256"),
  publicKey: z.string().max(PUBLIC_KEY_LENGTH_MAX).optional(),
  permissions,
  label: label.default(""),
  ipAllowList: ipAllowList.default([]),
  expires: expires.optional(),
});

/** Left out: it never expires. */
export const addKeyBody = ownKeyBody.extend({ account });

/** What is left out stays as it is. */
export const setKeyBody = z.strictObject({
  permissions: permissions.optional(),
  label: label.optional(),
  ipAllowList: ipAllowList.optional(),
  /** null: it never expires. */
  expires: expires.nullable().optional(),
  disabled: z.boolean().optional(),
});

const count = z.int().min(0).max(COUNT_MAX);
const bips = z.int().min(0).max(BIPS_MAX);

export const feesBody = z.strictObject({ symbol, makerFee: decimal, takerFee: decimal });

/** Counts of 0 and nulls switch a filter off. */
export const rulesBody = z.strictObject({
  symbol,
  avgPriceMins: z.int().min(0).max(AVERAGE_MINUTES_MAX).optional(),
  percentPrice: z
    .strictObject({ bidUp: decimal, bidDown: decimal, askUp: decimal, askDown: decimal })
    .nullable()
    .optional(),
  maxPosition: decimal.optional(),
  maxNumAlgoOrders: count.optional(),
  maxNumIcebergOrders: count.optional(),
  icebergParts: count.optional(),
  maxNumOrderLists: count.optional(),
  maxNumOrderAmends: count.optional(),
  /** In 1/10,000. */
  trailingDelta: z
    .strictObject({ aboveMin: bips, aboveMax: bips, belowMin: bips, belowMax: bips })
    .nullable()
    .optional(),
});

/** Of one account on all instruments; 0: no limit. */
export const limitsBody = z.strictObject({
  ordersPer10s: count.optional(),
  ordersPerDay: count.optional(),
  ordersMax: count.optional(),
  algoOrdersMax: count.optional(),
  icebergOrdersMax: count.optional(),
  orderListsMax: count.optional(),
});

export const depositBody = z.strictObject({
  account,
  asset: symbol,
  amount: decimal,
  reference: plain.min(1).max(REFERENCE_LENGTH_MAX),
});

export const haltBody = z.strictObject({ symbol, status: z.enum(INSTRUMENT_STATUSES) });
export const cancelAllBody = z.strictObject({ account, symbol });
