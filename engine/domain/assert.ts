/**
 * Assertions: the third kind of "no". A trader's mistake is a reject, the world's is an OperationalError,
 * ours is an InvariantViolation, and it stops the process.
 */

/** A belief of ours turned out to be false. The process stops; recovery stops at the same record and names it. */
export class InvariantViolation extends Error {
  readonly code = "invariant_violation";

  constructor(message: string) {
    super(message);
    this.name = "InvariantViolation";
  }
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message);
}

/** Closes a switch over a union: a forgotten case does not compile, a corrupt value does not pass. */
export function unreachable(value: never): never {
  throw new InvariantViolation(`a value outside its union: ${String(value)}`);
}
