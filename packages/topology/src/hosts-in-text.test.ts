import { describe, expect, it } from 'vitest';
import { hostsInSettings, settingsOfArguments, settingsOfConfig } from './hosts-in-settings.ts';
import { hostsInText } from './hosts-in-text.ts';

const shown = (found: readonly { host: string; port?: number | undefined }[]) =>
  found.map(({ host, port }) => (port === undefined ? host : `${host}:${port}`)).join(' ');

/** Environment variables, in order. */
const env = (...pairs: readonly [string, string][]) =>
  shown(hostsInSettings(pairs.map(([name, value]) => ({ name, value, from: name }))));

describe('hosts in a text', () => {
  it.each([
    ['redis-cache:6379', 'redis-cache:6379'],
    ['http://auth-service:8080', 'auth-service:8080'],
    ['http://auth-service/login?x=1', 'auth-service'],
    ['https://api.stripe.com/v1', 'api.stripe.com'],
    ['redis://:s3cr:t@cache:6379/0', 'cache:6379'],
    ['postgres://app:p@ss@db.data.svc.cluster.local:5432/shop?sslmode=disable', 'db.data.svc.cluster.local:5432'],
    [
      'mongodb://u:p@mongo-0.mongo:27017,mongo-1.mongo:27017/app?replicaSet=rs0',
      'mongo-0.mongo:27017 mongo-1.mongo:27017',
    ],
    ['mongodb+srv://cluster0.ab1cd.mongodb.net/app', 'cluster0.ab1cd.mongodb.net'],
    ['amqp://guest:guest@rabbit:5672/%2f', 'rabbit:5672'],
    ['nats://nats.messaging:4222', 'nats.messaging:4222'],
    ['grpc://orders.shop.svc:50051', 'orders.shop.svc:50051'],
    ['dns:///orders.shop.svc.cluster.local:50051', 'orders.shop.svc.cluster.local:50051'],
    ['jdbc:postgresql://pg-primary:5432/orders', 'pg-primary:5432'],
    ['jdbc:mysql://mysql-0:3306,mysql-1:3306/app?useSSL=false', 'mysql-0:3306 mysql-1:3306'],
    ['jdbc:mysql:loadbalance://m1:3306,m2:3306/app', 'm1:3306 m2:3306'],
    ['jdbc:sqlserver://mssql:1433;databaseName=erp;user=sa', 'mssql:1433'],
    ['jdbc:oracle:thin:@//ora:1521/ORCL', 'ora:1521'],
    ['jdbc:oracle:thin:@ora:1521:ORCL', 'ora:1521'],
    ['app:secret@tcp(mysql:3306)/shop?parseTime=true', 'mysql:3306'],
    ['host=pg port=5433 user=app dbname=x sslmode=disable', 'pg:5433'],
    ['Server=tcp:sql.shop.svc,1433;Database=erp;User Id=sa', 'sql.shop.svc:1433'],
    ['Data Source=sqlbox;Initial Catalog=erp', 'sqlbox'],
    [
      'kafka-0.kafka:9092,kafka-1.kafka:9092, kafka-2.kafka:9092',
      'kafka-0.kafka:9092 kafka-1.kafka:9092 kafka-2.kafka:9092',
    ],
    ['orders.shop.svc.cluster.local.', 'orders.shop.svc.cluster.local'],
    ['until nc -z db 5432; do sleep 1; done', 'db:5432'],
    ['until pg_isready -h pg -p 5432; do sleep 2; done', 'pg:5432'],
    ['until nslookup orders.shop.svc.cluster.local; do echo waiting; done', 'orders.shop.svc.cluster.local'],
    ['curl -fsS http://search:9200/_cluster/health || exit 1', 'search:9200'],
    ['redis-cli -h cache -p 6380 ping', 'cache:6380'],
    ['proxy_pass http://backend:8080/api;', 'backend:8080'],
    ['server web-1:8080 weight=2;', 'web-1:8080'],
    ['http://10.1.2.3:8080/x', '10.1.2.3:8080'],
    ['[{"url":"http://a:8080"},{"url":"http://b:8081"}]', 'a:8080 b:8081'],
  ])('%s', (text, expected) => expect(shown(hostsInText(text))).toBe(expected));

  it.each([
    'registry.example/shop/cart:1.2.3',
    'docker.io/library/redis:7.4-alpine',
    'postgres:16',
    'nginx:1.25',
    '/var/lib/data-store',
    'file:///etc/app/config.yaml',
    'unix:///var/run/docker.sock',
    'ops@example.com',
    'mailto:ops@example.com',
    '12:30',
    '2026-01-01T12:00:00Z',
    '1000:1000',
    'http://localhost:8080/healthz',
    '127.0.0.1:6379',
    '0.0.0.0:8080',
    ':8080',
    'v1.2.3',
    'production',
    '-Xmx512m -XX:MaxRAMPercentage=75',
    '$(HOST):8080',
    'sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945',
    's3://bucket/key',
    'arn:aws:iam::123456789012:role/app',
    'postgres:16.4',
    'level:300',
  ])('finds none in %s', (text) => expect(shown(hostsInText(text))).toBe(''));
});

