import { createMemoryCheckpoints } from '../checkpoints.ts';
import { describeCheckpoints } from '../contract/checkpoints.suite.ts';
import { describeEventLog } from '../contract/event-log.suite.ts';
import { describeStateStore } from '../contract/state-store.suite.ts';
import { createMemoryLog } from './memory-log.ts';
import { createMemoryStore } from './memory-store.ts';

describeEventLog('the memory log', async () => ({ log: createMemoryLog() }));
describeEventLog('the memory log that trims', async () => ({ log: createMemoryLog({ trim: true }) }));
describeStateStore('the memory store', async () => ({ store: createMemoryStore() }));
describeStateStore('the memory store that publishes', async () => {
  const log = createMemoryLog();
  return { store: createMemoryStore({ publishTo: log }), log };
});
describeCheckpoints('the memory checkpoints', async () => ({ checkpoints: createMemoryCheckpoints() }));
