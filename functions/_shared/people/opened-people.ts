/** People of a function that runs as a process of its own, kept in the Postgres that its settings name. */
import type { Database } from "../database.ts";
import type { OpenedDatabase } from "../opened-database.ts";
import type { PeopleDeps } from "./people-deps.ts";
import { peopleStore } from "./people-store.ts";

export interface OpenedPeople {
  /** Not there: this exchange has no people. */
  readonly people?: PeopleDeps;
  readonly close: () => Promise<void>;
}

export interface PeopleSettings {
  readonly PUBLIC_ORIGIN?: string | undefined;
  readonly TIDEBOOK_PEOPLE_DATABASE_URL?: string | undefined;
  readonly DATABASE_URL?: string | undefined;
}

/** Loads the driver, and connects, with the first person. @param at the function's name, for its log. */
export function openedPeople(settings: PeopleSettings, at: string, log: (line: object) => void): OpenedPeople {
  const { PUBLIC_ORIGIN: publicOrigin } = settings;
  const url = settings.TIDEBOOK_PEOPLE_DATABASE_URL ?? settings.DATABASE_URL;
  if (publicOrigin === undefined || url === undefined) return { close: async () => {} };
  let loading: Promise<OpenedDatabase> | null = null;
  const load = async (): Promise<OpenedDatabase> => {
    const [{ openedDatabase }, { migratePeople }] = await Promise.all([
      import("../opened-database.ts"),
      import("./people-tables.ts"),
    ]);
    return openedDatabase(url, migratePeople, at, log);
  };
  const opened = async (): Promise<Database> => {
    loading ??= load();
    return (await loading).opened();
  };
  return { people: { store: peopleStore(opened), publicOrigin }, close: async () => (await loading)?.close() };
}
