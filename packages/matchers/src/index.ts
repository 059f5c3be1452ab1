export { compileMatcher, faultOfRegex, type Labels, type Matcher, type MatcherFields, matchesAll } from './matcher.ts';
export { parseMatchers } from './parse-matchers.ts';
export { type CompiledSilence, compileSilence, type SilenceState, silenceIn, stateOfSilence } from './silence.ts';
