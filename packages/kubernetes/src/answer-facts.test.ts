import { describe, expect, it } from 'vitest';
import { questionOf, readAnswerFacts, tellsOfLoad } from './answer-facts.ts';

describe('what an answer tells', () => {
  it.each([
    ['/api/v1/pods', 'list pods'],
    ['/apis/apps/v1/deployments', 'list deployments'],
    ['/api/v1/namespaces/shop/pods', 'list pods of a namespace'],
    ['/api/v1/namespaces/shop/pods/cart-1', 'list pods of a namespace'],
    ['/api/v1/namespaces', 'list namespaces'],
    ['/api/v1/namespaces/shop', 'list namespaces'],
    ['/version', 'list /version'],
  ])('given %s, when its latency is compared, then with that of %s', (path, question) => {
    expect(questionOf('list', path)).toBe(question);
  });

  it('given what a kubelet answers, when it is slow, then that tells nothing of the API server', () => {
    expect(tellsOfLoad('/api/v1/namespaces/shop/pods/cart-1/log')).toBe(false);
    expect(tellsOfLoad('/api/v1/namespaces/shop/services/db/proxy/health')).toBe(false);
    expect(tellsOfLoad('/api/v1/namespaces/shop/pods/log-collector')).toBe(true);
  });

  it('given headers of priority and fairness, when they are read, then who served is known', () => {
    const headers = {
      ...{ 'x-kubernetes-pf-flowschema-uid': 'flow', 'x-kubernetes-pf-prioritylevel-uid': 'level' },
      'retry-after': '3',
    };
    expect(readAnswerFacts(headers)).toEqual({ flowSchema: 'flow', level: 'level', pauseMs: 3000 });
    expect(readAnswerFacts({})).toEqual({});
  });
});
