// Why an image cannot be had, in the words of container runtimes and registries.
export type ImageProblem = 'rate' | 'architecture' | 'corrupt' | 'auth' | 'unreachable' | 'not-found';

const rows: readonly [ImageProblem, RegExp][] = [
  ['rate', /\b429\b|toomanyrequests|too many requests|rate.?limit/i],
  [
    'architecture',
    /no match for platform|no matching manifest|exec format error|image operating system|platform .{0,40}not/i,
  ],
  [
    'corrupt',
    /failed to (?:extract|apply|unpack) layer|failed to register layer|digest mismatch|unexpected (?:commit )?digest|checksum|failed to verify(?! certificate)|filesystem layer verification|invalid tar header|corrupt|gzip: invalid/i,
  ],
  ['not-found', /InvalidImageName|couldn't parse image|invalid reference format|must be lowercase/i],
  [
    'unreachable',
    /no such host|i\/o timeout|connection refused|no route to host|network is unreachable|TLS handshake timeout|deadline exceeded|server misbehaving|temporary failure in name|request canceled|Client\.Timeout|connection reset|: EOF|x509: |\b50[0234] |proxyconnect|timed out/i,
  ],
  [
    'not-found',
    /repository does not exist or may require|manifest(?: for .{1,200})? (?:not found|unknown)|name unknown|: not found|\b404\b|not found$|repository .{1,120} not found|tag .{1,80} not found/i,
  ],
  [
    'auth',
    /unauthorized|authentication required|authorization failed|insufficient_scope|no basic auth|access denied|denied:|access forbidden|\b40[13]\b|failed to fetch .{4,12}token|invalid (?:username|credential)|FailedToRetrieveImagePullSecret|credentials/i,
  ],
  ['not-found', /not found/i],
];

export function imageProblem(text: string): ImageProblem | undefined {
  return rows.find(([, pattern]) => pattern.test(text))?.[0];
}
