/**
 * The machine that a figure was taken on, in one line.
 */
import { cpus, loadavg, totalmem } from "node:os";

const GIB = 1024 ** 3;

export function describeMachine(): string {
  const cores = cpus();
  const load = loadavg()
    .map((average) => average.toFixed(2))
    .join(" ");
  const memory = `${Math.round(totalmem() / GIB)} GiB`;
  const model = cores[0]?.model.trim() ?? "unknown processor";
  return `${model}, ${cores.length} cores, ${memory}, ${process.platform} ${process.arch}, Node ${process.version}, load ${load}`;
}
