/** scratch */
import { compareSession } from "./compare.ts";
import { CoreExchange, RestartingCoreExchange } from "./core-exchange.ts";
import * as special from "./profiles-special.ts";
import { ReferenceExchange } from "./reference-exchange.ts";

const all = Object.values(special).find((v) => Array.isArray(v)) as any[];
const [from, to, commands] = process.argv.slice(2).map(Number);
for (const profile of all) {
  let bad = 0,
    n = 0,
    first = "";
  for (let seed = from!; seed <= to!; seed++) {
    n++;
    let d: string | null;
    try {
      d = compareSession(
        () => new ReferenceExchange(),
        () => (seed % 2 ? new CoreExchange() : (new RestartingCoreExchange(23) as any)),
        profile,
        seed,
        commands!,
      );
    } catch (e) {
      d = String((e as Error).stack);
    }
    if (d !== null) {
      bad++;
      if (first === "") first = `SEED=${seed} ${d}`;
    }
  }
  const lines = first.split("\n").filter((l) => !/^ {2}\+.*"(add_|open_account|register_key|deposit)/.test(l));
  console.log(
    profile.name,
    `${bad}/${n}`,
    lines
      .map((l) => l.slice(0, 1800))
      .join("\n")
      .slice(0, 5000),
  );
}
