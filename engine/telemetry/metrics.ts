/**
 * Metrics: numbers that their owners keep anyway, described once and read when somebody scrapes.
 *
 * Rendered here as Prometheus text (version 0.0.4) and not by prom-client: its histograms can only observe, so the buckets
 * that the journal already keeps could not be read into one, and its import would cost every function that wakes up.
 * `promtool check metrics` reads the output in metrics.services.test.ts.
 */

/** Names end in their unit (`_seconds`, `_bytes`), those of counters in `_total`. */
interface Described {
  readonly name: string;
  readonly help: string;
}

export interface NumberMetric extends Described {
  /** A counter only grows while the process lives; a gauge moves. */
  readonly kind: "counter" | "gauge";
  /** One number, or one per set of labels; an empty list is not shown. */
  readonly read: () => number | readonly LabelledNumber[];
}

export interface HistogramMetric extends Described {
  readonly kind: "histogram";
  readonly read: () => HistogramReading;
}

export type Metric = NumberMetric | HistogramMetric;

export interface LabelledNumber {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface HistogramReading {
  /** [upper bound, how many were not above it], bounds rising; the one without a bound is `count` itself. */
  readonly buckets: readonly (readonly [number, number])[];
  readonly count: number;
  readonly sum: number;
}

export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One labelled number for each entry of a record, as counters by reason or state are kept. */
export function byLabel(label: string, values: Readonly<Record<string, number>>): readonly LabelledNumber[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

export function renderMetrics(metrics: readonly Metric[]): string {
  return metrics.map(renderMetric).join("");
}

function renderMetric(metric: Metric): string {
  const lines = metric.kind === "histogram" ? histogramLines(metric) : numberLines(metric);
  if (lines.length === 0) return "";
  const head = [`# HELP ${metric.name} ${escapedHelp(metric.help)}`, `# TYPE ${metric.name} ${metric.kind}`];
  return `${[...head, ...lines].join("\n")}\n`;
}

function numberLines({ name, read }: NumberMetric): readonly string[] {
  const reading = read();
  if (typeof reading === "number") return [`${name} ${numberText(reading)}`];
  return reading.map(({ labels, value }) => `${name}${labelsText(labels)} ${numberText(value)}`);
}

function histogramLines({ name, read }: HistogramMetric): readonly string[] {
  const { buckets, count, sum } = read();
  return [
    ...buckets.map(([bound, below]) => `${name}_bucket{le="${numberText(bound)}"} ${numberText(below)}`),
    `${name}_bucket{le="+Inf"} ${numberText(count)}`,
    `${name}_sum ${numberText(sum)}`,
    `${name}_count ${numberText(count)}`,
  ];
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapedLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

function escapedHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapedLabel(text: string): string {
  return escapedHelp(text).replaceAll('"', '\\"');
}
