import { BEGIN } from './scripts.js';

// What nodes write for each other to read.

/** run */
export const ASK_TO_SHARE = `${BEGIN}
local node = redis.call('HGET', p .. 'run:' .. ARGV[1], 'node')
if node then redis.call('PUBLISH', p .. 'share:' .. node, ARGV[1]) end
`;

/** log, value, length or '', milliseconds, how many entries the log must have or '' */
export const APPEND = `${BEGIN}
local log = p .. 'log:' .. ARGV[1]
if ARGV[5] ~= '' and redis.call('XLEN', log) ~= tonumber(ARGV[5]) then return 0 end
if ARGV[3] == '' then redis.call('XADD', log, '*', 'v', ARGV[2])
else redis.call('XADD', log, 'MAXLEN', ARGV[3], '*', 'v', ARGV[2]) end
redis.call('PEXPIRE', log, ARGV[4])
redis.call('PUBLISH', p .. 'bell:' .. ARGV[1], '')
return 1
`;

/** log, milliseconds, how many entries the log must have */
export const TOUCH = `${BEGIN}
local log = p .. 'log:' .. ARGV[1]
if redis.call('XLEN', log) ~= tonumber(ARGV[3]) then return 0 end
return redis.call('PEXPIRE', log, ARGV[2])
`;

/** log, id after which */
export const READ = `${BEGIN}
return redis.call('XRANGE', p .. 'log:' .. ARGV[1], ARGV[2], '+')
`;
