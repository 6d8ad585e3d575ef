/** The operator's commands about money that leaves: withdrawals and what becomes of them, the audit. */
import { type CommandContext, command, type OperatorCommandSpec, option, segment } from "./command-spec.ts";

export const FUNDING_COMMANDS: readonly OperatorCommandSpec[] = [
  command("withdrawals list", "what was asked for, newest first", listWithdrawals, [
    option("state", "STATE", "requested, approved, refused or paid (all)"),
    option("limit", "NUMBER", "how many (500)"),
  ]),
  command("withdrawals approve REFERENCE", "tell the payer to pay; again: tell it again", (context) =>
    decide(context, { action: "approve" }),
  ),
  command(
    "withdrawals refuse REFERENCE",
    "give the money back; not once it is approved",
    (context) =>
      decide(context, { action: "refuse", ...(context.options.reason && { reason: context.options.reason }) }),
    [option("reason", "TEXT", "what the trader reads")],
  ),
  command(
    "withdrawals paid REFERENCE",
    "it has left: what was held is gone",
    (context) => decide(context, { action: "paid", ...(context.options.tx && { txId: context.options.tx }) }),
    [option("tx", "TEXT", "what names the payment outside")],
  ),
  // Before the command of one word that both begin with.
  command("audit show", "compare, and freeze nothing", ({ api }) => api().call("GET", "/audit")),
  command("audit unfreeze", "let withdrawals pass again", ({ api }) =>
    api().call("POST", "/audit", { unfreeze: true }),
  ),
  command(
    "audit",
    "compare what accounts hold with deposits less withdrawals; a mismatch freezes withdrawals",
    ({ api }) => api().call("POST", "/audit", {}),
  ),
];

function listWithdrawals({ api, options }: CommandContext): Promise<unknown> {
  const asked = new URLSearchParams();
  for (const name of ["state", "limit"] as const) {
    const value = options[name];
    if (typeof value === "string") asked.set(name, value);
  }
  return api().call("GET", asked.size === 0 ? "/withdrawals" : `/withdrawals?${asked}`);
}

function decide({ api, positionals }: CommandContext, body: object): Promise<unknown> {
  return api().call("POST", `/withdrawals/${segment(positionals[0])}`, body);
}
