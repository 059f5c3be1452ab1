#!/usr/bin/env node
// Starts `winnow`. Compiled code is kept between runs (in the temporary directory, or $NODE_COMPILE_CACHE): it starts in half the time.
import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { capYoungHeap } from './cap-young-heap.ts';

// On a machine with much memory V8 lets garbage grow to several times what is alive. Winnow runs beside others.
setFlagsFromString('--heap-growing-percent=60');
enableCompileCache();
capYoungHeap();
await import('./program.ts');
