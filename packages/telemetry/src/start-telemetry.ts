// Traces leave the process only where OTEL_EXPORTER_OTLP_ENDPOINT says whereto.
import { setTimeout } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { type Environment, readSettings } from '@winnow/contracts';
import type { Tracer } from '@winnow/stream';
import { z } from 'zod';
import { toReadableSpan } from './span.ts';

export interface Telemetry {
  /** Takes spans as they end; undefined where nobody wants them, so that they need not be made. */
  readonly tracer: Tracer | undefined;
  /** Sends what is left, for at most 3 s: a collector that is gone does not hold up the end. */
  stop(): Promise<void>;
}

const endpoint = (description: string) =>
  z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ description, takes: 'an http or https URL such as http://localhost:4318' });

export const telemetryConfigSchema = z.strictObject({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(
    'traces go there by OTLP over HTTP, below `/v1/traces`: one incident is one trace',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint('the whole URL that traces go to, where it is another one'),
  // As OpenTelemetry has it: whatever is not `true` is false.
  OTEL_SDK_DISABLED: z
    .string()
    .toLowerCase()
    .default('false')
    .meta({ description: 'no traces, whatever else is set', takes: 'true or false' }),
});

/** Further OTEL_ variables are the exporter's. @throws SettingsWrong */
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
  const config = readSettings(telemetryConfigSchema, env);
  if (config.OTEL_SDK_DISABLED === 'true') return undefined;
  if (config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base && `${base.replace(/\/+$/, '')}/v1/traces`;
}
