/** What an exchange that is for trying out gives away: guests come in without a passkey, and funds are there for the asking. */
export interface DemoTerms {
  /** By asset, decimals: what a new account begins with. */
  readonly startingFunds: Readonly<Record<string, string>>;
  /** By asset, decimals: what one account may ask for in a day. */
  readonly dailyFunds: Readonly<Record<string, string>>;
  /** An account is kept for ever. */
  readonly guestsPerDay: number;
  /** Of one address (IPv6: one network of 64 bits), so that nobody uses up everybody's. */
  readonly guestsPerAddressDay: number;
}
