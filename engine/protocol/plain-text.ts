/**
 * Free text that others have written and that is kept: whole characters, none of them a control. A NUL has no place in
 * Postgres, half a surrogate pair none in UTF-8, and either would stop history for good once the journal has it.
 */
export const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}]*$/u;
