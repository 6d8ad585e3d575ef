-- Events that nobody could take, kept for an operator. Not a projection: nothing rebuilds these rows, so they have a schema
-- of their own, which no reset of history touches. functions/dead-letters applies this file by itself too, whatever the
-- state of the other migrations: hence "if not exists".

create schema if not exists dead_letters;

create table if not exists dead_letters.letters (
  letter bigint generated always as identity primary key,
  -- SHA-256 of source, id and destination: one row however often an event is refused there.
  identity text collate "C" not null unique,
  source text not null,
  event_id text not null,
  destination text not null,
  type text not null,
  -- As the broker named it: the last answer's status, 0 for none, and what it said.
  error_code integer not null,
  error_text text not null,
  -- Those by which it is sent again.
  headers jsonb not null,
  body bytea not null,
  first_ms bigint not null,
  last_ms bigint not null,
  arrivals bigint not null,
  -- waiting, replayed, discarded
  state text not null,
  settled_ms bigint
);
