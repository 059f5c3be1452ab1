import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { crashed, deployment, dossier, service, workload } from '../testing/dossiers.ts';

/** A crash loop with these last words, beside a database and a cache that are up. */
function crashWith(log: string, exitCode = 1, env: readonly { name: string; value: string }[] = []) {
  return diagnose(
    dossier({
      objects: [
        workload('billing', { status: crashed(exitCode), container: { env, ports: [{ containerPort: 8080 }] } }),
        workload('ledger-db', { container: { ports: [{ containerPort: 5432 }] } }),
        service('ledger-db', { port: 5432 }),
        workload('rates', { container: { ports: [{ containerPort: 9000 }] } }),
        service('rates', { port: 9000 }),
      ],
      members: [[deployment('billing'), 'crash-loop']],
      logs: { billing: log },
    }),
  ).hypotheses[0];
}

test.each([
  [
    'python',
    'Traceback (most recent call last):\n  File "/app/main.py", line 8, in <module>\n    run(items[3])\nIndexError: list index out of range',
  ],
  [
    'go',
    'panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation]\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:42 +0x1d',
  ],
  [
    'node',
    "/app/index.js:12\n    const x = order.items.length\nTypeError: Cannot read properties of undefined (reading 'length')\n    at Object.<anonymous> (/app/index.js:12:31)",
  ],
  [
    'java',
    'Exception in thread "main" java.lang.NullPointerException: Cannot invoke "String.length()" because "s" is null\n\tat com.acme.Main.main(Main.java:14)',
  ],
  [
    '.NET',
    'Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.\n   at Acme.Program.Main(String[] args) in /src/Program.cs:line 9',
  ],
  ['ruby', "/app/main.rb:7:in `<main>': undefined method `total' for nil (NoMethodError)"],
  ['rust', "thread 'main' panicked at src/main.rs:4:5:\ncalled `Option::unwrap()` on a `None` value"],
])('given a %s program that ends by its own bug, then it is an application crash', (_, log) => {
  expect(crashWith(log)).toMatchObject({ mode: 'application-crash', entity: deployment('billing') });
});

test.each([
  ['python', "KeyError: 'PAYMENT_API_KEY'"],
  ['go', '2026/03/08 15:25:01 FATAL required environment variable STRIPE_KEY is not set'],
  ['node', 'Error: Missing required environment variable: JWT_SECRET\n    at Object.<anonymous> (/app/config.js:5:9)'],
  [
    'spring',
    'Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder \'BILLING_REGION\' in value "BILLING_REGION"',
  ],
  [
    'postgres image',
    'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.',
  ],
])('given a %s program that misses a variable, then the variable is named', (_, log) => {
  expect(crashWith(log)).toMatchObject({ mode: 'env-var-missing', entity: deployment('billing') });
});

test.each([
  ['nginx', 'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/default.conf:4'],
  [
    'yaml',
    'level=fatal msg="failed to load config" err="yaml: line 12: mapping values are not allowed in this context" file=/etc/app/config.yaml',
  ],
  [
    'redis',
    "*** FATAL CONFIG FILE ERROR (Redis 7.4.1) ***\nReading the configuration file, at line 3\n>>> 'maxmemori 100mb'\nBad directive or wrong number of arguments",
  ],
  [
    'json',
    'ERROR could not parse configuration file /etc/app/settings.json: Unexpected token } in JSON at position 120',
  ],
])('given %s configuration that cannot be read, then it is the configuration', (_, log) => {
  expect(crashWith(log)).toMatchObject({ mode: 'config-invalid', entity: deployment('billing') });
});

test.each([
  ['mkdir', "mkdir: cannot create directory '/var/lib/data/db': Permission denied"],
  ['node', "Error: EACCES: permission denied, open '/data/cache.db'"],
  ['java', 'java.nio.file.AccessDeniedException: /data/index/write.lock'],
  ['python', "PermissionError: [Errno 13] Permission denied: '/data/out.csv'"],
])('given a %s program that may not write its volume, then it is the permission', (_, log) => {
  expect(crashWith(log)).toMatchObject({ mode: 'volume-permission-denied', entity: deployment('billing') });
});

const databaseEnv = [
  { name: 'DB_HOST', value: 'ledger-db' },
  { name: 'DB_PORT', value: '5432' },
];

test.each([
  [
    'postgres',
    'psycopg2.OperationalError: connection to server at "ledger-db" (10.0.0.9), port 5432 failed: FATAL:  password authentication failed for user "billing"',
  ],
  [
    'mysql',
    "django.db.utils.OperationalError: (1045, \"Access denied for user 'billing'@'10.1.0.7' (using password: YES)\")",
  ],
  [
    'mongo',
    'MongoServerError: Authentication failed.\n    at Connection.onMessage (/app/node_modules/mongodb/lib/cmap/connection.js:202:26)',
  ],
  ['redis', 'ReplyError: WRONGPASS invalid username-password pair or user is disabled.'],
])('given a %s server that refuses the password, then the credentials of the client are wrong', (_, log) => {
  expect(crashWith(log, 1, databaseEnv)).toMatchObject({ mode: 'invalid-credentials', entity: deployment('billing') });
});

