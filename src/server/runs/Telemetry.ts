/** What is needed of a meter of `@opentelemetry/api`. */
export interface Telemetry {
  createCounter(name: string, options: { description: string; unit: string }): Counter;
  createHistogram(name: string, options: { description: string; unit: string }): Histogram;
}

interface Counter {
  add(value: number, attributes?: Record<string, string | boolean>): void;
}

interface Histogram {
  record(value: number, attributes?: Record<string, string | boolean>): void;
}
