// What a log line complains about, by the words that runtimes, drivers and servers use for it.
// One row a kind: the phrases of Java, Go, Node, Python, .NET, Ruby, PHP, nginx, Redis, Postgres, MySQL and their like.
const table = {
  refused:
    /connection refused|ECONNREFUSED|actively refused|ConnectException|connect\(\) failed \(111|Errno 111|ConnectionRefused/i,
  timeout:
    /timed[ -]?out|time-?out(?! ?(?:set|of \d|is\b)|[=:] ?\d)|deadline.?exceeded|ETIMEDOUT|TimeoutException|TimeoutError|SocketTimeout/i,
  'no-host':
    /no such host|ENOTFOUND|EAI_AGAIN|name or service not known|name does not resolve|temporary failure in name resolution|UnknownHostException|getaddrinfo|could not (?:resolve|translate) host|nodename nor servname|host not found|unable to resolve host|produced zero addresses|NXDOMAIN|Name resolution failure|gaierror|nxdomain/i,
  'dns-trouble':
    /temporary failure in name resolution|EAI_AGAIN|server misbehaving|lookup \S+ on \S+: (?:read udp|dial udp|write udp)|SERVFAIL|dns.{0,20}(?:timeout|timed out)|i\/o timeout.*:53\b|:53: (?:i\/o timeout|connect)/i,
  unreachable:
    /no route to host|network is unreachable|EHOSTUNREACH|ENETUNREACH|connection reset|ECONNRESET|broken pipe|EPIPE|socket hang up|transport is closing|upstream connect error|no healthy upstream|connection (?:was )?(?:closed|aborted|lost)|service unavailable|bad gateway|could not connect|cannot connect|can't connect|unable to connect|failed to connect|not reachable|max retries exceeded|- no response|unreachable|cannot reach|can't reach|code = Unavailable|StatusCode.UNAVAILABLE|UNAVAILABLE:/i,
  'bad-response':
    /JSONDecodeError|SAXParseException|not allowed in prolog|XMLSyntaxError|not well-formed|XmlException|JsonParseException|JsonReaderException|JsonException|JSON::ParserError|MismatchedInputException|UnrecognizedPropertyException|MalformedJsonException|(?:can(?:no|')t|could not|unable to|failed to|error) (?:to )?(?:parse|parsing|decode|decoding|unmarshal|unmarshalling|deserialize|deserializing|deserialise|read)[\w ]{0,20}(?:response|reply|body|payload|json|message|answer|result)|invalid character .{1,12} (?:looking for|after|in)|unexpected token|unexpected end of (?:json|input)|unexpected (?:content.?type|response|payload|status|reply|answer|schema|field|format)|(?:invalid|malformed|corrupt(?:ed)?|garbled|bad) (?:json|response|payload|reply|body|xml|answer|data from)|schema (?:validation|mismatch|violation|error)|does not match (?:the )?schema|cannot unmarshal|proto: |invalid wire[- ]type|no decoder|cannot deserialize|unknown (?:field|column)|missing (?:required )?(?:field|key|property)|undefined method .{1,40} for nil|\bKeyError\b|KeyNotFoundException|given key .{1,60} was not present|key not found: |undefined (?:array key|index|property)|Expecting value: |expected value at line|EOF while parsing|is an invalid start of a value|DecodeError\b|unexpected mime ?type|InvalidProtocolBufferException|TProtocolException|AvroTypeException|validation errors? for \w|field required|(?:decod|pars|unmarshal|unpack)\w*.{0,80}unexpected EOF|premature end of (?:file|document|data)|(?:incorrect|invalid) (?:gzip )?header|not a gzip|truncated (?:response|body|payload|message|json|xml)|cannot read propert(?:y|ies) of|contract violation|expected .{1,40} (?:but )?got/i,
  auth: /password authentication failed|access denied for user|authentication (?:failed|error|failure)|NOAUTH|WRONGPASS|invalid (?:user(?:name)?|password|credentials?|token|api.?key|login|signature)|(?:\b401\b|unauthorized|unauthenticated)|login failed|SASL|not authorized|permission denied for (?:role|user|database|relation|schema|table)|role .{1,40} does not exist|bad credentials|AuthenticationException|incorrect (?:password|credentials)|ER_ACCESS_DENIED|ACCESS_REFUSED|credentials? (?:rejected|refused|expired)|ORA-01017/i,
  pool: /too many (?:connections|clients)|connection slots|max(?:imum)?(?: number of)?[ _](?:client[s ]*)?connections|max_connections|pool.{0,40}(?:exhaust|timed? ?out|full|limit|depleted)|(?:exhaust|acquir|obtain|get).{0,40}(?:from (?:the )?)?(?:connection )?pool|maxclients|max number of clients|QueuePool limit|ER_CON_COUNT|PoolTimeout|max_user_connections|connection limit|HikariPool.{1,60}not available|ResourceRequest timed out/i,
  oom: /OutOfMemoryError|heap out of memory|allocation failed - JavaScript|MemoryError|out of memory|cannot allocate memory|std::bad_alloc|runtime: out of memory|ENOMEM|NoMemoryError|OutOfMemoryException|OOM command not allowed/i,
  'env-missing': [
    /(?:environment|env)[ -]?(?:variables?|vars?)\b.{0,60}(?:not set|missing|required|undefined|not defined|unset|empty|not found|must be (?:set|defined))|(?:missing|required|undefined|unset|no).{0,20}(?:environment|env)[ -]?(?:variables?|vars?)|could not resolve placeholder|you need to specify one of/i,
    // Names of variables are capitals: here case tells them from fields of data.
    /KeyError: ['"][A-Z][A-Z0-9_]{2,}['"]|[Kk]ey not found: "?[A-Z][A-Z0-9_]{2,}|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b["'`]?:? (?:is |was |must be |has |has been )?(?:not (?:set|defined|found|provided|specified|configured)|required|unset|missing|undefined|empty|must be (?:set|defined|provided))|(?:[Mm]issing|[Ss]et|[Dd]efine|[Pp]rovide|[Ss]pecify|[Rr]equire[ds]?).{0,20}\b[A-Z][A-Z0-9]*_[A-Z0-9_]+/,
  ],
  'env-invalid': [
    /\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b.{0,40}(?:[Ii]nvalid|not a valid|must be (?:a|an|one of|between)\b|cannot be parsed|not a number|malformed|bad value|unknown value|out of range)|(?:[Ii]nvalid|[Bb]ad|[Ii]llegal|[Mm]alformed|[Uu]nknown|[Uu]nsupported) (?:value|setting)?.{0,40}(?:for|of|in) (?:the )?(?:env\S* )?(?:var\S* )?["'`]?[A-Z][A-Z0-9]*_[A-Z0-9_]+/,
  ],
  config:
    /(?:invalid|bad|unknown|malformed|wrong|broken|incorrect|missing|unsupported|illegal|duplicate).{0,40}(?:config(?:uration)?|settings?|\.ya?ml|\.toml|\.conf|\.ini|\.properties|\.json|\.xml|directive|option|parameter)|(?:config(?:uration)?|settings?)(?: file)?\b.{0,60}(?:invalid|error|fail|malformed|not valid|missing|could not|cannot|unable|rejected|not found|unknown)|(?:can(?:no|')t|could not|unable to|failed to|error) (?:to )?(?:parse|parsing|load|loading|read|reading|open|decode|validate|validating).{0,60}(?:config|settings|\.ya?ml|\.toml|\.conf|\.ini|\.properties|\.xml)|\[emerg\]|unknown directive|FATAL CONFIG|yaml: (?:line|unmarshal|mapping)|YAMLException|ScannerError|ParserError.*ya?ml|toml.{0,20}(?:error|expected)|unrecognized configuration parameter|config error|BeanCreationException|APPLICATION FAILED TO START|ValidationError.{0,40}[Ss]ettings/i,
  permission:
    /permission denied(?! for)|EACCES|operation not permitted|EPERM|read-only file system|EROFS|AccessDeniedException|UnauthorizedAccessException|Errno 13|Errno 30|PermissionError|is not writable|not writable|can't create .*: |wrong permissions|has wrong ownership|could not (?:create|change permissions|open).{0,60}permission/i,
  rbac: /is forbidden: User|cannot (?:get|list|watch|create|update|patch|delete) resource|forbidden:? .{0,40}serviceaccount/i,
  'no-space':
    /no space left|ENOSPC|disk (?:is )?full|insufficient disk|out of disk|Errno 28|disk quota exceeded|could not extend file/i,
  'read-only-db':
    /read.?only (?:transaction|mode|replica|option|database|user|connection)|READONLY You can't write|super.?read.?only|--read-only|recovery is in progress|not master|NotPrimary|NotWritablePrimary|standby mode|index.{0,30}read-only/i,
  'exec-format': /exec format error|cannot execute binary file|bad CPU type|wrong architecture/i,
  'port-conflict':
    /address already in use|EADDRINUSE|BindException|Only one usage of each socket|port \d+ (?:is |was )?(?:already )?(?:in use|taken)|bind\(\).{0,40}failed \(98|Address in use|failed to bind (?:to )?(?:the )?(?:address|port|socket|host|\S*:\d)/i,
  certificate:
    /x509: |certificate (?:has |is )?(?:expired|not yet valid|verify failed|unknown|revoked|not trusted)|CERT_HAS_EXPIRED|PKIX path|SSLHandshakeException|self.?signed certificate|unable to (?:get local issuer|verify the first)|unknown (?:certificate )?authority|tls: (?:bad certificate|failed to verify|handshake)|RemoteCertificate|SSL: |certificate problem/i,
  'missing-file':
    /no such file or directory|ENOENT|FileNotFound|cannot find module|ModuleNotFoundError|ClassNotFoundException|NoClassDefFoundError|cannot open shared object|not found in \$?PATH|Could not find or load main class|command not found|can't open file|Unable to access jarfile|Cannot load such file|exec: .* not found/i,
  usage:
    /unrecognized (?:option|argument|flag)|unknown (?:option|flag|command|argument|shorthand)|flag provided but not defined|invalid (?:option|argument|flag)|illegal option|syntax error|unexpected EOF while looking|usage: \S/i,
  'slow-query':
    /slow (?:query|sql|request|log)|long.?running (?:query|transaction)|lock wait timeout|deadlock|statement timeout|query took/i,
  leak: /memory leak|MaxListenersExceeded|GC overhead limit|possible .{0,30}leak|never (?:released|evicted|freed)|leaked? (?:connections?|objects?|memory)/i,
  blocked:
    /block(?:ed|ing|s)? .{0,40}(?:thread|event loop|loop|main)|dead ?lock|will hang|stuck|thread.{0,30}(?:blocked|starv)|event loop.{0,20}(?:lag|blocked|delay)|synchronous|waiting (?:for|on) (?:the )?(?:lock|mutex|semaphore)|livelock|unresponsive|GC pause|stop.the.world|Pause Full.{0,80}\b\d{4,}(?:\.\d+)?ms|Full GC.{0,120}\b[1-9]\d*\.\d+ secs|not responding|hung/i,
  crash:
    /^Traceback \(most recent|^panic: |^goroutine \d+ \[|Exception in thread|unhandled(?: promise)? (?:exception|rejection|error)|UnhandledPromiseRejection|uncaught|segmentation fault|SIGSEGV|SIGABRT|panicked at|core dumped|fatal error|Fatal error: |FATAL|CRITICAL|\bAssertionError|NullPointerException|NullReferenceException|TypeError: |ReferenceError: |AttributeError: |IndexError: |ZeroDivisionError|ArrayIndexOutOfBounds|IllegalStateException|NoMethodError|runtime error: |Application startup exception|terminate called after|stack overflow|RecursionError|division by zero/i,
} as const;

export type LogKind = keyof typeof table;
const kinds = Object.entries(table).map(([kind, pattern]): [LogKind, readonly RegExp[]] => [
  kind as LogKind,
  Array.isArray(pattern) ? pattern : [pattern as RegExp],
]);

/** Words without which no row above can match: healthy lines are left alone after one look. */
const suspicious =
  /err|fail|exce|refus|fatal|panic|denied|deny|timed?.?out|deadline|no such|not |n't|cannot|unable|invalid|malform|miss|unknown|unexpected|unavail|unreach|forbidden|unauth|auth|too many|pool|max|memory|heap|alloc|abort|kill|crash|uncaught|unhandl|trace|x509|cert|ssl|read.?only|space|disk|quota|full|in use|slow|leak|block|stuck|hang|hung|lock|sync|reset|broken|pipe|resolv|lookup|dns|nx|e[a-z]{3,}|emerg|crit|warn|unset|undefined|required|must|corrupt|bad|illegal|unsupported|unrecognized|usage|syntax|wrong|mismatch|KeyError|upstream|getaddrinfo|signal|segv|expected/i;

const ordinary =
  /^\s*$|\b(?:INFO|DEBUG|TRACE)\b(?!.*\b(?:error|fail|exception|refused|denied)\b)|"(?:level|severity)":\s*"(?:info|debug|trace)"|\blevel=(?:info|debug|trace)\b/i;

/** The kinds of complaint in a line; none for ordinary ones. */
export function kindsOf(line: string): readonly LogKind[] {
  const text = line.length > 2000 ? line.slice(0, 2000) : line;
  if (!suspicious.test(text)) return [];
  const found = kinds.filter(([, patterns]) => patterns.some((pattern) => pattern.test(text))).map(([kind]) => kind);
  return ordinary.test(text) ? found.filter((kind) => kind === 'leak' || kind === 'blocked' || kind === 'oom') : found;
}

/** A line that its own writer calls an error. */
export function isError(line: string): boolean {
  return /\b(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC|EMERG|ALERT|ERR)\b|"(?:level|severity)":\s*"(?:error|fatal|critical|panic)"|level=(?:error|fatal)|^[EF]\d{4} |\w(?:Error|Exception)\b|^panic:/.test(
    line,
  );
}
