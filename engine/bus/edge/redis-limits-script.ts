/**
 * The rule of limits by address (engine/api/limits/limit-rule.ts) as a script for Redis: one address' counters in one hash, read and changed in
 * one step, by the server's own clock, so that edges whose clocks differ share one window. A test compares the two.
 *
 * KEYS[1] the address' hash: m minute, w weight, x refused, f five minutes, r requests, c connections, u banned until, b bans.
 * KEYS[2] who was banned when: addresses by ms, for those who hold connections of theirs.
 * ARGV what (request, connection, count, charge), weight, the three limits, refusals before a ban, shortest and longest ban in
 *   ms, how long a ban is remembered, the address.
 * Returns {outcome, weight used, banned until, the server's time}, in ms; the outcomes are SCRIPT_OUTCOMES.
 */
import { createHash } from "node:crypto";
import type { LaneScript } from "./redis-lane.ts";

/** By the number that the script returns. */
export const SCRIPT_OUTCOMES = ["admitted", "weight", "requests", "connections", "banned"] as const;

const TEXT = `
local what, weight = ARGV[1], tonumber(ARGV[2])
local weightMax, requestsMax, connectionsMax = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local refusalsMax, banMin, banMax, remembered = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local held = redis.call('HMGET', KEYS[1], 'm', 'w', 'x', 'f', 'r', 'c', 'u', 'b')
local function at(index) return tonumber(held[index] or 0) or 0 end
local used, refused, requests, connections = at(2), at(3), at(5), at(6)
local untilMs, bans = at(7), at(8)

local minute, five = math.floor(now / 60000), math.floor(now / 300000)
if at(1) ~= minute then used, refused = 0, 0 end
if at(4) ~= five then requests, connections = 0, 0 end

local outcome = 0
if what == 'count' or what == 'charge' then
  used = used + weight
  if what == 'count' then requests = requests + 1 end
elseif untilMs > now then
  return {4, used, untilMs, now}
else
  if what == 'connection' then
    if connectionsMax > 0 and connections + 1 > connectionsMax then outcome = 3 end
  elseif requestsMax > 0 and requests + 1 > requestsMax then
    outcome = 2
  elseif weightMax > 0 and used + weight > weightMax then
    outcome = 1
  end
  if outcome == 0 then
    used = used + weight
    if what == 'connection' then connections = connections + 1 else requests = requests + 1 end
  else
    refused = refused + 1
    if refused >= refusalsMax then
      if now - untilMs > remembered then bans = 0 end
      untilMs = now + math.min(banMin * 2 ^ bans, banMax)
      bans, refused, outcome = bans + 1, 0, 4
      redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - banMax)
      redis.call('ZADD', KEYS[2], now, ARGV[10])
      redis.call('PEXPIRE', KEYS[2], banMax)
    end
  end
end

if outcome == 0 and at(1) == minute and at(4) == five then
  redis.call('HSET', KEYS[1], 'w', used, 'r', requests, 'c', connections)
else
  redis.call('HSET', KEYS[1], 'm', minute, 'w', used, 'x', refused, 'f', five, 'r', requests, 'c', connections,
    'u', untilMs, 'b', bans)
  redis.call('PEXPIRE', KEYS[1], math.max((five + 1) * 300000, untilMs > 0 and untilMs + remembered or 0) - now)
end
return {outcome, used, untilMs, now}
`;

export const LIMIT_SCRIPT: LaneScript = { text: TEXT, sha1: createHash("sha1").update(TEXT).digest("hex") };
