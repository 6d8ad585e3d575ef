/** Times on the axis and at the pointer: of this machine's zone within days, of UTC where a candle is a day or longer. */

/** What a tick of the axis marks the beginning of. */
export type TickOf = "year" | "month" | "day" | "time" | "second";

export interface TimeLabels {
  readonly tick: (timeMs: number, of: TickOf) => string;
  readonly pointed: (timeMs: number) => string;
}

/** @param zone for tests; else this machine's. */
export function timeLabels(isDaily: boolean, hasSeconds: boolean, locale?: string, zone?: string): TimeLabels {
  const timeZone = isDaily ? "UTC" : zone;
  const labelled = (options: Intl.DateTimeFormatOptions): ((timeMs: number) => string) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, hourCycle: "h23", ...(timeZone && { timeZone }) });
    return (timeMs) => format.format(timeMs);
  };
  const clock = labelled({ hour: "2-digit", minute: "2-digit" });
  const seconds = labelled({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const day = labelled({ day: "numeric", month: "short" });
  const month = labelled({ month: "short", year: "numeric" });
  const year = labelled({ year: "numeric" });
  const date = labelled({ weekday: "short", day: "2-digit", month: "short", year: "numeric" });
  const within = hasSeconds ? seconds : clock;
  return {
    tick(timeMs, of) {
      if (isDaily) return { year, month, day, time: day, second: day }[of](timeMs);
      // The axis counts days by UTC; a day begins here where the clock says so.
      if (seconds(timeMs) === MIDNIGHT) return day(timeMs);
      return of === "second" ? seconds(timeMs) : clock(timeMs);
    },
    pointed: (timeMs) => (isDaily ? date(timeMs) : `${date(timeMs)}  ${within(timeMs)}`),
  };
}

const MIDNIGHT = "00:00:00";
