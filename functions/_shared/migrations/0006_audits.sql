-- When the audit last held: what an operator is shown, also by a function that has just been started. Not a projection, so it
-- stands in funding's schema, which no reset of history touches. functions/funding applies this file by itself too.

create schema if not exists funding;

create table if not exists funding.audits (
  engine text collate "C" primary key,
  -- The newest run in which accounts and movements agreed, and the engine's event at which they were compared.
  held_ms bigint not null,
  held_seq bigint not null
);
