// Traces leave the process only where OTEL_EXPORTER_OTLP_ENDPOINT says whereto.
import { setTimeout } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { Tracer } from '@winnow/stream';
import { toReadableSpan } from './span.ts';

export interface Telemetry {
  /** Takes spans as they end; undefined where nobody wants them, so that they need not be made. */
  readonly tracer: Tracer | undefined;
  /** Sends what is left, for at most 3 s: a collector that is gone does not hold up the end. */
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SDK_DISABLED; further OTEL_ variables are the exporter's. */
export function startTelemetry(env: Environment): Telemetry {
  const url = tracesUrl(env);
  if (url === undefined) return { tracer: undefined, stop: async () => {} };
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url }),
    maxQueueSize: 16_384,
    scheduledDelayMillis: 1_000,
  });
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'winnow' }))
    .merge(detectResources({ detectors: [envDetector] }));
  return {
    tracer: (span) => processor.onEnd(toReadableSpan(span, resource)),
    stop: () => Promise.race([processor.shutdown().catch(() => {}), setTimeout(3_000, undefined, { ref: false })]),
  };
}

function tracesUrl(env: Environment): string | undefined {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined;
  if (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)
    return checked('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base ? checked('OTEL_EXPORTER_OTLP_ENDPOINT', `${base.replace(/\/+$/, '')}/v1/traces`) : undefined;
}

function checked(variable: string, url: string): string {
  if (/^https?:/.test(url) && URL.canParse(url)) return url;
  throw new Error(`${variable} must be an http or https URL such as http://localhost:4318, not ${JSON.stringify(url)}`);
}
