/** Answers about an account, its keys and its money, field by field. A test compares them with what is really answered. */
import { STATEMENT_KINDS } from "../../bus/history-client.ts";
import { KEY_PERMISSIONS } from "../../domain/operator.ts";
import {
  constant,
  decimal,
  flag,
  integer,
  list,
  maybe,
  object,
  orNull,
  ref,
  type Schema,
  signedDecimal,
  text,
  time,
  word,
} from "./json-schema.ts";
import { DISCOUNT } from "./order-schemas.ts";

const STATEMENT_WORDS = STATEMENT_KINDS.map((kind) => kind.toUpperCase());
const KINDS = ["hmac_sha256", "ed25519", "rsa_sha256"];
/** Given to the second, UTC. */
const dateTime = (description: string): Schema => ({
  type: "string",
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$",
  description: `${description}, UTC`,
});
const asset = text("Asset");
const permissions = list(word(KEY_PERMISSIONS, "Permission"), "What it may do");
const BALANCE = { free: decimal("What can be used"), locked: decimal("What open orders and withdrawals hold") };
const zero = decimal("Always 0");

const RATES = {
  maker: decimal("As maker"),
  taker: decimal("As taker"),
  buyer: decimal("Always 0"),
  seller: decimal("Always 0"),
};
const FOUR_RATES = object(RATES, "Shares of what is received.");

export const ACCOUNT_SCHEMAS: Readonly<Record<string, Schema>> = {
  Account: object(
    {
      makerCommission: integer("The highest maker's rate of any symbol, in 1/10,000, rounded up"),
      takerCommission: integer("The highest taker's rate of any symbol, in 1/10,000, rounded up"),
      buyerCommission: constant(0, "Always 0"),
      sellerCommission: constant(0, "Always 0"),
      commissionRates: object(RATES, "The highest rates of any symbol."),
      canTrade: flag("Whether orders are taken"),
      canWithdraw: flag("Whether withdrawals are taken"),
      canDeposit: constant(true, "Always true"),
      brokered: constant(false, "Always false"),
      requireSelfTradePrevention: constant(false, "Always false"),
      preventSor: constant(false, "Always false"),
      updateTime: time("When a balance last changed"),
      accountType: constant("SPOT", "Always SPOT"),
      balances: list(object({ asset, ...BALANCE }, "A balance."), "All assets; see omitZeroBalances"),
      permissions: list(constant("SPOT", "Always SPOT"), "Always SPOT"),
      uid: integer("The account's number"),
    },
    "The account.",
  ),
  Commission: object(
    {
      symbol: text("Instrument"),
      standardCommission: FOUR_RATES,
      specialCommission: FOUR_RATES,
      taxCommission: FOUR_RATES,
      discount: DISCOUNT,
    },
    "What trades on a symbol cost the account.",
  ),
  Filters: object(
    {
      exchangeFilters: list(ref("ExchangeFilter"), "Over all symbols"),
      symbolFilters: list(ref("SymbolFilter"), "Of the symbol"),
      assetFilters: list({}, "Always empty"),
    },
    "The filters that apply to the account.",
  ),
  TradeFee: object(
    {
      symbol: text("Instrument"),
      makerCommission: decimal("As maker"),
      takerCommission: decimal("As taker"),
    },
    "Rates of a symbol.",
  ),
  Coin: object(
    {
      coin: asset,
      name: text("The same"),
      depositAllEnable: constant(true, "Always true"),
      withdrawAllEnable: flag("Whether the account may withdraw"),
      trading: constant(true, "Always true"),
      isLegalMoney: constant(false, "Always false"),
      ...BALANCE,
      freeze: zero,
      withdrawing: zero,
      storage: zero,
      ipoing: zero,
      ipoable: zero,
      networkList: list(
        object(
          {
            network: text("Named as the asset"),
            coin: asset,
            name: text("The same"),
            isDefault: constant(true, "Always true"),
            depositEnable: constant(true, "Always true"),
            withdrawEnable: flag("Whether the account may withdraw"),
            withdrawFee: zero,
            withdrawIntegerMultiple: decimal("Amounts are whole multiples of it"),
            withdrawMin: decimal("Smallest amount"),
            withdrawMax: decimal("Largest amount"),
          },
          "A network.",
        ),
        "One network each",
      ),
    },
    "An asset, and what the account has of it.",
  ),

  ApiKey: object(
    {
      apiKey: text("The key"),
      account: integer("Whose it is"),
      kind: word(KINDS, "How it signs"),
      permissions,
      ipAllowList: list(text("Address or range"), "Where it may be used from; empty: everywhere"),
      expires: orNull(integer("When it ends, ms; null: never")),
      label: text("What its owner calls it"),
      revoked: flag("Whether it has ended"),
      disabled: flag("Whether an operator has switched it off"),
    },
    "A key, without what it signs with.",
  ),
  NewApiKey: object(
    {
      account: integer("Whose it is"),
      apiKey: text("The key"),
      apiSecret: maybe(text("Of an hmac_sha256 key: shown this once")),
      kind: word(KINDS, "How it signs"),
      permissions,
    },
    "A key that was made.",
  ),

  WithdrawalTaken: object({ id: text("Its reference") }, "A withdrawal that is held."),
  Withdrawal: object(
    {
      id: text("Its reference"),
      amount: decimal("How much"),
      transactionFee: zero,
      coin: asset,
      status: { enum: [2, 3, 4, 6], description: "2 awaits approval, 3 refused, 4 on its way, 6 paid" },
      address: text("Where it goes"),
      addressTag: text("As it was sent"),
      txId: text("What whoever paid it calls it; empty before"),
      applyTime: dateTime("When it was asked for"),
      network: text("As it was sent"),
      transferType: constant(0, "Always 0"),
      withdrawOrderId: maybe(text("Where it was sent")),
      info: text("Why it was refused"),
      confirmNo: constant(0, "Always 0"),
      walletType: constant(0, "Always 0"),
      txKey: constant("", "Always empty"),
      completeTime: maybe(dateTime("Of a paid one: when")),
    },
    "A withdrawal.",
  ),
  Deposit: object(
    {
      id: text("A sequence of the engine's events"),
      amount: decimal("How much"),
      coin: asset,
      network: constant("", "Not known"),
      status: constant(1, "1: credited"),
      address: constant("", "Not known"),
      addressTag: constant("", "Not known"),
      txId: text("Its reference"),
      insertTime: integer("When it was credited, ms"),
      completeTime: integer("The same"),
      transferType: constant(0, "Always 0"),
      confirmTimes: constant("1/1", "Always 1/1"),
      unlockConfirm: constant(1, "Always 1"),
      walletType: constant(0, "Always 0"),
    },
    "A deposit.",
  ),
  Statement: object(
    {
      asset,
      opening: decimal("Free and locked together, before the first entry"),
      entries: list(
        object(
          {
            id: integer("Ids grow; fromId finds them"),
            seq: integer("The engine's event behind it"),
            time: time("When"),
            type: word(STATEMENT_WORDS, "What it was"),
            amount: decimal("How much was moved"),
            change: signedDecimal("What that did to the balance"),
            symbol: maybe(text("Of a trade")),
            tradeId: maybe(integer("Of a trade")),
            orderId: maybe(integer("Of a trade: the own order")),
            reference: maybe(text("Of a deposit or a withdrawal")),
          },
          "One change.",
        ),
        "Oldest first",
      ),
      closing: decimal("opening and every change"),
      asOfSeq: integer("The engine's event up to which it is complete"),
    },
    "Every atom of a balance: what it was, what changed it, what it is then.",
  ),
};
