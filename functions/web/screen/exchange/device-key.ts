/**
 * This browser's own key: made here, never to leave. The private half is a CryptoKey that no script can read; IndexedDB keeps
 * it for this origin alone. Where IndexedDB cannot, it lives as long as the page.
 */

import { words } from "../words/words.ts";
import type { Answer } from "./contract.ts";
import { refusedHere } from "./refusal.ts";

const DATABASE = "tidebook";
const STORE = "device";
const SLOT = "key";
const ED25519 = { name: "Ed25519" } as const;

export interface DeviceKey {
  readonly privateKey: CryptoKey;
  /** SPKI, base64. */
  readonly publicKey: string;
  readonly account: number;
  readonly apiKey: string;
  /** ms. */
  readonly expiresAt: number;
  /** ms of this machine. */
  readonly registeredAt: number;
}

export interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: string;
}

export async function makeKeyPair(): Promise<Answer<KeyPair>> {
  if (globalThis.crypto?.subtle === undefined) {
    return refusedHere(words().exchange.notSecure);
  }
  try {
    const pair = (await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"])) as CryptoKeyPair;
    const spki = await crypto.subtle.exportKey("spki", pair.publicKey);
    return { outcome: "ok", value: { privateKey: pair.privateKey, publicKey: base64(spki) } };
  } catch {
    // NotSupportedError: there is nothing to try again.
    return refusedHere(words().exchange.tooOld);
  }
}

/** @returns base64. */
export async function signText(privateKey: CryptoKey, text: string): Promise<string> {
  return base64(await crypto.subtle.sign(ED25519, privateKey, new TextEncoder().encode(text)));
}

function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

let inMemory: DeviceKey | null = null;

/** null: none, or one that has expired. */
export async function readDeviceKey(): Promise<DeviceKey | null> {
  const kept = await inStore<DeviceKey | undefined>("readonly", (store) => store.get(SLOT));
  const key = kept ?? inMemory;
  return key !== null && key.expiresAt > Date.now() ? key : null;
}

export async function keepDeviceKey(key: DeviceKey): Promise<void> {
  inMemory = key;
  await inStore("readwrite", (store) => store.put(key, SLOT));
}

export async function forgetDeviceKey(): Promise<void> {
  inMemory = null;
  await inStore("readwrite", (store) => store.delete(SLOT));
}

/** null: there is no store here, or it says no. */
async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<T | null> {
  try {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE);
    const database = await settled<IDBDatabase>(opening);
    try {
      return await settled<T>(act(database.transaction(STORE, mode).objectStore(STORE)));
    } finally {
      database.close();
    }
  } catch {
    // Private windows of some browsers keep nothing: the page's own memory is what there is.
    return null;
  }
}

function settled<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });
}
