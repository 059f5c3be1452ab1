// An agent whose Kafka goes away, and who is killed: what was answered with 200 is there once, in order, with the time at which it came.
import type { KafkaLog } from '@winnow/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingServer, startKafka, until } from '../servers/index.ts';
import { type Agent, agentOf } from './agent-fixtures/agent.ts';
import { type Forwarded, followForwarded } from './agent-fixtures/forwarded.ts';
import { makeTopics, openLog, topicSettings } from './kafka-fixtures/logs.ts';
import { type Restartable, restartable } from './kafka-fixtures/restart.ts';

describe.skipIf(missingServer('kafka'))('an agent', () => {
  let broker: Restartable;
  let address: string;
  let log: KafkaLog;
  const running: { stop(): Promise<void> }[] = [];
  const following: Forwarded[] = [];

  beforeAll(async () => {
    const kafka = await startKafka();
    address = kafka.broker;
    broker = restartable(kafka);
    log = openLog(address);
    await makeTopics(log);
  });
  afterAll(async () => {
    await Promise.all(running.map((each) => each.stop()));
    await Promise.all(following.map((each) => each.close()));
    await log?.close();
    await broker?.stop();
  });

  async function startAgent(cluster: string, env: Readonly<Record<string, string>> = {}): Promise<Agent> {
    const agent = await agentOf({ broker: address, cluster, env });
    running.push(agent);
    await agent.start();
    return agent;
  }

  function follow(cluster: string): Forwarded {
    const forwarded = followForwarded(log, topicSettings.partitions, cluster);
    following.push(forwarded);
    return forwarded;
  }

  /** Each is answered with 200. */
  async function postAll(agent: Agent, names: readonly string[]): Promise<readonly string[]> {
    for (const name of names) expect(await agent.post(name)).toBe(200);
    return names;
  }

  /** Posts until it is refused; what was taken. */
  async function fill(agent: Agent): Promise<readonly string[]> {
    const taken: string[] = [];
    for (let at = 0; (await agent.post(`large${at}`, 'x'.repeat(100_000))) === 200; at++) taken.push(`large${at}`);
    expect(taken.length).toBeGreaterThan(2);
    expect((await agent.get('/-/ready')).status).toBe(503);
    const text = await (await agent.get('/metrics')).text();
    expect(text).toContain('winnow_refused_total{source="alertmanager.alerts",code="503"} 1');
    return taken;
  }

  /** Of each try its own. */
  let tries = 0;
  const nameOf = (cluster: string) => `${cluster}-${++tries}`;
  const named = (letter: string, count: number) => Array.from({ length: count }, (_, at) => `${letter}${at}`);
  const has = (forwarded: Forwarded, name: string) =>
    until(
      () => forwarded.names().includes(name),
      () => `${name} among ${forwarded.names().join(' ')}`,
    );

  it('given an outage, and a kill during it, when Kafka is back, then all that was taken is there once, in order, with its own time; who was full takes again', async () => {
    const [edge, small] = [nameOf('edge'), nameOf('full')] as const;
    const [agent, full] = await Promise.all([startAgent(edge), startAgent(small, { WINNOW_AGENT_BUFFER_MIB: '1' })]);
    const ofFull = follow(small);
    const forwarded = follow(edge);
    const posted = [...(await postAll(agent, named('before', 3)))];
    await has(forwarded, 'before2');

    await broker.kill();
    const away = new Date().toISOString();
    posted.push(...(await postAll(agent, named('meanwhile', 20))));
    expect((await agent.get('/-/ready')).status).toBe(200);
    expect(await agent.metric('winnow_agent_forward_lag_records')).toBeGreaterThanOrEqual(20);
    await agent.kill();
    await agent.start();
    posted.push(...(await postAll(agent, named('restarted', 3))));
    expect(await agent.metric('winnow_agent_forward_lag_records')).toBeGreaterThanOrEqual(23);
    const taken = await fill(full);
    const back = new Date().toISOString();
    await broker.start();
    await has(forwarded, 'restarted2');

    expect(forwarded.names()).toEqual(posted);
    expect(forwarded.producers.size).toBe(1);
    const times = forwarded.arrivals().map(({ at }) => at);
    expect(times).toEqual([...times].sort());
    const beats = forwarded.arrivals().filter(({ source, at }) => source === 'heartbeat' && at > away && at < back);
    expect(beats.length).toBeGreaterThan(0);
    await until(
      async () => (await agent.metric('winnow_agent_forward_lag_records')) === 0,
      () => 'nothing waits',
    );
    await until(
      async () => (await full.post('again')) === 200,
      () => 'room once more',
    );
    await has(ofFull, 'again');
    expect(ofFull.names()).toEqual([...taken, 'again']);
    // What Kafka has need not be kept.
    await until(
      async () => ((await agent.metric('winnow_agent_buffer_bytes')) ?? Infinity) < 1024 * 1024,
      () => 'a buffer that is empty',
    );
  });

  it('given an agent that is killed again and again while it forwards, then what it answered with 200 is there once', async () => {
    const cluster = nameOf('killed');
    const agent = await startAgent(cluster);
    const forwarded = follow(cluster);
    const acknowledged: string[] = [];
    const unknown: string[] = [];
    for (let round = 0; round < 3; round++) {
      const posting = (async () => {
        for (let at = 0; ; at++) {
          const name = `${round}-${at}`;
          const status = await agent.post(name);
          if (status === undefined) return void unknown.push(name);
          expect(status).toBe(200);
          acknowledged.push(name);
        }
      })();
      // At a moment of its own in each round.
      const enough = acknowledged.length + 20 + 37 * round;
      await until(
        () => acknowledged.length > enough,
        () => 'some posts',
        1,
      );
      await agent.kill();
      await posting;
      await agent.start();
    }
    await postAll(agent, ['last']);
    await has(forwarded, 'last');
    const counted = forwarded.names().filter((name) => !unknown.includes(name));
    expect(counted).toEqual([...acknowledged, 'last']);
    expect(new Set(forwarded.names()).size).toBe(forwarded.names().length);
  });
});
