/** The users of Redis that the chart makes are those of the code, word for word. */
import { expect, test } from "vitest";
import { aclRules, REDIS_ROLES } from "../engine/bus/redis/acl.ts";
import { readValues } from "./testing/helm-values.ts";

test("the chart gives each role what the code says, and switches the default user off", () => {
  const { auth } = readValues("valkey") as { auth: { aclUsers: Record<string, { permissions: string }> } };
  const given = Object.fromEntries(Object.entries(auth.aclUsers).map(([name, { permissions }]) => [name, permissions]));
  // The chart itself writes `user <name> on #<password>` before them; `reset` would take the password away again.
  const said = REDIS_ROLES.map((role) => [role, aclRules("e1", role).slice(2).join(" ")]);
  expect(given).toEqual({ default: "off", ...Object.fromEntries(said) });
  expect(REDIS_ROLES.map((role) => aclRules("e1", role).slice(0, 2))).toEqual(REDIS_ROLES.map(() => ["reset", "on"]));
});
