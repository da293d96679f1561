// One script for each thing a node does, so that it happens as a whole. All keys have one hash tag:
// on a Cluster they live in one slot, and a script may build their names itself.

/** What every script begins with. */
export const BEGIN = `local p = KEYS[1] .. ':'
local function alive(node) return redis.call('EXISTS', p .. 'node:' .. node) == 1 end
-- One clock for all nodes, which tell only how long ago something was; an epoch that waits to be told has its node's.
local function msAgo(ms) local now = redis.call('TIME') return now[1] * 1000 + math.floor(now[2] / 1000) - ms end
`;

/** The epoch of a run that began while Redis could not be asked. */
export const UNKNOWN = '?';

/** run, node, user, conversation, info, its age, epoch, exclusive, again, besides... */
export const REGISTER = `${BEGIN}
local id, node, user, conversation, info, age, epoch, exclusive, again = unpack(ARGV)
local run = p .. 'run:' .. id
local state = redis.call('HGET', run, 'state')
if again == '0' and state then return {'in-use'} end
if exclusive == '1' and conversation ~= '' then
  local besides, active, settling = {}, {}, {}
  for i = 10, #ARGV do besides[ARGV[i]] = true end
  for _, other in ipairs(redis.call('SMEMBERS', p .. 'conv:' .. conversation)) do
    local h = redis.call('HMGET', p .. 'run:' .. other, 'state', 'node', 'info', 'user')
    if not h[1] or h[1] == 'settled' or not alive(h[2]) then
      redis.call('SREM', p .. 'conv:' .. conversation, other)
    elseif h[4] == user and not besides[other] then
      table.insert(h[1] == 'active' and active or settling, h[3])
    end
  end
  if #active + #settling > 0 then return {'busy', active, settling} end
end
if not state or state == 'lost' then
  redis.call('HSET', run, 'state', 'active', 'node', node, 'user', user, 'conv', conversation, 'info', info)
  redis.call('EXPIRE', run, 86400)
  redis.call('SADD', p .. 'runs:' .. node, id)
  redis.call('SADD', p .. 'user:' .. user, id)
  redis.call('EXPIRE', p .. 'user:' .. user, 86400)
  if conversation ~= '' then
    redis.call('SADD', p .. 'conv:' .. conversation, id)
    redis.call('EXPIRE', p .. 'conv:' .. conversation, 86400)
    for _, whose in ipairs({user, ''}) do
      redis.call('SET', p .. 'last:' .. #whose .. ':' .. whose .. ':' .. conversation, id, 'EX', 3600)
    end
  end
end
local want = redis.call('GET', p .. 'want:' .. id .. ':' .. user)
local function read(of) return string.match(of or '', '^(%d*):?(.*)$') end
local at, name = read(epoch)
local lastAt, last = read(redis.call('GET', p .. 'epoch:' .. user))
if epoch == '${UNKNOWN}' then at = msAgo(age) end
local stopped = last ~= '' and last ~= name and (tonumber(at) or 0) <= tonumber(lastAt)
return {'registered', want or '', stopped and '1' or '0'}
`;

/** run, user */
export const SETTLING = `${BEGIN}
local run = p .. 'run:' .. ARGV[1]
if redis.call('HGET', run, 'state') == 'active' then redis.call('HSET', run, 'state', 'settling') end
redis.call('SREM', p .. 'user:' .. ARGV[2], ARGV[1])
`;

/** run, node, user, conversation */
export const WITHDRAW = `${BEGIN}
local id, node, user, conversation = unpack(ARGV)
if redis.call('HGET', p .. 'run:' .. id, 'node') ~= node then return end
redis.call('DEL', p .. 'run:' .. id)
redis.call('SREM', p .. 'runs:' .. node, id)
redis.call('SREM', p .. 'user:' .. user, id)
redis.call('SREM', p .. 'conv:' .. conversation, id)
local intent = redis.call('HGET', p .. 'stops:' .. node, id)
if intent then redis.call('SET', p .. 'want:' .. id .. ':' .. user, intent, 'EX', 120) end
redis.call('HDEL', p .. 'stops:' .. node, id)
`;

/** run, node, user, conversation, info, tombstone */
export const SETTLE = `${BEGIN}
local id, node, user, conversation, info, tombstone = unpack(ARGV)
redis.call('HSET', p .. 'run:' .. id, 'state', 'settled', 'node', node, 'user', user, 'conv', conversation, 'info', info, 'tomb', tombstone)
redis.call('EXPIRE', p .. 'run:' .. id, 120)
redis.call('SREM', p .. 'runs:' .. node, id)
redis.call('SREM', p .. 'user:' .. user, id)
redis.call('HDEL', p .. 'stops:' .. node, id)
if conversation ~= '' then
  redis.call('SREM', p .. 'conv:' .. conversation, id)
  for _, whose in ipairs({user, ''}) do
    local last = p .. 'last:' .. #whose .. ':' .. whose .. ':' .. conversation
    if (redis.call('GET', last) or id) == id then redis.call('SET', last, id, 'EX', 3600) end
  end
end
redis.call('PUBLISH', p .. 'bell:run:' .. id, '')
`;

/** run */
export const FIND = `${BEGIN}
local h = redis.call('HMGET', p .. 'run:' .. ARGV[1], 'state', 'node', 'info', 'tomb')
if not h[1] then return false end
if h[1] == 'settled' then return {'settled', h[3], h[4]} end
if h[1] == 'lost' or not alive(h[2]) then return {'lost', h[3]} end
return {'active', h[3], h[1]}
`;

