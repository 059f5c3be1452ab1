// The fenced commit, as one script: Redis runs nothing else meanwhile, and writes its effects to the append-only file as one transaction.
//
// KEYS  meta, ledger, deltas, snapshots, blobs, outgoing, staged
// ARGV  token, id, commits before ('' where unknown), from, to, version, seq, attempts ('' for none), format,
//       how many words are staged (0 where they follow here), then words in threes: what, name, content
// Answers `committed`, `fenced`, or `unstaged` where what was staged has gone. Nothing is written unless it is `committed`.

/** Superfluous deltas dropped with one commit: freeing them takes time. */
const DROPPED_AT_ONCE = 256;

export const commitScript = `
local meta, ledger, deltas, snapshots, blobs, outgoing, staged = unpack(KEYS)
local held = redis.call('HMGET', meta, 'token', 'offsets', 'commits', 'last')
local commits = tonumber(held[3] or '0')
if held[1] ~= ARGV[1] then return 'fenced' end
-- The answer to this very commit was lost: it is told again.
if held[4] == ARGV[2] then return 'committed' end
if (held[2] or '{}') ~= ARGV[4] then return 'fenced' end
if ARGV[3] ~= '' and commits ~= tonumber(ARGV[3]) then return 'fenced' end
local words = tonumber(ARGV[10])
if words > 0 and redis.call('LLEN', staged) ~= words then return 'unstaged' end

commits = redis.call('HINCRBY', meta, 'commits', 1)
redis.call('HSET', meta, 'last', ARGV[2], 'offsets', ARGV[5], 'version', ARGV[6], 'seq', ARGV[7], 'format', ARGV[9])
if ARGV[8] == '' then redis.call('HDEL', meta, 'attempts') else redis.call('HSET', meta, 'attempts', ARGV[8]) end

local function drop(name)
  local piece = 0
  while redis.call('HDEL', blobs, name .. ':' .. piece) == 1 do piece = piece + 1 end
end

local whole = false
local function write(what, name, content)
  if what == 'ledger' then
    redis.call('HSET', ledger, name, content)
  elseif what == 'outgoing' then
    redis.call('ZADD', outgoing, name, content)
  elseif what == 'delta' then
    redis.call('ZADD', deltas, commits, commits)
    redis.call('HSET', blobs, 'd:' .. commits .. ':' .. name, content)
  elseif what == 'snapshot' then
    whole = true
    drop('s:' .. name)
    redis.call('ZADD', snapshots, commits, name)
    redis.call('HSET', blobs, 's:' .. name .. ':0', content)
  else -- a further piece of a snapshot
    redis.call('HSET', blobs, 's:' .. name, content)
  end
end

if words == 0 then
  for at = 11, #ARGV, 3 do write(ARGV[at], ARGV[at + 1], ARGV[at + 2]) end
else
  for at = 0, words - 1, 300 do
    local some = redis.call('LRANGE', staged, at, at + 299)
    for word = 1, #some, 3 do write(some[word], some[word + 1], some[word + 2]) end
  end
  redis.call('UNLINK', staged)
end

-- Once every bucket has been written whole, deltas up to the oldest of these snapshots, and snapshots of another number of buckets before it, are superfluous.
if whole then
  local count, oldest, covered = {}, {}, nil
  local all = redis.call('ZRANGE', snapshots, 0, -1, 'WITHSCORES')
  for at = 1, #all, 2 do
    local of = string.match(all[at], '^%d+')
    count[of] = (count[of] or 0) + 1
    oldest[of] = oldest[of] or tonumber(all[at + 1])
    if count[of] == tonumber(of) and (not covered or oldest[of] > covered) then covered = oldest[of] end
  end
  if covered then
    redis.call('HSET', meta, 'covered', covered)
    for _, delta in ipairs(redis.call('ZRANGEBYSCORE', deltas, '-inf', covered, 'LIMIT', 0, ${DROPPED_AT_ONCE})) do
      drop('d:' .. delta)
      redis.call('ZREM', deltas, delta)
    end
    for _, name in ipairs(redis.call('ZRANGEBYSCORE', snapshots, '-inf', '(' .. covered)) do
      drop('s:' .. name)
      redis.call('ZREM', snapshots, name)
    end
  end
end
return 'committed'
`;
