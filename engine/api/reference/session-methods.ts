/** The methods of the WebSocket API that have no path: what they take, what they answer (trading-api.md §1.15). */
import { EMPTY, flag, integer, list, object, orNull, type Schema, text, time } from "./json-schema.ts";

export interface SessionMethodEntry {
  readonly title: string;
  readonly says: string;
  /** Mandatory ones first. */
  readonly mandatory: readonly string[];
  readonly optional: readonly string[];
  readonly answer: Schema;
}

const SIGNED = ["apiKey", "timestamp", "signature"];
const STATUS = object(
  {
    apiKey: orNull(text("The key that has logged on; null: none")),
    authorizedSince: orNull(time("Since when; null: nobody has")),
    connectedSince: time("Since when the connection stands"),
    returnRateLimits: flag("Whether answers carry rateLimits"),
    serverTime: time("The exchange's clock"),
    userDataStream: flag("Whether any account is heard"),
  },
  "The session.",
);
const SUBSCRIPTION = object({ subscriptionId: integer("It stands beside every event") }, "A subscription.");

/** What none of the route table's parameters is. */
export const SESSION_PARAMETERS: Readonly<Record<string, string>> = {
  signature: "Over all other parameters, sorted by name, as name=value joined by &",
  subscriptionId: "The one to end; all where it is not sent",
  returnRateLimits: "Whether this answer carries rateLimits",
};

export const SESSION_METHODS: Readonly<Record<string, SessionMethodEntry>> = {
  "session.logon": {
    title: "Log on",
    says: "With an Ed25519 key alone (else -4056). What follows needs neither apiKey nor signature; timestamp it needs.",
    mandatory: SIGNED,
    optional: ["recvWindow"],
    answer: STATUS,
  },
  "session.status": { title: "Who is logged on", says: "", mandatory: [], optional: [], answer: STATUS },
  "session.logout": {
    title: "Log out",
    says: "Ends the subscription that was made by the session; the connection stays.",
    mandatory: [],
    optional: [],
    answer: STATUS,
  },
  "session.subscriptions": {
    title: "Which accounts are heard",
    says: "",
    mandatory: [],
    optional: [],
    answer: list(SUBSCRIPTION, "Subscriptions"),
  },
  "userDataStream.subscribe": {
    title: "Hear the session's account",
    says: "Needs a logon. Each account once per connection (-2035).",
    mandatory: [],
    optional: [],
    answer: SUBSCRIPTION,
  },
  "userDataStream.subscribe.signature": {
    title: "Hear an account",
    says: "By a key of any kind that may read. Each account once per connection (-2035).",
    mandatory: SIGNED,
    optional: ["recvWindow"],
    answer: SUBSCRIPTION,
  },
  "userDataStream.unsubscribe": {
    title: "Hear no more",
    says: "eventStreamTerminated follows. Not heard: -2036.",
    mandatory: [],
    optional: ["subscriptionId"],
    answer: EMPTY,
  },
};
