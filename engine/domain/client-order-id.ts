/**
 * Client order ids as eight 32-bit words: five characters a word in base 68, so that the core compares and hashes them
 * without strings and still exactly. The alphabet is the public one; code 0 ends the text.
 */

export const CLIENT_ORDER_ID_PATTERN = /^[.A-Z:/a-z0-9_-]{1,36}$/;
export const CLIENT_ORDER_ID_WORDS = 8;

const ALPHABET = "-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const BASE = ALPHABET.length + 1;
const CHARACTERS_PER_WORD = 5;
const CHARACTERS_MAX = 36;

const CODES = new Uint8Array(128);
for (let index = 0; index < ALPHABET.length; index++) CODES[ALPHABET.charCodeAt(index)] = index + 1;

/** Writes eight words from `offset`; the empty text is all zeros. The text must match CLIENT_ORDER_ID_PATTERN or be empty. */
export function packClientOrderId(text: string, words: Uint32Array, offset: number): void {
  for (let word = 0; word < CLIENT_ORDER_ID_WORDS; word++) {
    let value = 0;
    for (let index = word * CHARACTERS_PER_WORD; index < (word + 1) * CHARACTERS_PER_WORD; index++) {
      value = value * BASE + (index < text.length ? (CODES[text.charCodeAt(index)] ?? 0) : 0);
    }
    words[offset + word] = value;
  }
}

/** By code: one character, or none for 0. By two codes: as many. */
const SINGLES = ["", ...ALPHABET];
const PAIRS = SINGLES.flatMap((first) => SINGLES.map((second) => first + second));
const THREE_CODES = BASE ** 3;

/** The text of eight words; "" for all zeros. */
export function unpackClientOrderId(words: Uint32Array, offset: number): string {
  let text = "";
  for (let word = offset; word < offset + CLIENT_ORDER_ID_WORDS; word++) {
    const value = words[word] ?? 0;
    if (value === 0) break;
    const upper = Math.floor(value / THREE_CODES);
    const lower = value - upper * THREE_CODES;
    const middle = Math.floor(lower / BASE);
    text += PAIRS[upper]! + PAIRS[middle]! + SINGLES[lower - middle * BASE]!;
  }
  return text;
}

/** Whether eight words are what packClientOrderId makes of some text, the empty one included: no letter behind the end. */
export function isPackedClientOrderId(words: Uint32Array, offset: number): boolean {
  let hasEnded = false;
  for (let word = 0; word < CLIENT_ORDER_ID_WORDS; word++) {
    let rest = words[offset + word] ?? 0;
    if (hasEnded) {
      if (rest !== 0) return false;
      continue;
    }
    const room = Math.min(CHARACTERS_PER_WORD, CHARACTERS_MAX - word * CHARACTERS_PER_WORD);
    let scale = BASE ** (CHARACTERS_PER_WORD - 1);
    for (let character = 0; character < CHARACTERS_PER_WORD; character++) {
      const code = Math.floor(rest / scale);
      if (code >= BASE || (code !== 0 && (hasEnded || character >= room))) return false;
      hasEnded ||= code === 0;
      rest -= code * scale;
      scale /= BASE;
    }
  }
  return true;
}
