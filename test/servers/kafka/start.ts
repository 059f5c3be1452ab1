import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findCommand } from '../obtain/run.ts';
import { obtain } from '../obtain/sources.ts';
import { temporaryFolder } from '../process/folders.ts';
import { freePort } from '../process/free-port.ts';
import { type RunningServer, startServer } from '../running-server.ts';

export interface KafkaOptions {
  /** Further lines of `server.properties`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** It is measured: its code is compiled well, and its start takes longer for it. */
  readonly measured?: boolean;
}

export interface Kafka extends RunningServer {
  /** `127.0.0.1:PORT`, for clients' `brokers`. */
  readonly broker: string;
}

/** One broker that is its own controller (KRaft). Its group coordinator needs some seconds more after the start. */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const jars = join(await obtain('kafka'), '*');
  const java = findCommand('java') ?? 'java';
  const folder = temporaryFolder('kafka');
  const broker = `127.0.0.1:${await freePort()}`;
  const properties = {
    ...propertiesOf(broker, `127.0.0.1:${await freePort()}`, folder.file('data')),
    ...options.properties,
  };
  const file = folder.file('server.properties');
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
  writeFileSync(file, lines.join('\n'));
  formatData(folder.file('data'));
  const server = await startServer(folder, `kafka://${broker}`, {
    name: 'kafka',
    command: java,
    args: [
      ...(options.measured ? ['-Xmx512m'] : BRIEF),
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-cp',
      jars,
      'kafka.Kafka',
      file,
    ],
    isReady: () => answersApiVersions(broker),
  });
  return { ...server, broker };
}

/** What `kafka-storage format` leaves, without the seconds that a JVM takes for it; the broker adds the rest at its first start. */
function formatData(folder: string): void {
  const id = () => Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  mkdirSync(folder);
  writeFileSync(join(folder, 'meta.properties'), `version=1\nnode.id=1\ncluster.id=${id()}\ndirectory.id=${id()}\n`);
}

/** Most of its work is its start: the code is compiled simply, and the heap swept by one thread. */
const BRIEF = ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

function propertiesOf(broker: string, controller: string, data: string): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${controller}`,
    listeners: `PLAINTEXT://${broker},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://${broker}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
  };
}

/** The request that every client begins with: its length, key 18 in version 0, a number, no client name. */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

function answersApiVersions(broker: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(broker.split(':')[1]), '127.0.0.1', () => socket.write(API_VERSIONS));
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', () => {
      resolve(true);
      socket.destroy();
    });
    socket.on('error', () => undefined).on('close', () => resolve(false));
  });
}
