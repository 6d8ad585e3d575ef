/**
 * Where a hostile campaign plays: a real exchange, the cast in it, and what is held against what when the curtain falls.
 */
import { DataFolderForTests, type RunningProcess, startProcess } from "../exchange-process.ts";
import { eventually, type Target } from "../target.ts";
import { HttpClient, Operator } from "../trader.ts";
import { Campaign, type CampaignOptions, type CampaignReport } from "./campaign.ts";
import { assembleCast, type Cast, possessionsOf } from "./cast.ts";
import { INSPECTED, LiveHeap } from "./live-heap.ts";

/** The tables catch up with the engine within this. */
const AUDIT_WITHIN_MS = 60_000;

export interface Stage {
  readonly cast: Cast;
  readonly campaign: Campaign;
  /** What the exchange holds by itself, when everything is over. */
  aftermath(): Promise<Aftermath>;
  close(): void;
}

/** All of it is what a test compares. */
export interface Aftermath {
  /** Of Alice and Bob, in atoms: as it is, and as their trades alone would have it. */
  readonly money: { readonly told: readonly unknown[]; readonly due: readonly unknown[] };
  /** Of Alice: before and after. */
  readonly possessions: { readonly before: unknown; readonly after: unknown };
  readonly audit: unknown;
  /** Faults, stack traces and secrets in what was printed. */
  readonly log: readonly string[];
}

/** What an aftermath must be. */
export function peaceful({ money, possessions }: Aftermath): Aftermath {
  return {
    money: { told: money.due, due: money.due },
    possessions: { before: possessions.before, after: possessions.before },
    audit: ["balanced", false],
    log: [],
  };
}

/** @param output what the exchange has printed so far. */
export async function openStage(
  target: Target,
  seed: number,
  output: () => string,
  options: CampaignOptions = {},
): Promise<Stage> {
  const cast = await assembleCast(target);
  const campaign = await Campaign.open(cast, seed, options);
  const before = await possessionsOf(cast);
  return {
    cast,
    campaign,
    async aftermath() {
      const audit = await eventually(
        () => target.operator.call("POST", "/audit"),
        ({ body }) => body.outcome !== "incomplete",
        AUDIT_WITHIN_MS,
      );
      return {
        money: await campaign.calm.account(),
        possessions: { before, after: await possessionsOf(cast) },
        audit: [audit.body.outcome, audit.body.frozen],
        log: campaign.judge.ofLog(output()),
      };
    },
    close: () => campaign.close(),
  };
}

export interface OneProcess {
  readonly running: RunningProcess;
  readonly target: Target;
  demoAccounts(): ReturnType<DataFolderForTests["demoAccounts"]>;
  /** Of its main thread. */
  heap(): Promise<LiveHeap>;
  /** Asks it to stop. @returns its exit code. */
  close(): Promise<number | null>;
}

/** The exchange as `npm start` makes it. */
export async function openOneProcess(environment: Readonly<Record<string, string>> = {}): Promise<OneProcess> {
  const folder = new DataFolderForTests();
  const running = await startProcess(folder, { ...INSPECTED, ...environment });
  const http = new HttpClient(running.origin);
  const operatorToken = folder.operatorToken();
  return {
    running,
    target: { http, operator: new Operator(http, operatorToken), operatorToken, close: async () => http.close() },
    demoAccounts: () => folder.demoAccounts(),
    heap: () => LiveHeap.of(running.output()),
    async close() {
      http.close();
      const code = await running.stop();
      folder.remove();
      return code;
    },
  };
}

/** Answers that a campaign must have reached, or it was not near enough to be hostile. */
export function unreached(
  { statuses }: CampaignReport,
  count: number,
  options: CampaignOptions = {},
): readonly string[] {
  const ill = options.wellFormedAlone === true ? [] : ["413", "431"];
  const wanted = ["200", "400", "401", "404", "405", ...ill, "ws 200", "ws 400", "ws 401"];
  return wanted.filter((status) => (statuses[status] ?? 0) < Math.floor(count / 5_000));
}
