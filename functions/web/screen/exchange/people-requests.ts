/** /people/v1 as calls: JSON in, what people-api.ts says out. */
import type * as api from "../../../_shared/people/people-api.ts";
import type { Answer } from "./contract.ts";
import { ask, type RestRequest } from "./rest.ts";

/** People are kept in a database, which opens some seconds after trading does: the first visitors wait for it. */
const TIMEOUT_MS = 30_000;

async function call<T>(path: string, request: RestRequest = {}): Promise<Answer<T>> {
  return (await ask(`/people/v1/${path}`, { timeoutMs: TIMEOUT_MS, ...request })) as Answer<T>;
}

function post<T>(path: string, body: object): Promise<Answer<T>> {
  return call<T>(path, { method: "POST", body });
}

async function remove(path: string): Promise<Answer<null>> {
  const answer = await call<unknown>(path, { method: "DELETE" });
  return answer.outcome === "ok" ? { outcome: "ok", value: null } : answer;
}

export const requests = {
  venue: () => call<api.Venue>("venue"),
  session: () => call<api.SessionAnswer>("session"),
  challenge: (purpose: api.Purpose) => post<api.Challenge>("challenges", { purpose }),
  signUp: (attested: api.Attested) => post<api.SignedUp>("sign-up", attested),
  signIn: (assertion: api.FreshAssertion) => post<api.SignedIn>("sign-in", assertion),
  signInByLink: (token: string) => post<api.SignedIn>("sign-in-by-link", { token }),
  signInByCode: (name: string, code: string) => post<api.SignedIn>("sign-in-by-code", { name, code }),
  guest: () => post<api.SignedIn>("guests", {}),
  signOut: () => post<unknown>("sign-out", {}),
  passkeys: () => call<readonly api.Passkey[]>("passkeys"),
  addPasskey: (added: api.Attested & { readonly label: string; readonly fresh?: api.FreshAssertion }) =>
    post<api.Passkey & { readonly recoveryCodes?: readonly string[] }>("passkeys", added),
  removePasskey: (id: string) => remove(`passkeys/${encodeURIComponent(id)}`),
  renewCodes: (fresh: api.FreshAssertion) => post<api.RecoveryCodes>("recovery-codes", { fresh }),
  sessions: () => call<readonly api.SessionView[]>("sessions"),
  endSession: (id: string) => remove(`sessions/${encodeURIComponent(id)}`),
  device: (device: { readonly publicKey: string; readonly label: string; readonly fresh?: api.FreshAssertion }) =>
    post<api.Device>("devices", device),
  keys: () => call<readonly api.KeyView[]>("keys"),
  addKey: (key: api.NewKey, fresh: api.FreshAssertion) => post<api.AddedKey>("keys", { key, fresh }),
  revokeKey: (apiKey: string) => remove(`keys/${encodeURIComponent(apiKey)}`),
  withdraw: (withdrawal: api.NewWithdrawal, fresh: api.FreshAssertion) =>
    post<{ readonly id: string }>("withdrawals", { withdrawal, fresh }),
  depositable: () =>
    call<{ readonly coins: readonly { readonly coin: string; readonly available: string }[] }>("deposits"),
  deposit: (coin: string, amount: string) => post<unknown>("deposits", { coin, amount }),
};
