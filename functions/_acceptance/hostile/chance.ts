/** Chance with a seed: what a hostile client does next. The same seed does the same again, but for times and new names. */
import { seededRandom } from "../../../engine/sim/prng.ts";

export class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  /** 0 … below − 1. */
  int(below: number): number {
    return Math.floor(this.#next() * below);
  }

  /** @param share of 1. */
  is(share: number): boolean {
    return this.#next() < share;
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.int(list.length)];
    if (picked === undefined) throw new Error("there is nothing to pick from");
    return picked;
  }

  /** By weight: more of what has more. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    let at = this.#next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) {
      at -= weight;
      if (at < 0) return value;
    }
    return this.pick(choices)[1];
  }

  /** Latin-1 characters, so one byte each on the wire. */
  bytes(length: number): string {
    let text = "";
    for (let index = 0; index < length; index++) text += String.fromCharCode(this.int(256));
    return text;
  }

  alphanumerics(length: number): string {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let text = "";
    for (let index = 0; index < length; index++) text += letters[this.int(letters.length)];
    return text;
  }
}