describe('hosts in named values', () => {
  it('joins a host and a port of two variables', () => {
    expect(env(['REDIS_HOST', 'redis-cache'], ['REDIS_PORT', '6379'])).toBe('redis-cache:6379');
    expect(env(['PORT', '8080'], ['DATABASE_HOST', 'postgres-service'], ['DATABASE_PORT', '5432'])).toBe(
      'postgres-service:5432',
    );
    expect(env(['dbHost', 'pg'], ['dbPort', '5432'])).toBe('pg:5432');
  });

  it.each([
    [['CATALOG_SERVICE_ADDR', 'productcatalogservice:3550'], 'productcatalogservice:3550'],
    [['KAFKA_BROKERS', 'kafka-0:9092;kafka-1:9092'], 'kafka-0:9092 kafka-1:9092'],
    [['ELASTICSEARCH_HOSTS', 'http://es-0:9200,http://es-1:9200'], 'es-0:9200 es-1:9200'],
    [['ELASTICSEARCH_HOSTS', '["http://es-0:9200"]'], 'es-0:9200'],
    [['UPSTREAM', 'orders'], 'orders'],
    [['SMTP_SERVER', 'smtp.sendgrid.net'], 'smtp.sendgrid.net'],
    [['SPRING_DATASOURCE_URL', 'jdbc:postgresql://pg/orders'], 'pg'],
    [['SENTINELS', 's-0.redis.cache.svc:26379'], 's-0.redis.cache.svc:26379'],
    [['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://otel-collector.observability:4317'], 'otel-collector.observability:4317'],
  ] as const)('%s', ([name, value], expected) => expect(env([name, value])).toBe(expected));

  it.each([
    ['APP_IMAGE', 'registry.example:5000/team/app:1.2'],
    ['BASE_IMAGE', 'redis:6379'],
    ['HOSTNAME', 'cart-6c6d-x'],
    ['LISTEN_ADDR', 'cart:8080'],
    ['ALLOWED_HOSTS', 'shop.example.com'],
    ['LOG_LEVEL', 'debug'],
    ['MODE', 'cluster'],
    ['OTEL_SERVICE_NAME', 'cart'],
    ['SERVICE_VERSION', 'v2'],
    ['ADMIN_EMAIL', 'a@b.example'],
    ['CACHE_ENDPOINT', ''],
    ['DB_HOST', 'localhost'],
    ['DB_HOST', '127.0.0.1'],
    ['TIMEOUT', '30'],
    ['FEATURE_URL', 'false'],
    ['STORE_PATH', '/var/lib/data-store'],
    ['CONFIG_URL', 'file:///etc/x.yaml'],
    ['NUM_REPLICAS', '3'],
  ])('finds none in %s=%s', (name, value) => expect(env([name, value])).toBe(''));

  it('lets a value stand for its name', () => {
    expect(env(['NS', 'data'], ['DB_ADDR', 'pg.$(NS).svc:5432'])).toBe('pg.data.svc:5432');
    expect(env(['DB_HOST', 'pg'], ['DB_URL', 'postgres://$(DB_HOST):5432/x'])).toBe('pg pg:5432');
  });

  it('reads flags with and without an equals sign', () => {
    const args = [
      'serve',
      '--redis-addr=redis:6379',
      '--db-host',
      'pg',
      '--db-port',
      '5432',
      '--log-level',
      'info',
      '--upstream=orders.shop:80',
    ];
    expect(shown(hostsInSettings(settingsOfArguments(args, 'args')))).toBe('redis:6379 pg:5432 orders.shop:80');
  });

  it('reads a shell’s script', () => {
    const args = ['sh', '-c', 'until nc -z -w 2 postgres-service 5432; do sleep 1; done; exec ./migrate.sh'];
    expect(shown(hostsInSettings(settingsOfArguments(args, 'command')))).toBe('postgres-service:5432');
  });
});

describe('hosts in config files', () => {
  const found = (key: string, content: string) =>
    shown(hostsInSettings(settingsOfConfig(key, content, `data[${key}]`)));

  it('reads single values, properties, YAML, JSON and nginx', () => {
    expect(found('REDIS_HOST', 'redis')).toBe('redis');
    expect(found('app.properties', '# db\nspring.datasource.url=jdbc:postgresql://pg:5432/x\nserver.port=8080\n')).toBe(
      'pg:5432',
    );
    expect(found('config.yaml', 'server:\n  port: 8080\ndb:\n  host: pg\n  port: 5432\nlog: debug\n')).toContain('pg');
    expect(found('config.json', '{\n "catalogUrl": "http://catalog:3550",\n "level": "info"\n}')).toBe('catalog:3550');
    expect(
      found('nginx.conf', 'upstream api {\n  server api-1:8080;\n}\nlocation / {\n  proxy_pass http://web;\n}'),
    ).toBe('api-1:8080 web');
  });

  it('passes over comments and certificates', () => {
    expect(found('app.conf', '# see http://docs.example.com/x\nmode=fast\n')).toBe('');
  });
});
