/**
 * A cluster for a test: kubectl with the KUBECONFIG at hand, ports forwarded to this machine, requests with the name that
 * routing inside goes by.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { promisify } from "node:util";
import { HttpClient } from "../../functions/_acceptance/trader.ts";

const run = promisify(execFile);
const CALL_TIMEOUT_MS = 120_000;
const FORWARD_TIMEOUT_MS = 30_000;

/** null: this machine can ask a cluster that runs Tidebook; else why not. */
export function missingCluster(environment: NodeJS.ProcessEnv = process.env): string | null {
  if (!environment.KUBECONFIG) return "KUBECONFIG names no cluster";
  try {
    const options = { stdio: "ignore", timeout: 20_000 } as const;
    execFileSync("kubectl", ["get", "statefulset/engine", "--namespace", "tidebook"], options);
    return null;
  } catch {
    return "the cluster of KUBECONFIG does not answer, or runs no Tidebook";
  }
}

export async function kubectl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("kubectl", args, { timeout: CALL_TIMEOUT_MS });
  return stdout.trim();
}

export interface Forwarded {
  readonly origin: string;
  stop(): void;
}

/** A local port that leads to a Service's. */
export function forward(namespace: string, service: string, port: number): Promise<Forwarded> {
  const args = ["port-forward", "--namespace", namespace, `service/${service}`, `:${port}`];
  const child: ChildProcess = spawn("kubectl", args, { stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let output = "";
    const timeout = setTimeout(() => {
      child.kill();
      reject(new Error(`no port of ${namespace}/${service} within ${FORWARD_TIMEOUT_MS} ms: ${output}`));
    }, FORWARD_TIMEOUT_MS);
    const onText = (text: string): void => {
      output += text;
      const [, local] = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(output) ?? [];
      if (local === undefined) return;
      clearTimeout(timeout);
      resolve({ origin: `http://127.0.0.1:${local}`, stop: () => child.kill() });
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", onText);
    child.once("exit", () => {
      clearTimeout(timeout);
      reject(new Error(`kubectl port-forward ended: ${output}`));
    });
  });
}

/** Asks for another name than the address it connects to. */
export class NamedClient extends HttpClient {
  readonly #host: string;

  constructor(origin: string, host: string) {
    super(origin);
    this.#host = host;
  }

  override send(method: string, target: string, headers: Readonly<Record<string, string>> = {}, body = "") {
    return super.send(method, target, { ...headers, host: this.#host }, body);
  }
}

export async function secretValue(name: string, key: string): Promise<string> {
  const path = `jsonpath={.data.${key}}`;
  return Buffer.from(
    await kubectl("get", "secret", name, "--namespace", "tidebook", "--output", path),
    "base64",
  ).toString();
}
