// Every number of notifications, in one place. Milliseconds of record time unless it says otherwise.

const second = 1000;
const minute = 60 * second;

/** An incident that has no finding after so long is told of without one. */
export const unexplainedFor = minute;
/** At most one notification of an incident in so long; what changes meanwhile is told at its end, as it is then. */
export const spacing = 30 * second;
/** An Alertmanager is told again of what goes on, or it would take it for ended. */
export const renewEvery = 5 * minute;
/** Before the second try; doubled each time, with jitter. */
export const firstRetry = second;
export const longestRetry = minute;
/** What a receiver may ask for with Retry-After. */
export const longestRetryAfter = 60 * minute;
/** What a receiver has not taken for so long is given up: whoever it was for has heard by then, or reads the list. */
export const giveUpAfter = 24 * 60 * minute;
/** An incident that has been over for so long, and told to all, is forgotten. Longer than grouping remembers it. */
export const forgetAfter = 20 * minute;
/** How often it is looked for what may be forgotten. */
export const sweepEvery = minute;
/** Posts to one receiver that may be under way at once; one while it fails. */
export const atOnce = 4;
/** Wall-clock milliseconds until a post counts as timed out. */
export const postDeadline = 10 * second;
