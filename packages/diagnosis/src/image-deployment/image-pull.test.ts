import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { deployment, dossier, workload } from '../testing/dossiers.ts';

test.each([
  [
    'image-registry-unreachable',
    'failed to do request: Head "https://r.corp/v2/a/manifests/1": dial tcp: lookup r.corp on 10.0.0.10:53: no such host',
  ],
  [
    'image-registry-unreachable',
    'failed to do request: Head "https://r.corp/v2/a/manifests/1": dial tcp 192.0.2.7:443: i/o timeout',
  ],
  [
    'image-registry-unreachable',
    'failed to do request: Head "https://r.corp:5000/v2/a/manifests/1": dial tcp 10.9.9.9:5000: connect: connection refused',
  ],
  [
    'image-registry-unreachable',
    'failed to do request: Head "https://r.corp/v2/a/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'image-not-found',
    'rpc error: code = NotFound desc = failed to pull and unpack image "r.corp/a:1": failed to resolve reference "r.corp/a:1": r.corp/a:1: not found',
  ],
  ['image-not-found', 'manifest for a:latst not found: manifest unknown: manifest unknown'],
  [
    'image-not-found',
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  ],
  [
    'image-pull-auth',
    'failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.corp/token: 401 Unauthorized',
  ],
  ['image-pull-auth', 'unexpected status from HEAD request to https://r.corp/v2/a/manifests/1: 403 Forbidden'],
  [
    'image-registry-rate-limited',
    '429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit',
  ],
  ['image-wrong-architecture', 'no match for platform in manifest: not found'],
  ['image-layer-corrupt', 'failed to extract layer sha256:aa: archive/tar: invalid tar header'],
])('given the words of a failed pull, then %s: %s', (mode, message) => {
  const status = {
    ready: false,
    restartCount: 0,
    state: {
      waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "r.corp/a:1": ErrImagePull: ${message}` },
    },
  };
  const found = diagnose(
    dossier({
      objects: [workload('a', { status, pod: { phase: 'Pending' }, container: { image: 'r.corp/a:1' } })],
      members: [[deployment('a'), 'image-pull']],
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode, entity: deployment('a'), category: 'image-deployment' });
});
