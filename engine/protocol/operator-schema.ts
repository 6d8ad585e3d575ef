/**
 * An operator's command as it lies in a record: JSON, amounts as decimal strings. Checked before it may be journaled.
 *
 * Shape and bounds alone, so wide that whoever exceeds them means harm: what an instrument or a name may be is the core's
 * to say, by a reject. Texts have no control characters and no half characters: they end up in tables, hashes and logs.
 */
import { z } from "zod";
import { INSTRUMENT_STATUSES } from "../domain/instrument.ts";
import { KEY_PERMISSIONS } from "../domain/operator.ts";
import { SELF_TRADE_MODES } from "../domain/order.ts";
import type { OperatorCommand } from "./commands.ts";

const NAME_CHARACTERS_MAX = 64;
const REFERENCE_CHARACTERS_MAX = 128;
/** A public key of 4,096 bits in PEM takes 800. */
const MATERIAL_CHARACTERS_MAX = 4_096;
const ALLOWED_ADDRESSES_MAX = 64;
const ORDERS_MAX = 1_000_000;
/** The core counts accounts and instruments far below this; one that is not there is refused by name. */
const ID_MAX = 2 ** 31 - 1;
const DECIMALS_MAX = 255;

const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;
const PRINTABLE_LINES = /^[^\p{Cs}\0]*$/u;
const AMOUNT = /^(0|[1-9][0-9]{0,18})$/;
/** No exclamation mark: bus-messages.ts keeps other fields beside the keys. */
const API_KEY = /^[A-Za-z0-9_-]{1,128}$/;

const name = z.string().max(NAME_CHARACTERS_MAX).regex(PRINTABLE);
const reference = z.string().max(REFERENCE_CHARACTERS_MAX).regex(PRINTABLE);
const apiKey = z.string().regex(API_KEY);
const id = z.int().min(0).max(ID_MAX);
/** Up to 2^53−1, as z.int() has it. */
const count = z.int().min(0);
/** Every text that passes is within what BigInt takes; 2^63−1 is the core's to compare with. */
const atoms = z.string().regex(AMOUNT).transform(BigInt);

const rules = z.strictObject({
  averageMinutes: count,
  percentPrice: z.strictObject({ bidUpE4: count, bidDownE4: count, askUpE4: count, askDownE4: count }).nullable(),
  positionMaxAtoms: z.string().regex(AMOUNT),
  algoOrdersMax: count,
  icebergOrdersMax: count,
  icebergPartsMax: count,
  orderListsMax: count,
  amendsMax: count,
  trailing: z.strictObject({ aboveMin: count, aboveMax: count, belowMin: count, belowMax: count }).nullable(),
});

const limits = z.strictObject({
  ordersPer10s: count,
  ordersPerDay: count,
  ordersMax: count,
  algoOrdersMax: count,
  icebergOrdersMax: count,
  orderListsMax: count,
});

const terms = z.strictObject({
  symbol: name,
  base: name,
  quote: name,
  tickE8: count,
  lotE8: count,
  priceTicksMin: count,
  priceTicksMax: count,
  quantityLotsMin: count,
  quantityLotsMax: count,
  marketLotsMin: count,
  marketLotsMax: count,
  notionalMinE8: z.string().regex(AMOUNT),
  notionalMaxE8: z.string().regex(AMOUNT),
  notionalMinAppliesToMarket: z.boolean(),
  notionalMaxAppliesToMarket: z.boolean(),
  ordersMax: count.max(ORDERS_MAX),
  makerFeeE8: count,
  takerFeeE8: count,
  selfTradeDefault: z.enum(SELF_TRADE_MODES),
  selfTradeAllowed: z.array(z.enum(SELF_TRADE_MODES)).max(SELF_TRADE_MODES.length),
  rules: rules.exactOptional(),
});

const schema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("add_asset"), name, decimals: z.int().min(0).max(DECIMALS_MAX) }),
  z.strictObject({ type: z.literal("add_instrument"), terms }),
  z.strictObject({
    type: z.literal("set_instrument_status"),
    symbol: name,
    status: z.enum(INSTRUMENT_STATUSES),
  }),
  z.strictObject({ type: z.literal("set_instrument_fees"), symbol: name, makerFeeE8: count, takerFeeE8: count }),
  z.strictObject({ type: z.literal("set_instrument_rules"), symbol: name, rules }),
  z.strictObject({ type: z.literal("set_exchange_limits"), limits }),
  z.strictObject({ type: z.literal("freeze_withdrawals"), frozen: z.boolean(), reason: reference }),
  z.strictObject({ type: z.literal("open_account"), name }),
  z.strictObject({ type: z.literal("set_account"), account: id, canTrade: z.boolean(), canWithdraw: z.boolean() }),
  z.strictObject({
    type: z.literal("register_key"),
    account: id,
    apiKey,
    kind: z.enum(["hmac_sha256", "ed25519", "rsa_sha256"]),
    material: z.string().max(MATERIAL_CHARACTERS_MAX).regex(PRINTABLE_LINES),
    permissions: z.array(z.enum(KEY_PERMISSIONS)).max(KEY_PERMISSIONS.length),
    ipAllowList: z.array(name).max(ALLOWED_ADDRESSES_MAX),
    expiresUs: count,
    label: name,
  }),
  z.strictObject({ type: z.literal("revoke_key"), apiKey }),
  z.strictObject({
    type: z.literal("set_key"),
    apiKey,
    permissions: z.array(z.enum(KEY_PERMISSIONS)).max(KEY_PERMISSIONS.length),
    ipAllowList: z.array(name).max(ALLOWED_ADDRESSES_MAX),
    expiresUs: count,
    label: name,
    disabled: z.boolean(),
  }),
  z.strictObject({ type: z.literal("deposit"), account: id, asset: name, atoms, reference }),
  z.strictObject({ type: z.literal("hold_withdrawal"), account: id, asset: name, atoms, reference }),
  z.strictObject({ type: z.literal("settle_withdrawal"), reference }),
  z.strictObject({ type: z.literal("release_withdrawal"), reference }),
  z.strictObject({ type: z.literal("operator_cancel_all"), account: id, instrument: id }),
]);

/** The command, or what is wrong with the first field that is. */
export function parseOperatorCommand(value: unknown): OperatorCommand | string {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data satisfies OperatorCommand;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join(".") || "command"}: ${issue?.message ?? "invalid"}`;
}
