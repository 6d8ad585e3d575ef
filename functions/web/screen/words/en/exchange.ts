/** Words of exchange/: what this browser says itself, where the exchange has said nothing. */
export const exchange = {
  unreachable: "The exchange cannot be reached.",
  noAnswerInTime: "The exchange did not answer in time.",
  connectionEnded: "The connection ended before the answer came.",
  outcomeNotTold: "The exchange could not say in time what became of it.",
  answered: (status: number) => `The exchange answered ${status}.`,
  restoring: "The account's connection is being restored.",
  nobodySignedIn: "Nobody is signed in on this device.",
  stillOpen: "The order is still open.",
  nothingLeft: "Nothing of this order is left to be replaced.",
  notSecure: "This page was not opened over https or localhost: the browser gives it no keys to trade with.",
  tooOld: "This browser is too old to make the key (Ed25519) that trading here needs.",
  noPasskeyAsked: "The exchange has asked for no passkey.",
  noNewPasskeyAsked: "The exchange has asked for no new passkey.",
  passkeyFailed: (why: string) => `The passkey did not work: ${why}`,
  /** By their names: what the standard calls them. */
  passkeyErrors: {
    NotAllowedError: "The passkey dialog was closed, or took too long. Nothing was changed.",
    AbortError: "The passkey dialog was closed. Nothing was changed.",
    InvalidStateError: "This device already has a passkey here: sign in with it.",
    SecurityError: "Passkeys do not work at this address.",
    NotSupportedError: "This device cannot make a passkey that works here.",
  },
};
