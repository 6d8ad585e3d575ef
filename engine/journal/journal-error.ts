/**
 * The journal's operational errors. Each message says what was found, where, and what to do; match on `code`.
 */

export type JournalErrorCode =
  /** Another process holds the folder. */
  | "locked"
  /** Damage before the end of the journal: `file` and `offset` name it. */
  | "corrupt"
  /** Written by a newer format, newer rules, or another engine. */
  | "refused"
  /** Replaying gave other events than the journal says. */
  | "diverged"
  /** A record trips an assertion: `recordSeq` names it. */
  | "record_fault"
  /** There is no such record. */
  | "no_such_record"
  /** This record cannot be voided. */
  | "void_refused";

export interface JournalErrorPlace {
  readonly file?: string;
  /** Bytes from the start of the file. */
  readonly offset?: number;
  readonly recordSeq?: number;
  readonly eventSeq?: number;
}

export class JournalError extends Error {
  readonly code: JournalErrorCode;
  readonly place: JournalErrorPlace;

  constructor(code: JournalErrorCode, message: string, place: JournalErrorPlace = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = "JournalError";
    this.code = code;
    this.place = place;
  }
}

/** A write or sync failed, or wrote short. Whether the frame is on disk is unknown until recovery: stop, acknowledge nothing. */
export class JournalFailure extends Error {
  readonly code = "journal_failure";

  constructor(what: string, cause: unknown) {
    super(`the journal cannot be written (${what}): ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.name = "JournalFailure";
  }
}
