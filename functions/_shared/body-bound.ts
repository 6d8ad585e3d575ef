/** The bound on the bodies of events (body-guard.ts has how): 400 and not 413, which brokers send again. */
import { type BodyRefusal, guardBodies } from "./body-guard.ts";

const TOO_LARGE: BodyRefusal = { status: 400, body: '{"outcome":"too_large"}' };

/** @returns the way to lift it. */
export function boundRequestBodies(bytesMax: number): () => void {
  return guardBodies({ bytesMax, tooLarge: TOO_LARGE, compressed: TOO_LARGE });
}
