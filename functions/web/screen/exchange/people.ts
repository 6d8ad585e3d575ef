/**
 * Who is signed in on this device, and the key by which it trades: signing in ends with a key registered and the account
 * opening; signing out with the key revoked and forgotten. The rest is asked as it is wanted.
 */
import { createSignal, onCleanup } from "solid-js";
import type * as api from "../../../_shared/people/people-api.ts";
import type { OpenedAccount } from "./account.ts";
import { mapped } from "./api-socket.ts";
import type { Answer } from "./contract.ts";
import { type DeviceKey, forgetDeviceKey, keepDeviceKey, makeKeyPair, readDeviceKey } from "./device-key.ts";
import { assertChallenge, assertFor, attestChallenge, thisDevice } from "./passkeys.ts";
import type { People } from "./people-contract.ts";
import { requests } from "./people-requests.ts";

/** The page's other tabs: somebody has signed in or out. */
const CHANNEL = "tidebook-people";
const RETRY_MS = 5_000;
const OK = { outcome: "ok", value: null } as const;

export interface OpenedPeople {
  readonly people: People;
  /** The account's key will never log on again. */
  readonly keyGone: (key: DeviceKey) => void;
}

/** In a Solid root. @param account is opened with this device's key whenever there is one. */
export function openPeople(account: Pick<OpenedAccount, "open" | "close">): OpenedPeople {
  const [venue, setVenue] = createSignal<api.Venue | null>(null);
  const [person, setPerson] = createSignal<api.Person | null | undefined>(undefined);
  const [deviceKey, setDeviceKey] = createSignal<string | null>(null);
  const [isKeyEnded, setIsKeyEnded] = createSignal(false);
  const channel = new BroadcastChannel(CHANNEL);
  let retry: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  /** Once a page without being asked: a key that never logs on must not be made anew for ever. */
  let mayRenewKey = true;
  channel.onmessage = () => void readAll();
  onCleanup(() => {
    isClosed = true;
    clearTimeout(retry);
    channel.close();
  });
  void openKeptKey().then(readAll);

  /** Trading does not wait for people: where they are away, the kept key still logs on. */
  async function openKeptKey(): Promise<void> {
    const key = await readDeviceKey();
    if (key !== null && !isClosed) use(key);
  }

  function use(key: DeviceKey): void {
    setDeviceKey(key.apiKey);
    setIsKeyEnded(false);
    account.open(key);
  }

  async function readAll(): Promise<void> {
    clearTimeout(retry);
    // Whether this is a demo needs no database: the way in is offered while people's own is still being opened.
    const askedVenue = requests.venue().then((answer) => {
      if (answer.outcome === "ok" && !isClosed) setVenue(answer.value);
      return answer;
    });
    const [asked, session] = await Promise.all([askedVenue, requests.session()]);
    if (isClosed) return;
    if (session.outcome === "ok") await takePerson(session.value.person);
    if (asked.outcome !== "ok" || session.outcome !== "ok") retry = setTimeout(() => void readAll(), RETRY_MS);
  }

  /** As the session says, whoever's key is here. */
  async function takePerson(now: api.Person | null): Promise<void> {
    setPerson(now);
    const key = await readDeviceKey();
    if (isClosed) return;
    if (now === null) {
      setDeviceKey(null);
      account.close();
    } else if (key?.account === now.account) {
      use(key);
    } else if (mayRenewKey && (now.isGuest || now.freshUntil > Date.now())) {
      mayRenewKey = false;
      // What refuses is told where somebody signs in; here nobody has asked.
      await registerDevice(now);
    } else {
      setDeviceKey(null);
      account.close();
    }
  }

  /** @param fresh where the session alone will not do. */
  async function registerDevice(of: api.Person, fresh?: "assert"): Promise<Answer<null>> {
    const made = await makeKeyPair();
    if (made.outcome !== "ok") return made;
    const { privateKey, publicKey } = made.value;
    const device = { publicKey, label: thisDevice() };
    const asserted = fresh === undefined ? null : await assertFor({ kind: "add_device", publicKey });
    if (asserted !== null && asserted.outcome !== "ok") return asserted;
    const answer = await requests.device(asserted === null ? device : { ...device, fresh: asserted.value });
    if (answer.outcome !== "ok") return answer;
    const key = { privateKey, publicKey, account: of.account, ...answer.value, registeredAt: Date.now() };
    await keepDeviceKey(key);
    if (!isClosed) use(key);
    return OK;
  }

  /** Of every way in. A key that is here and theirs is used on. */
  async function signedIn(now: api.Person): Promise<Answer<null>> {
    setPerson(now);
    const key = await readDeviceKey();
    const isTheirs = key?.account === now.account;
    if (isTheirs) use(key);
    // Come by a link or a code: a new passkey opens this browser, which is what they are here for.
    const mayRegister = now.isGuest || now.freshUntil > 0;
    const outcome = isTheirs || !mayRegister ? OK : await registerDevice(now);
    channel.postMessage("signed in");
    return outcome;
  }

  async function signedInBy(answer: Answer<api.SignedIn>): Promise<Answer<null>> {
    return answer.outcome === "ok" ? await signedIn(answer.value.person) : answer;
  }

  async function refreshPerson(): Promise<void> {
    const session = await requests.session();
    if (session.outcome === "ok") setPerson(session.value.person);
  }

  async function forgetKey(): Promise<void> {
    account.close();
    setDeviceKey(null);
    await forgetDeviceKey();
  }

  const people: People = {
    venue,
    person,
    deviceKey,
    isKeyEnded,
    passkeys() {
      const known = venue();
      if (known !== null && known.publicOrigin !== location.origin) {
        return { goTo: `${known.publicOrigin}${location.pathname}${location.search}` };
      }
      return "PublicKeyCredential" in globalThis ? "ok" : "unsupported";
    },

    async signUp(name) {
      const challenge = await requests.challenge({ kind: "sign_up", name });
      if (challenge.outcome !== "ok") return challenge;
      const attested = await attestChallenge(challenge.value);
      if (attested.outcome !== "ok") return attested;
      const answer = await requests.signUp(attested.value);
      if (answer.outcome !== "ok") return answer;
      const { person: now, recoveryCodes } = answer.value;
      // The codes are shown once: they are handed over whatever becomes of the key, which signing in again makes good.
      await signedIn(now);
      return { outcome: "ok", value: { recoveryCodes } };
    },
    async signIn() {
      const asserted = await assertFor({ kind: "sign_in" });
      return asserted.outcome === "ok" ? await signedInBy(await requests.signIn(asserted.value)) : asserted;
    },
    signInByLink: async (token) => signedInBy(await requests.signInByLink(token)),
    signInByCode: async (name, code) => signedInBy(await requests.signInByCode(name, code)),
    signInAsGuest: async () => signedInBy(await requests.guest()),
    async signOut() {
      const key = deviceKey();
      // It ends by itself in thirty days; a person who leaves does not wait for a refusal here.
      if (key !== null) await requests.revokeKey(key);
      const answer = await requests.signOut();
      if (answer.outcome !== "ok") return answer;
      await forgetKey();
      setPerson(null);
      channel.postMessage("signed out");
      return OK;
    },

    passkeyList: requests.passkeys,
    async addPasskey(label) {
      const challenge = await requests.challenge({ kind: "add_passkey" });
      if (challenge.outcome !== "ok") return challenge;
      const needsFresh = challenge.value.request !== undefined;
      const fresh = needsFresh ? await assertChallenge(challenge.value) : null;
      if (fresh !== null && fresh.outcome !== "ok") return fresh;
      const attested = await attestChallenge(challenge.value);
      if (attested.outcome !== "ok") return attested;
      const added = { ...attested.value, label, ...(fresh === null ? {} : { fresh: fresh.value }) };
      const answer = await requests.addPasskey(added);
      await refreshPerson();
      const now = person();
      if (answer.outcome === "ok" && now && deviceKey() === null) await registerDevice(now);
      return mapped(answer, (value) => ({
        recoveryCodes: (value as { readonly recoveryCodes?: readonly string[] }).recoveryCodes ?? null,
      }));
    },
    removePasskey: requests.removePasskey,
    async renewRecoveryCodes() {
      const fresh = await assertFor({ kind: "renew_recovery_codes" });
      if (fresh.outcome !== "ok") return fresh;
      return mapped(await requests.renewCodes(fresh.value), (value) => (value as api.RecoveryCodes).recoveryCodes);
    },
    sessions: requests.sessions,
    endSession: requests.endSession,
    keys: requests.keys,
    async addKey(key) {
      const fresh = await assertFor({ kind: "add_key", key });
      return fresh.outcome === "ok" ? await requests.addKey(key, fresh.value) : fresh;
    },
    async revokeKey(apiKey) {
      const answer = await requests.revokeKey(apiKey);
      if (answer.outcome === "ok" && apiKey === deviceKey()) await forgetKey();
      return answer;
    },
    async withdraw(withdrawal) {
      const fresh = await assertFor({ kind: "withdraw", withdrawal });
      return fresh.outcome === "ok" ? await requests.withdraw(withdrawal, fresh.value) : fresh;
    },
    async openDevice() {
      const now = person();
      if (!now) return await people.signIn();
      const plain = await registerDevice(now);
      return plain.outcome === "refused" ? await registerDevice(now, "assert") : plain;
    },
    async depositable() {
      return mapped(await requests.depositable(), (value) => (value as { readonly coins: readonly Coin[] }).coins);
    },
    async deposit(coin, amount) {
      return mapped(await requests.deposit(coin, amount), () => null);
    },
  };

  /** Whoever revoked it meant it: no other is made unless somebody asks. */
  function keyGone(key: DeviceKey): void {
    mayRenewKey = false;
    setDeviceKey(null);
    setIsKeyEnded(true);
    void readDeviceKey().then(async (kept) => {
      if (kept?.apiKey === key.apiKey) await forgetDeviceKey();
      await readAll();
    });
  }

  return { people, keyGone };
}

type Coin = { readonly coin: string; readonly available: string };
