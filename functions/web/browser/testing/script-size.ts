/** How much script a served page is, by asking for it as browsers do: what it cannot begin without, and whatever else there is. */

export type Coding = "br" | "gzip";

/** What runs only when what it imports is there. */
const IMPORTED = /\b(?:import|from)\s*"\.\/([\w.-]+\.js)"/g;
/** Asked for later, too. */
const MENTIONED = /\b([\w.-]+-[\w-]{8}\.js)\b/g;
const NAMED_BY_PAGE = /\s(?:src|href)="\/assets\/([\w.-]+\.js)"/g;

export class ServedScripts {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Paths: named by the page, or imported by what is. */
  beforePaint(): Promise<readonly string[]> {
    return this.#reached(IMPORTED);
  }

  all(): Promise<readonly string[]> {
    return this.#reached(MENTIONED);
  }

  /** As it travels. */
  async encodedBytes(paths: readonly string[], coding: Coding): Promise<number> {
    const sizes = paths.map(async (path) => {
      const response = await fetch(this.#origin + path, { method: "HEAD", headers: { "accept-encoding": coding } });
      const length = response.headers.get("content-length");
      if (!response.ok || length === null) throw new Error(`${path} is not served: ${response.status}`);
      return Number(length);
    });
    return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
  }

  async #reached(links: RegExp): Promise<readonly string[]> {
    const found = new Set<string>();
    const follow = async (path: string): Promise<void> => {
      if (found.has(path)) return;
      found.add(path);
      for (const next of linksOf(await this.#text(path), links)) await follow(next);
    };
    for (const path of linksOf(await this.#text("/"), NAMED_BY_PAGE)) await follow(path);
    return [...found];
  }

  async #text(path: string): Promise<string> {
    const response = await fetch(this.#origin + path);
    if (!response.ok) throw new Error(`${path} is not served: ${response.status}`);
    return await response.text();
  }
}

function linksOf(text: string, links: RegExp): readonly string[] {
  return [...text.matchAll(links)].map(([, name]) => `/assets/${name}`);
}
