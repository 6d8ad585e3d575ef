/**
 * Calls between our own processes over HTTP: `POST /v1/<port>/<method>`, arguments and result as wire JSON.
 *
 * The request's body is the list of arguments, the answer's body is `{"result": …}`. 200; 400 bad arguments; 401 without
 * the internal token (`Authorization: Bearer …`); 404 no such method; 503 `{"code", "message"}`: an OperationalError, to be
 * thrown again on the other side. Internal ports only, never behind the public origin.
 */

/** Of a request and of an answer to anything but eventsSince. */
export const RPC_BODY_BYTES_MAX = 64 * 1024;

/** Served by the engine: EngineReads, and what persistence and event intake tell it. */
export const ENGINE_PORT = "engine";
export const ENGINE_METHODS = [
  "catalog",
  "keyByApiKey",
  "account",
  "order",
  "openOrders",
  "recentOrders",
  "recentFills",
  "dropped",
  "keys",
  "eventsSince",
  "bookSnapshot",
  /** (engine, seq): persistence has committed every event up to seq. */
  "committed",
  /** (headers, body): one CloudEvent in HTTP binary mode, to be handed to the engine's event sink; resolves once it is accepted. */
  "publish",
] as const;

/** Served by engine/stream: StreamReads. */
export const STREAM_PORT = "stream";
export const STREAM_METHODS = ["depth", "recentTrades", "ticker", "candles"] as const;

/** Served by functions/market-data for engine/stream: MarketHistory. */
export const HISTORY_PORT = "history";
export const HISTORY_METHODS = ["trades", "candles", "candleBefore"] as const;
