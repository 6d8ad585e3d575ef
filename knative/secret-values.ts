/**
 * What is in each secret of the exchange, made at random: by seal.ts for a cluster whose secrets are kept in git, sealed, and
 * by kind-secrets.ts for a trial.
 *
 * Secrets that say the same thing to two sides (a password of Redis' user, of the database's owner) form a group and are
 * made together.
 */
import { randomBytes } from "node:crypto";
import { REDIS_ROLES } from "../engine/bus/redis/acl.ts";

export const APP_NAMESPACE = "tidebook";
export const DATA_NAMESPACE = "tidebook-data";

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

function redisUrl(role: string, password: string): string {
  return `redis://${role}:${password}@valkey.${DATA_NAMESPACE}:6379`;
}

/** The pooler's certificate is CloudNativePG's own: encrypted, and whom one speaks with is the NetworkPolicies' word. */
function databaseUrl(username: string, password: string): string {
  return `postgresql://${username}:${password}@tidebook-pg-pooler.${DATA_NAMESPACE}:5432/tidebook?sslmode=no-verify`;
}

function alone(namespace: string, name: string, values: Readonly<Record<string, string>>): SecretGroup {
  return { what: name, secrets: [{ namespace, name, values }] };
}

/** Passwords of Redis' users. */
export function newRedisUsers(): SecretContents {
  const values = Object.fromEntries(["default", ...REDIS_ROLES].map((role) => [role, randomSecret()]));
  return { namespace: DATA_NAMESPACE, name: "tidebook-valkey-users", values };
}

/** What each role is told of them. @param passwords by role. */
export function redisUrls(passwords: SecretContents["values"]): readonly SecretContents[] {
  return REDIS_ROLES.map((role) => ({
    namespace: APP_NAMESPACE,
    name: `tidebook-redis-${role}`,
    values: { REDIS_URL: redisUrl(role, passwords[role] ?? "") },
  }));
}

export function newDatabaseOwner(): SecretContents {
  const values = { username: "tidebook", password: randomSecret() };
  return { namespace: DATA_NAMESPACE, name: "tidebook-pg-owner", values };
}

/** What functions are told of the database's owner. */
export function databaseAddress({ username = "", password = "" }: SecretContents["values"]): SecretContents {
  return {
    namespace: APP_NAMESPACE,
    name: "tidebook-database",
    values: { DATABASE_URL: databaseUrl(username, password) },
  };
}

/** A role that owns the schema of people and nothing else (data/database.yaml): who reads history reads nobody's name. */
export function newPeopleOwner(): SecretContents {
  const values = { username: "tidebook_people", password: randomSecret() };
  return { namespace: DATA_NAMESPACE, name: "tidebook-pg-people", values };
}

/** What functions are told of it. */
export function peopleAddress({ username = "", password = "" }: SecretContents["values"]): SecretContents {
  return {
    namespace: APP_NAMESPACE,
    name: "tidebook-people",
    values: { TIDEBOOK_PEOPLE_DATABASE_URL: databaseUrl(username, password) },
  };
}

/** Of the exchange's secrets those that are one value, by name. */
export const ONE_VALUE = {
  "tidebook-secrets": "TIDEBOOK_SEAL_KEY",
  "tidebook-internal": "TIDEBOOK_INTERNAL_TOKEN",
  "tidebook-operator": "TIDEBOOK_OPERATOR_TOKEN",
} as const;

/** All of them, new. */
export function makeSecretGroups(): readonly SecretGroup[] {
  const users = newRedisUsers();
  const owner = newDatabaseOwner();
  const people = newPeopleOwner();
  return [
    { what: "users of Redis", secrets: [users, ...redisUrls(users.values)] },
    { what: "owner of the database", secrets: [owner, databaseAddress(owner.values)] },
    { what: "owner of the schema of people", secrets: [people, peopleAddress(people.values)] },
    ...Object.entries(ONE_VALUE).map(([name, key]) => alone(APP_NAMESPACE, name, { [key]: randomSecret() })),
    alone("monitoring", "grafana-admin", { "admin-user": "admin", "admin-password": randomSecret() }),
  ];
}
