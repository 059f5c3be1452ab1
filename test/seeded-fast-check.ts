// fast-check with one seed for all: whether a property holds must not depend on the day. Another seed by WINNOW_FUZZ_SEED, to look further.
import fc from '../node_modules/fast-check/lib/fast-check.js';

fc.configureGlobal({ seed: Number(process.env.WINNOW_FUZZ_SEED ?? 20_260_308) });

// biome-ignore lint/style/noDefaultExport: it stands in for the library's own.
export default fc;
export * from '../node_modules/fast-check/lib/fast-check.js';
