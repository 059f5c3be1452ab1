// The other scripts. Each but the first two begins by comparing the token: who has been fenced off reads and writes nothing.
// KEYS and ARGV of each are named at its head; `false` (null to a client) says fenced.

/**
 * KEYS meta. ARGV token, format, the newest version that can be read ('' where it does not matter). Answers how many commits there were;
 * a format that is newer is answered as -1, a version that is newer as its negative less 1, and both are left alone.
 */
export const claimScript = `
if tonumber(redis.call('HGET', KEYS[1], 'format') or '0') > tonumber(ARGV[2]) then return -1 end
local version = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
if ARGV[3] ~= '' and version > tonumber(ARGV[3]) then return -1 - version end
redis.call('HSET', KEYS[1], 'token', ARGV[1])
return tonumber(redis.call('HGET', KEYS[1], 'commits') or '0')
`;

/** KEYS meta, ledger. Answers both as of one moment, to whoever asks: it writes nothing, so it takes nothing from the owner. */
export const headScript = `
return { redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]) }
`;

/** KEYS meta, ledger, deltas, snapshots. ARGV token. Answers all four, the sets with their scores; the contents are read later. */
export const loadScript = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return false end
local covered = redis.call('HGET', KEYS[1], 'covered') or '0'
return { redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]),
  redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. covered, '+inf', 'WITHSCORES'),
  redis.call('ZRANGE', KEYS[4], 0, -1, 'WITHSCORES') }
`;

/** KEYS meta, blobs. ARGV token, bytes, names. Answers the pieces of the first of these blobs: so many that they come to about the bytes, one at least. */
export const readScript = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return false end
local read, bytes = {}, 0
for at = 3, #ARGV do
  if bytes >= tonumber(ARGV[2]) then break end
  local pieces = {}
  while true do
    local piece = redis.call('HGET', KEYS[2], ARGV[at] .. ':' .. #pieces)
    if not piece then break end
    pieces[#pieces + 1] = piece
    bytes = bytes + #piece
  end
  read[#read + 1] = pieces
end
return read
`;

/** KEYS staged. ARGV milliseconds it is kept, then words. Answers how many there are. */
export const stageScript = `
for at = 2, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[at]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('LLEN', KEYS[1])
`;

/** KEYS meta, outgoing. ARGV token, the seq after which to read, how many. */
export const unsettledScript = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return false end
return redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[2], '+inf', 'LIMIT', 0, ARGV[3])
`;

/** KEYS meta, outgoing. ARGV token, the last seq that is settled. */
export const settleScript = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return false end
return redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[2])
`;
