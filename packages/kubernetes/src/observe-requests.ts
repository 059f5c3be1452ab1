// What each request tells: to the limit, and to whoever reads metrics.
import type { IncomingMessage } from 'node:http';
import { questionOf, readAnswerFacts, tellsOfLoad } from './answer-facts.ts';
import type { ApiRequest } from './api-server.ts';
import type { Gate } from './limit/gate.ts';
import type { RequestFigures } from './request-figures.ts';

export interface RequestObserver {
  answered(asked: ApiRequest, head: IncomingMessage, milliseconds: number): void;
  failed(asked: ApiRequest, why: 'aborted' | 'timeout' | 'unreachable' | 'credentials', milliseconds: number): void;
}

export function observeRequests(gate: Gate, figures: RequestFigures): RequestObserver {
  return {
    answered({ purpose, path }, { statusCode: status = 0, headers }, milliseconds) {
      const { flowSchema = '', level = '', pauseMs } = readAnswerFacts(headers);
      figures.asked(purpose, status, milliseconds);
      if (level) figures.served(purpose, flowSchema, level);
      if (status === 429) figures.throttled(level);
      if (!tellsOfLoad(path) && status !== 429) return;
      // How long a watch takes to begin follows from what happens in the cluster.
      const latency = purpose === 'watch' ? {} : { latency: milliseconds };
      const pause = pauseMs === undefined ? {} : { pauseMs };
      const strain = gate.note({ purpose, question: questionOf(purpose, path), status, level, ...latency, ...pause });
      if (strain) figures.shrunk(strain);
    },
    failed({ purpose, path }, why, milliseconds) {
      figures.asked(purpose, why, milliseconds);
      // Who cannot be reached at all is no less reachable for being asked at the usual pace; who answers late may be.
      if (why !== 'timeout' || !tellsOfLoad(path)) return;
      const strain = gate.note({ purpose, question: questionOf(purpose, path), status: undefined });
      if (strain) figures.shrunk(strain);
    },
  };
}
