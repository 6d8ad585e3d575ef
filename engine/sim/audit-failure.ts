/** What a broken invariant looks like: its id first, then what was seen. Rows of ids: engine/INVARIANTS.md. */

export class AuditFailure extends Error {
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.name = "AuditFailure";
    this.invariant = invariant;
  }
}

export function must(condition: boolean, invariant: string, message: () => string): asserts condition {
  if (!condition) throw new AuditFailure(invariant, message());
}
