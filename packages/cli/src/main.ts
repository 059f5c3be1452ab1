#!/usr/bin/env node
// Starts `winnow`. Compiled code is kept between runs (in the temporary directory, or $NODE_COMPILE_CACHE): it starts in half the time.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./program.ts');
