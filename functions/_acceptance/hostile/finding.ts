/** What was wrong, with what was asked and what was said: enough to ask it again by hand. */

export interface Finding {
  readonly what: string;
  readonly asked: string;
  readonly said: string;
}

const SHOWN_CHARACTERS = 1_500;

export function finding(what: string, asked: Buffer | string, said: unknown): Finding {
  const shown = (value: unknown): string => {
    const text = Buffer.isBuffer(value)
      ? value.toString("latin1")
      : typeof value === "string"
        ? value
        : JSON.stringify(value);
    return JSON.stringify(String(text).slice(0, SHOWN_CHARACTERS));
  };
  return { what, asked: shown(asked), said: shown(said) };
}
