/**
 * How the exchange stands, for an operator and the page of operators: the catalog, the engine's own reading, the stream's.
 *
 * Counters begin with their process: whoever wants a rate reads twice, and begins anew when `startedAt` is another.
 */
import { type EngineStanding, operationalCode } from "../../engine/bus/engine-client.ts";
import type { StreamReads, StreamStanding } from "../../engine/bus/stream-client.ts";
import type { EdgeDeps } from "../_shared/deps.ts";

/** The stream is told of by the way: while it is away, the rest is not waited for longer than this. */
export const STREAM_PATIENCE_MS = 1_000;

export async function venueStatus(deps: EdgeDeps): Promise<object> {
  const catalog = deps.reads.catalog();
  const [engine, stream] = await Promise.all([deps.reads.standing(), streamStanding(deps.stream)]);
  return {
    serverTime: Math.floor(deps.nowUs() / 1_000),
    headSeq: engine.headSeq,
    assets: catalog.assets.map(({ name, decimals }) => ({ name, decimals })),
    instruments: catalog.instruments.map(({ symbol, status }) => ({ symbol, status })),
    engine: engineShape(engine),
    stream: stream === null ? null : streamShape(stream),
  };
}

/** null: it cannot be asked, or does not answer in time. */
async function streamStanding(stream: StreamReads): Promise<StreamStanding | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, STREAM_PATIENCE_MS, null);
  });
  try {
    return await Promise.race([stream.standing(), late]);
  } catch (error) {
    if (operationalCode(error) === null) throw error;
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function engineShape(engine: EngineStanding): object {
  const { journal, outbox, recovery, headSeq, committedSeq } = engine;
  const { epoch, lineage, commands, trades, rejects, queued, openOrders, frozen } = engine;
  return {
    ...{ name: engine.engine, epoch, lineage, startedAt: Math.floor(engine.startedUs / 1_000), headSeq, committedSeq },
    lagEvents: Math.max(0, headSeq - committedSeq),
    outboxEvents: outbox?.events ?? null,
    outboxMs: outbox === null ? null : Math.round(outbox.seconds * 1_000),
    ...{ commands, trades, rejects, queued, openOrders, frozen },
    recovery: { records: recovery.records, ms: Math.round(recovery.elapsedMs) },
    journal: {
      lastFrame: Math.floor(journal.lastFrameUs / 1_000),
      ...{ frames: journal.frames, bytes: journal.bytesWritten, segment: journal.segment },
      snapshotRecord: journal.snapshotRecord,
      syncMedianUs: Math.round(journal.syncMedianUs),
      syncP99Us: Math.round(journal.syncP99Us),
    },
  };
}

function streamShape(stream: StreamStanding): object {
  const { sockets, apiSockets, subscriptions, userStreams, messages, bufferedBytes, appliedSeq, following } = stream;
  return { sockets, apiSockets, subscriptions, userStreams, messages, bufferedBytes, appliedSeq, following };
}
