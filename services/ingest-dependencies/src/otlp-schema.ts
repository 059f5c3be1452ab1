// The parts of OTLP's trace messages that calls are read from; the decoder skips all other fields. Nested messages that there may be
// many of are taken as bytes first, so that a large request can be decoded a span at a time.
import { Root, type Type } from 'protobufjs/light.js';

const repeated = 'repeated';
const root = Root.fromJSON({
  nested: {
    Request: { fields: { resourceSpans: { id: 1, rule: repeated, type: 'bytes' } } },
    ResourceSpans: {
      fields: { resource: { id: 1, type: 'Resource' }, scopeSpans: { id: 2, rule: repeated, type: 'bytes' } },
    },
    ScopeSpans: { fields: { spans: { id: 2, rule: repeated, type: 'bytes' } } },
    Resource: { fields: { attributes: { id: 1, rule: repeated, type: 'KeyValue' } } },
    Span: {
      fields: {
        traceId: { id: 1, type: 'bytes' },
        spanId: { id: 2, type: 'bytes' },
        parentSpanId: { id: 4, type: 'bytes' },
        kind: { id: 6, type: 'int32' },
        startTimeUnixNano: { id: 7, type: 'fixed64' },
        endTimeUnixNano: { id: 8, type: 'fixed64' },
        attributes: { id: 9, rule: repeated, type: 'KeyValue' },
        links: { id: 13, rule: repeated, type: 'Link' },
        status: { id: 15, type: 'Status' },
      },
    },
    Link: { fields: { traceId: { id: 1, type: 'bytes' }, spanId: { id: 2, type: 'bytes' } } },
    Status: { fields: { code: { id: 3, type: 'int32' } } },
    KeyValue: { fields: { key: { id: 1, type: 'string' }, value: { id: 2, type: 'AnyValue' } } },
    AnyValue: {
      fields: {
        stringValue: { id: 1, type: 'string' },
        boolValue: { id: 2, type: 'bool' },
        intValue: { id: 3, type: 'int64' },
        doubleValue: { id: 4, type: 'double' },
      },
    },
    Response: { fields: { partialSuccess: { id: 1, type: 'PartialSuccess' } } },
    PartialSuccess: { fields: { rejectedSpans: { id: 1, type: 'int64' }, errorMessage: { id: 2, type: 'string' } } },
  },
});

const type = (name: string): Type => root.lookupType(name);

export const otlp = {
  request: type('Request'),
  resourceSpans: type('ResourceSpans'),
  scopeSpans: type('ScopeSpans'),
  span: type('Span'),
  response: type('Response'),
} as const;
