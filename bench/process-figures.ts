// What a process has used, as Linux tells it.
import { readFileSync } from 'node:fs';

/** Microseconds of CPU, of all its threads, in user mode and in the kernel. A clock tick is 10 ms. */
export function cpuMicros(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** Resident memory in MiB: the most that there was, and what there is. */
export function memoryMiB(pid: number): { readonly peak: number; readonly now: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0) / 1024);
  return { peak: read('VmHWM'), now: read('VmRSS') };
}
