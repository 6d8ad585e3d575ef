/**
 * What is in each secret of the exchange, made at random: by seal.ts for a cluster whose secrets are kept in git, sealed.
 *
 * Secrets that say the same thing to two sides (a password of Redis' user, of the database's owner) form a group and are
 * made together.
 */
import { randomBytes } from "node:crypto";

export const APP_NAMESPACE = "tidebook";
export const DATA_NAMESPACE = "tidebook-data";
export const REDIS_ROLES = ["engine", "edge", "operator", "stream"] as const;

export interface SecretContents {
  readonly namespace: string;
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface SecretGroup {
  readonly what: string;
  readonly secrets: readonly SecretContents[];
}

/** 32 bytes in hexadecimal: the form of the sealing key, and enough for any password. */
export function randomSecret(): string {
  return randomBytes(32).toString("hex");
}

export function redisUrl(role: string, password: string): string {
  return `redis://${role}:${password}@valkey.${DATA_NAMESPACE}:6379`;
}

/** The pooler's certificate is CloudNativePG's own: encrypted, and whom one speaks with is the NetworkPolicies' word. */
export function databaseUrl(username: string, password: string): string {
  return `postgresql://${username}:${password}@tidebook-pg-pooler.${DATA_NAMESPACE}:5432/tidebook?sslmode=no-verify`;
}

function alone(namespace: string, name: string, values: Readonly<Record<string, string>>): SecretGroup {
  return { what: name, secrets: [{ namespace, name, values }] };
}

/** All of them, new. */
export function makeSecretGroups(): readonly SecretGroup[] {
  const passwords = Object.fromEntries(["default", ...REDIS_ROLES].map((role) => [role, randomSecret()]));
  const owner = { username: "tidebook", password: randomSecret() };
  return [
    {
      what: "users of Redis",
      secrets: [
        { namespace: DATA_NAMESPACE, name: "tidebook-valkey-users", values: passwords },
        ...REDIS_ROLES.map((role) => ({
          namespace: APP_NAMESPACE,
          name: `tidebook-redis-${role}`,
          values: { REDIS_URL: redisUrl(role, passwords[role] ?? "") },
        })),
      ],
    },
    {
      what: "owner of the database",
      secrets: [
        { namespace: DATA_NAMESPACE, name: "tidebook-pg-owner", values: owner },
        {
          namespace: APP_NAMESPACE,
          name: "tidebook-database",
          values: { DATABASE_URL: databaseUrl(owner.username, owner.password) },
        },
      ],
    },
    alone(APP_NAMESPACE, "tidebook-secrets", { TIDEBOOK_SEAL_KEY: randomSecret() }),
    alone(APP_NAMESPACE, "tidebook-internal", { TIDEBOOK_INTERNAL_TOKEN: randomSecret() }),
    alone(APP_NAMESPACE, "tidebook-operator", { TIDEBOOK_OPERATOR_TOKEN: randomSecret() }),
    alone("monitoring", "grafana-admin", { "admin-user": "admin", "admin-password": randomSecret() }),
  ];
}
