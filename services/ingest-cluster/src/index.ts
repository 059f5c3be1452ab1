export { readEvent, readObject } from './core.ts';
