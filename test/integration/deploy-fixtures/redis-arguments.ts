import { readText } from './repository.ts';

/** infra/compose/redis.conf as arguments, which go before what a test's own Redis is started with. */
export const redisArguments = (): string[] =>
  readText('infra/compose/redis.conf')
    .split('\n')
    .filter((line) => !/^(#|dir |$)/.test(line))
    .flatMap((line) => `--${line}`.replaceAll('"', '').split(' '));
