/** Every limit of the stream, with its name and its reason. Inclusive: the value itself is still allowed. */

export interface StreamLimits {
  readonly connectionsMax: number;
  readonly subscriptionsPerConnectionMax: number;
  readonly streamNameLengthMax: number;
  /** Pings, pongs and requests of one connection in one second; one more and it is cut. */
  readonly incomingPerSecondMax: number;
  readonly incomingBytesMax: number;
  readonly pingIntervalMs: number;
  /** From the oldest ping that nobody answered. */
  readonly pongTimeoutMs: number;
  readonly connectionLifeMs: number;
  /** What may wait for one client beyond the kernel's buffers. A stalled client costs about 2.5 times this. */
  readonly bufferedBytesMax: number;
  /** Messages wait at most about this long for company, so that one write carries many. */
  readonly coalesceMs: number;
  /** How long a client has to answer our close frame. */
  readonly closeGraceMs: number;
  /** Clients that are told at once that the server is going. */
  readonly shutdownBatch: number;
  /** Between two batches, on average: half to one and a half times this. */
  readonly shutdownPauseMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  connectionsMax: 10_000,
  subscriptionsPerConnectionMax: 1_024,
  streamNameLengthMax: 100,
  incomingPerSecondMax: 5,
  // A SUBSCRIBE of 1,024 names of usual length is about 25 kB.
  incomingBytesMax: 65_536,
  pingIntervalMs: 20_000,
  pongTimeoutMs: 60_000,
  connectionLifeMs: 24 * 3_600_000,
  bufferedBytesMax: 4 * 1_048_576,
  coalesceMs: 2,
  closeGraceMs: 1_000,
  // 10,000 clients are told within about 20 s, and come back to the others at 500 a second.
  shutdownBatch: 50,
  shutdownPauseMs: 100,
};
