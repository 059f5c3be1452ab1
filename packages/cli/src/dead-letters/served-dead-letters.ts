// Dead letters of a Winnow that runs, over its HTTP API.
import type { DeadLetterHead, ReplayAnswer, ReplayRefusal } from '@winnow/api';
import type { DeadLetter } from '@winnow/contracts';
import { bodyOf } from '../incidents/served-incidents.ts';
import { type Answered, detailOf, type ServerClient } from '../server-client.ts';
import type { DeadLetters } from './dead-letters.ts';

interface Page {
  readonly deadLetters: readonly DeadLetterHead[];
  readonly nextCursor?: string;
}

const refusals: Readonly<Record<number, ReplayRefusal['refused']>> = {
  404: 'unknown',
  409: 'replayed',
  422: 'impossible',
};
const pathOf = (id: string) => `/api/v1/dead-letters/${encodeURIComponent(id)}`;

export function servedDeadLetters(client: ServerClient): DeadLetters {
  async function get(id: string): Promise<(DeadLetter & { readonly notReplayable?: string }) | undefined> {
    const answered = await client.get(pathOf(id));
    return answered?.status === 404 ? undefined : (bodyOf(answered, client) as DeadLetter);
  }

  return {
    async list() {
      const found: DeadLetterHead[] = [];
      const query = new URLSearchParams({ limit: '1000' });
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        if (cursor) query.set('cursor', cursor);
        const page = bodyOf(await client.get(`/api/v1/dead-letters?${query}`), client) as Page;
        found.push(...page.deadLetters);
        cursor = page.nextCursor;
      }
      return found;
    },
    get,
    async plan(id, { again }) {
      const letter = await get(id);
      if (!letter) return { refused: 'unknown', reason: `there is no dead letter ${id}` };
      if (letter.notReplayable !== undefined) return { refused: 'impossible', reason: letter.notReplayable };
      if (letter.replayed && !again) return { refused: 'replayed', reason: `it was replayed at ${letter.replayed.at}` };
      return { from: 'log' };
    },
    async replay(id, { again, by }) {
      const answered = await client.post(`${pathOf(id)}/replay`, { again, ...(by !== undefined && { actor: by }) });
      const refused = answered && refusals[answered.status];
      if (refused) return { refused, reason: reasonOf(answered, id) };
      return bodyOf(answered, client) as Exclude<ReplayAnswer, ReplayRefusal>;
    },
    close: async () => undefined,
  };
}

const reasonOf = (answered: Answered, id: string) => detailOf(answered).replace(`${id}: `, '');
