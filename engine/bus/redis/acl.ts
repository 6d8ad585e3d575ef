/**
 * Who may do what in Redis: one user per role, each with the commands it sends, on the keys and channels it sends them to.
 *
 * Selectors, the rules in parentheses, tie commands to their keys: who may XADD to one stream and GET another key may not
 * GET the stream. Nobody may CONFIG, FLUSH, KEYS, or anything else that is not named here. That an operator's command comes
 * by the ops stream alone is the rule of the engine too, which asks the stream and not the record.
 */
import { busNames, ENGINE_NAME, replyChannel } from "../../protocol/bus-messages.ts";

export const REDIS_ROLES = ["engine", "edge", "operator", "stream"] as const;
export type RedisRole = (typeof REDIS_ROLES)[number];

/** Counters that edges share, one key per limit and subject. */
const LIMIT_KEYS = "limit:*";

/** Listen keys of old clients, and whose they are (edge/redis-listen-keys.ts). */
const LISTEN_KEYS = "listen:*";

/** What a connection needs of itself (connection.ts); INFO tells whether the server is still loading. */
const CONNECTION = ["+ping", "+info", "+client|setname"] as const;

/** The words behind `ACL SETUSER <name>`, without a password: each word one argument. */
export function aclRules(engine: string, role: RedisRole): readonly string[] {
  // A name with a `*` in it would be a pattern, and give away its neighbours.
  if (!ENGINE_NAME.test(engine)) throw new Error(`not a name for an engine: ${engine}`);
  return ["reset", "on", ...CONNECTION, ...RULES[role](engine)];
}

function edge(engine: string): readonly string[] {
  const { trade, beat, keys } = busNames(engine);
  return [
    "+subscribe",
    "+unsubscribe",
    `&${beat}`,
    // An instance names itself when it starts: which one it will be, no rule can know.
    `&${replyChannel("*")}`,
    `(%W~${trade} +xadd)`,
    `(%R~${keys} %R~${beat} +get +hget +hmget)`,
    // EVAL for the counters' script, and each command in it; TIME, whose clock counts.
    `(~${LIMIT_KEYS} +eval +evalsha +time +hmget +hset +pexpire +zadd +zremrangebyscore +zrangebyscore)`,
    `(~${LISTEN_KEYS} +eval +evalsha +get +set +pexpire +del)`,
  ];
}

const RULES: Readonly<Record<RedisRole, (engine: string) => readonly string[]>> = {
  edge,
  stream: (engine) => [...edge(engine), `&${busNames(engine).feed}`],
  // Whoever may EVAL may loop for ever, and Redis answers nobody then: this is the way out, for a person.
  operator: (engine) => [...edge(engine), "+script|kill", `(%W~${busNames(engine).ops} +xadd)`],
  engine: (engine) => {
    const { trade, ops, feed, beat, keys } = busNames(engine);
    return [
      "+publish",
      `&${beat}`,
      `&${feed}`,
      `&${replyChannel("*")}`,
      `(~${trade} ~${ops} +xread +xadd +xtrim +xinfo|stream +del)`,
      `(%W~${beat} +set)`,
      `(~${keys} +eval +hget +hset +hdel +hkeys)`,
    ];
  },
};

/** A user and the proof of its password: the text itself, or its SHA-256 in hexadecimal, which is all that Redis keeps. */
export type AclUser = { readonly role: RedisRole } & (
  | { readonly password: string }
  | { readonly passwordSha256: string }
);

/** A whole users.acl, one user per line, named as its role. The default user is off. @throws Error */
export function usersAcl(engine: string, users: readonly AclUser[]): string {
  const lines = users.map((user) => {
    const [reset, on, ...rules] = aclRules(engine, user.role);
    return ["user", user.role, reset, on, passwordRule(user), ...rules].join(" ");
  });
  return `${["user default reset off", ...lines].join("\n")}\n`;
}

function passwordRule(user: AclUser): string {
  if ("password" in user) {
    if (!/^\S{16,}$/.test(user.password)) throw new Error(`${user.role}: 16 characters at least, none of them a space`);
    return `>${user.password}`;
  }
  if (!/^[0-9a-f]{64}$/.test(user.passwordSha256)) throw new Error(`${user.role}: not a SHA-256 in hexadecimal`);
  return `#${user.passwordSha256}`;
}
