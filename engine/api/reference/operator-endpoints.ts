/** What the reference says of the operator's API. Bodies are described by the schemas that read them. */
import type { HandlerName } from "../routes.ts";
import type { EndpointEntry } from "./endpoint-entry.ts";
import { either, list, ref } from "./json-schema.ts";

const VENUE = "Operator: venue";
const PEOPLE = "Operator: accounts and keys";
const MONEY = "Operator: money";
const LETTERS = "Operator: dead letters";
const NEWEST_FIRST = "Newest first.";

export const OPERATOR_ENDPOINTS: Readonly<Record<HandlerName<"users", "OPERATOR">, EndpointEntry>> = {
  status: {
    group: VENUE,
    title: "How it stands",
    says: "Assets, instruments, the engine and the stream. Counters begin with their process: read twice for a rate.",
    answer: ref("VenueStatus"),
  },
  listInstruments: {
    group: VENUE,
    title: "Instruments",
    says: "Terms of each.",
    answer: list(ref("Instrument"), "By id"),
  },
  addInstrument: {
    group: VENUE,
    title: "Add an instrument",
    says: "Adds missing assets first. Bounds that are left out are the widest.",
    answer: ref("Instrument"),
  },
  setFees: { group: VENUE, title: "Fees", says: "Of trades from now on.", answer: ref("Instrument") },
  showRules: {
    group: VENUE,
    title: "Filters",
    says: "Those that an operator sets.",
    answer: list(ref("Rules"), "By id"),
  },
  setRules: {
    group: VENUE,
    title: "Set filters",
    says: "What is left out stays as it is.",
    answer: ref("Rules"),
  },
  showLimits: {
    group: VENUE,
    title: "Limits of an account",
    says: "On all instruments together.",
    answer: ref("Limits"),
  },
  setLimits: {
    group: VENUE,
    title: "Set limits of an account",
    says: "What is left out stays as it is.",
    answer: ref("Limits"),
  },
  halt: {
    group: VENUE,
    title: "Halt",
    says: "Or cancel-only, or trading again. Cancels always pass.",
    answer: ref("StatusSet"),
  },
  resume: {
    group: VENUE,
    title: "Trade again",
    says: "The same as trading.",
    name: "symbol",
    answer: ref("StatusSet"),
  },
  cancelAll: {
    group: VENUE,
    title: "Cancel an account's orders",
    says: "Of one instrument.",
    answer: ref("CanceledAll"),
  },
  makeLink: {
    group: PEOPLE,
    title: "A way in",
    says: "A link that signs one person in, once, within a quarter of an hour: by account or by name. A newer one takes an older one back.",
    answer: ref("SignInLink"),
  },
  listAccounts: {
    group: PEOPLE,
    title: "Accounts",
    says: "By number.",
    limit: { default: 500, max: 1_000 },
    answer: list(ref("AccountRecord"), "By number"),
  },
  openAccount: { group: PEOPLE, title: "Open an account", says: "Names are used once.", answer: ref("AccountRecord") },
  showAccount: {
    group: PEOPLE,
    title: "One account",
    says: "With its balances.",
    name: "account",
    answer: ref("AccountHoldings"),
  },
  setAccount: {
    group: PEOPLE,
    title: "What an account may do",
    says: "Open orders stay.",
    name: "account",
    answer: ref("AccountRecord"),
  },
  listKeys: { group: PEOPLE, title: "Keys", says: "Of all accounts.", answer: list(ref("ApiKey"), "By id") },
  addKey: {
    group: PEOPLE,
    title: "Make a key",
    says: "An HMAC secret is shown in this one answer.",
    answer: ref("NewApiKey"),
  },
  setKey: {
    group: PEOPLE,
    title: "Change a key",
    says: "What is left out stays as it is.",
    name: "apiKey",
    answer: ref("ApiKey"),
  },
  revokeKey: { group: PEOPLE, title: "End a key", says: "For ever.", name: "apiKey", answer: ref("ApiKey") },
  deposit: {
    group: MONEY,
    title: "Credit a deposit",
    says: "Once per reference, for ever: again is 409.",
    answer: ref("Credited"),
  },
};

export const OPERATOR_MONEY_ENDPOINTS: Readonly<Record<HandlerName<"funding", "OPERATOR">, EndpointEntry>> = {
  listWithdrawals: {
    group: MONEY,
    title: "Withdrawals",
    says: NEWEST_FIRST,
    limit: { default: 500, max: 1_000 },
    words: { state: ["requested", "approved", "refused", "paid"] },
    answer: list(ref("WithdrawalRecord"), "Newest first"),
  },
  decideWithdrawal: {
    group: MONEY,
    title: "Approve, refuse, or mark as paid",
    says: "What is approved leaves as an event for whoever pays; only their word ends it then.",
    name: "reference",
    answer: ref("WithdrawalDecided"),
  },
  showAudit: { group: MONEY, title: "Audit", says: "Compares, and changes nothing.", answer: ref("Audit") },
  doAudit: {
    group: MONEY,
    title: "Audit, or lift a freeze",
    says: "As the schedule does it: a mismatch freezes withdrawals. With `unfreeze` nothing is compared, and they are taken again.",
    answer: either([ref("Audit"), ref("Unfrozen")], "By `unfreeze`."),
  },
};

export const DEAD_LETTER_ENDPOINTS: Readonly<Record<HandlerName<"dead-letters">, EndpointEntry>> = {
  listLetters: {
    group: LETTERS,
    title: "Events that nobody could take",
    says: "Newest first, without their contents.",
    limit: { default: 100, max: 500 },
    notes: { before: "Only letters before this number" },
    words: { state: ["waiting", "replayed", "discarded"] },
    answer: list(ref("DeadLetter"), "Newest first"),
  },
  showLetter: {
    group: LETTERS,
    title: "One of them",
    says: "With its contents.",
    name: "letter",
    answer: ref("WholeDeadLetter"),
  },
  replayLetter: {
    group: LETTERS,
    title: "Hand it over again",
    says: "In the form it came. Again: `sent` is false, and nothing is sent. Not taken: 503 -1008, and it stays.",
    name: "letter",
    answer: ref("ReplayedDeadLetter"),
  },
  discardLetter: {
    group: LETTERS,
    title: "Discard it",
    says: "It stays to be seen.",
    name: "letter",
    answer: ref("DeadLetter"),
  },
  emptyHistory: {
    group: LETTERS,
    title: "Empty the history",
    says: "Forgets what Postgres holds of the engine's history; it is filled again from the journal.",
    answer: ref("ForgottenHistory"),
  },
};