test.each([
  [
    'postgres',
    'FATAL: sorry, too many clients already\npsycopg2.OperationalError: connection to server at "ledger-db", port 5432 failed: FATAL:  sorry, too many clients already',
  ],
  [
    'mysql',
    'com.mysql.cj.jdbc.exceptions: jdbc:mysql://ledger-db:5432/ledger Data source rejected establishment of connection, message from server: "Too many connections"',
  ],
])('given a %s server that takes no more connections, then it is the server', (_, log) => {
  expect(crashWith(log, 1, databaseEnv)).toMatchObject({
    mode: 'connection-pool-exhausted',
    entity: deployment('ledger-db'),
  });
});

test.each([
  ['python', 'GET http://rates:9000/latest\njson.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)'],
  [
    'java',
    'com.fasterxml.jackson.core.JsonParseException: Unexpected character at [Source: (URL) http://rates:9000/latest; line: 1, column: 3]',
  ],
  [
    'node',
    'FetchError: invalid json response body at http://rates:9000/latest reason: Unexpected token < in JSON at position 0',
  ],
  [
    'go',
    'level=error msg="decode rates: invalid character \'<\' looking for beginning of value" url=http://rates:9000/latest status=200',
  ],
  [
    '.NET',
    "fetching http://rates:9000/latest\nUnhandled exception. System.Text.Json.JsonException: '<' is an invalid start of a value. Path: $ | LineNumber: 0",
  ],
  ['ruby', "GET http://rates:9000/latest 200\n/app/rates.rb:9: unexpected token at '<html>' (JSON::ParserError)"],
  ['schema', 'ERROR response of http://rates:9000/latest does not match schema: missing required field "currency"'],
])('given a %s program that cannot read what it is answered, then who answers is blamed', (_, log) => {
  expect(crashWith(log)).toMatchObject({ mode: 'dependency-bad-response', entity: deployment('rates') });
});

test('given a command that does not exist, then the command is wrong', () => {
  const status = {
    ready: false,
    restartCount: 3,
    state: { waiting: { reason: 'RunContainerError' } },
    lastState: {
      terminated: {
        exitCode: 128,
        reason: 'StartError',
        message:
          'failed to create containerd task: exec: "/app/strat.sh": stat /app/strat.sh: no such file or directory: unknown',
      },
    },
  };
  const found = diagnose(
    dossier({ objects: [workload('billing', { status })], members: [[deployment('billing'), 'create-error']] }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode: 'invalid-command', entity: deployment('billing') });
});

test.each([
  ['shell', '/bin/sh: gunicron: not found', 127],
  ['node', "Error: Cannot find module '/app/servr.js'", 1],
  ['java', 'Error: Unable to access jarfile /app/ap.jar', 1],
  ['flag', 'flag provided but not defined: -prot\nUsage of /server:', 2],
])('given a %s command line that is wrong, then the command is wrong', (_, log, exitCode) => {
  expect(crashWith(log, exitCode)).toMatchObject({ mode: 'invalid-command', entity: deployment('billing') });
});

test('given a Job whose run fails by itself, then the Job failed', () => {
  const found = diagnose(
    dossier({
      objects: [
        workload('report', {
          kind: 'Job',
          pod: { phase: 'Failed' },
          status: { ready: false, state: { terminated: { exitCode: 1, reason: 'Error' } } },
        }),
      ],
      members: [[{ kind: 'Job', namespace: 'shop', name: 'report' }, 'job-failed']],
      logs: { report: 'Traceback (most recent call last):\nValueError: bad month' },
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({
    mode: 'job-failed',
    entity: { kind: 'Job', namespace: 'shop', name: 'report' },
  });
});

test('given an init container that misses a file, then it is the init container that fails, not its command', () => {
  const initStatus = { ...crashed(1), state: { waiting: { reason: 'CrashLoopBackOff' } } };
  const found = diagnose(
    dossier({
      objects: [
        workload('billing', {
          init: {},
          initStatus,
          status: { ready: false, state: { waiting: { reason: 'PodInitializing' } } },
          pod: { phase: 'Pending' },
        }),
      ],
      members: [[deployment('billing'), 'init-failed']],
      logs: { billing: "cp: can't stat '/templates/site.yaml': No such file or directory" },
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode: 'init-container-failure', entity: deployment('billing') });
});