/** run, user or '', conversation or '', intent */
export const STOP = `${BEGIN}
local id, user, conversation, intent = unpack(ARGV)
local h = redis.call('HMGET', p .. 'run:' .. id, 'state', 'node', 'user', 'conv')
local mine = h[1] and (user == '' or user == h[3]) and (conversation == '' or conversation == h[4])
if mine and h[1] ~= 'settled' and alive(h[2]) then
  redis.call('HSET', p .. 'stops:' .. h[2], id, intent)
  redis.call('EXPIRE', p .. 'stops:' .. h[2], 3600)
  redis.call('PUBLISH', p .. 'node:' .. h[2], intent)
  return 'sent'
end
if user == '' and mine then user = h[3] end
if user ~= '' then
  redis.call('SET', p .. 'want:' .. id .. ':' .. user, intent, 'EX', 120)
  redis.call('PUBLISH', p .. 'all', intent)
end
return 'remembered'
`;

/** node, run */
export const HEARD = `${BEGIN}
redis.call('HDEL', p .. 'stops:' .. ARGV[1], ARGV[2])
`;

/** Finds what runs of a set of runs. */
const COLLECT = `
local found = {}
local function collect(set)
  for _, id in ipairs(redis.call('SMEMBERS', p .. set)) do
    local h = redis.call('HMGET', p .. 'run:' .. id, 'state', 'node', 'info')
    if h[1] == 'active' and alive(h[2]) then table.insert(found, h[3]) end
  end
end
`;

/** user, the new epoch's name, how long ago it was asked */
export const STOP_ALL = `${BEGIN}${COLLECT}
redis.call('SET', p .. 'epoch:' .. ARGV[1], string.format('%.0f:%s', msAgo(ARGV[3]), ARGV[2]), 'EX', 3600)
collect('user:' .. ARGV[1])
return found
`;

/** key of a set of runs: 'user:<id>', 'conv:<id>' or '' for all */
export const ACTIVE = `${BEGIN}${COLLECT}
if ARGV[1] ~= '' then collect(ARGV[1])
else for _, node in ipairs(redis.call('SMEMBERS', p .. 'nodes')) do collect('runs:' .. node) end end
return found
`;

/** node: the runs it is known to have */
export const OWN = `${BEGIN}
return redis.call('SMEMBERS', p .. 'runs:' .. ARGV[1])
`;

/** A run of a node that cannot say any more how it ended. */
const LOSE = `
local function lose(id, node)
  local run = p .. 'run:' .. id
  local h = redis.call('HMGET', run, 'state', 'node', 'user', 'conv', 'info')
  if not h[1] or h[1] == 'settled' or h[2] ~= node then return nil end
  redis.call('HSET', run, 'state', 'lost')
  redis.call('EXPIRE', run, 120)
  redis.call('SREM', p .. 'user:' .. h[3], id)
  redis.call('SREM', p .. 'conv:' .. h[4], id)
  redis.call('PUBLISH', p .. 'bell:run:' .. id, '')
  return {user = h[3], info = h[5]}
end
`;

/** node, run...: over, though nobody remembers how */
export const FORGET = `${BEGIN}${LOSE}
for i = 2, #ARGV do
  redis.call('SREM', p .. 'runs:' .. ARGV[1], ARGV[i])
  redis.call('HDEL', p .. 'stops:' .. ARGV[1], ARGV[i])
  lose(ARGV[i], ARGV[1])
end
`;

/** node: renews its lease, gives the stops that wait for it, and clears up after nodes that died */
export const SWEEP = `${BEGIN}${LOSE}
local me = ARGV[1]
redis.call('SET', p .. 'node:' .. me, '1', 'EX', 15)
redis.call('SADD', p .. 'nodes', me)
local lost = {}
for _, node in ipairs(redis.call('SMEMBERS', p .. 'nodes')) do
  if node ~= me and not alive(node) then
    for _, id in ipairs(redis.call('SMEMBERS', p .. 'runs:' .. node)) do
      local run, intent = lose(id, node), redis.call('HGET', p .. 'stops:' .. node, id)
      if run and intent then redis.call('SET', p .. 'want:' .. id .. ':' .. run.user, intent, 'EX', 120) end
      if run then table.insert(lost, run.info) end
    end
    redis.call('DEL', p .. 'runs:' .. node, p .. 'stops:' .. node)
    redis.call('SREM', p .. 'nodes', node)
  end
end
return {redis.call('HVALS', p .. 'stops:' .. me), lost, redis.call('SCARD', p .. 'runs:' .. me)}
`;

/** node */
export const LEAVE = `${BEGIN}
redis.call('DEL', p .. 'node:' .. ARGV[1], p .. 'stops:' .. ARGV[1], p .. 'runs:' .. ARGV[1])
redis.call('SREM', p .. 'nodes', ARGV[1])
`;

/** key */
export const GET = `${BEGIN}
return redis.call('GET', p .. ARGV[1])
`;

/** user or '' for anybody, conversation */
export const LAST_RUN = `${BEGIN}
return redis.call('GET', p .. 'last:' .. #ARGV[1] .. ':' .. ARGV[1] .. ':' .. ARGV[2])
`;

/** name */
export const CLAIM = `${BEGIN}
return redis.call('SET', p .. 'claim:' .. ARGV[1], '1', 'NX', 'EX', 120)
`;
