/**
 * `symbol`, `symbols` or neither, with `symbolStatus`: which instruments a market-data request names.
 */
import type { Instrument } from "../domain/instrument.ts";
import type { Catalog } from "../protocol/views.ts";
import { instrumentOf } from "./new-order.ts";
import type { Parameters } from "./parameters.ts";
import {
  charactersIllegal,
  combinationInvalid,
  symbolInvalid,
  symbolRepeated,
  symbolStatusInvalid,
  symbolStatusMismatch,
} from "./refusal.ts";
import { INSTRUMENT_STATUS_WORD } from "./words.ts";

export const SYMBOLS_MAX = 100;
const STATUSES_ASKED = ["TRADING", "HALT", "BREAK"];

export interface Selection {
  readonly instruments: readonly Instrument[];
  /** One object is answered for `symbol`, a list otherwise. */
  readonly single: boolean;
}

/** @throws Refusal -1128, -1122, -1121, -1151, -1220 */
export function readSelection(parameters: Parameters, catalog: Catalog): Selection {
  if (parameters.has("symbol") && parameters.has("symbols")) throw combinationInvalid();
  const status = readSymbolStatus(parameters);
  if (parameters.has("symbol"))
    return { instruments: [withStatus(instrumentOf(parameters, catalog), status)], single: true };
  if (parameters.has("symbols")) {
    const named = readSymbols(parameters.text("symbols"), catalog);
    return { instruments: named.map((instrument) => withStatus(instrument, status)), single: false };
  }
  const all = catalog.instruments.filter((instrument) => status === "" || isIn(instrument, status));
  return { instruments: all, single: false };
}

/** @throws Refusal -1122 */
export function readSymbolStatus(parameters: Parameters): string {
  const status = parameters.text("symbolStatus");
  if (status !== "" && !STATUSES_ASKED.includes(status)) throw symbolStatusInvalid();
  return status;
}

/** @throws Refusal -1220 */
export function withStatus(instrument: Instrument, status: string): Instrument {
  if (status !== "" && !isIn(instrument, status)) throw symbolStatusMismatch();
  return instrument;
}

function isIn(instrument: Instrument, status: string): boolean {
  return INSTRUMENT_STATUS_WORD[instrument.status] === status;
}

/** The characters are checked, so it is a JSON array of plain strings. */
function readSymbols(text: string, catalog: Catalog): readonly Instrument[] {
  const names: readonly string[] = JSON.parse(text);
  if (names.length > SYMBOLS_MAX) throw charactersIllegal("symbols", `^at most ${SYMBOLS_MAX} symbols$`);
  if (new Set(names).size !== names.length) throw symbolRepeated();
  return names.map((name) => {
    const instrument = catalog.instrumentBySymbol.get(name);
    if (instrument === undefined) throw symbolInvalid();
    return instrument;
  });
}
