// The one port of a process.
import type { Access } from '@winnow/http-auth';
import type { Logger } from '@winnow/telemetry';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { CommandFailed } from '../failure.ts';
import { type ListenAddress, urlOf } from './listen-address.ts';

/** Routes are still to be added, after `access.guard`. */
export function createHttpServer(access: Pick<Access, 'https'>, logger: Logger): FastifyInstance {
  return Fastify({
    // Typed as its base, so that the instance has the type that everybody takes.
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    // Whoever takes longer to send a request holds memory and a connection.
    requestTimeout: 60_000,
    // Its type depends on whether there is TLS, and is the same to whoever takes it.
    ...((access.https && { https: access.https }) as object),
  });
}

/** @returns where it listens: with the port that was taken where 0 was asked for. @throws CommandFailed where the address cannot be taken. */
export async function listenOn(fastify: FastifyInstance, address: ListenAddress): Promise<ListenAddress> {
  try {
    await fastify.listen(address);
  } catch (error) {
    throw new CommandFailed(`cannot listen on ${urlOf(address)}: ${toldOf(error as NodeJS.ErrnoException)}`, 2, {
      cause: error,
    });
  }
  const bound = fastify.server.address();
  return typeof bound === 'object' && bound ? { ...address, port: bound.port } : address;
}

function toldOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE')
    return 'something listens there already. Stop it, or give another address with --listen (a service: WINNOW_LISTEN).';
  if (code === 'EACCES') return 'this user may not. Take a port above 1023.';
  return message;
}
