-- Where withdrawals go and how far they are. Not a projection: the journal knows what is held, settled or released, but no
-- addresses, so these rows have a schema of their own, which no reset of history touches. functions/funding applies this file
-- by itself too: hence "if not exists".

create schema if not exists funding;

create table if not exists funding.withdrawals (
  engine text collate "C" not null,
  -- As the engine's command names it.
  reference text collate "C" not null,
  account integer not null,
  asset integer not null,
  atoms bigint not null,
  address text not null,
  address_tag text not null,
  network text not null,
  -- The trader's own id; '' for none.
  client_id text not null,
  requested_ms bigint not null,
  -- requested, approved, refused, paid
  state text not null,
  decided_ms bigint,
  -- Since when the event that tells of the approval is known to have left.
  announced_ms bigint,
  reason text not null,
  tx_id text not null,
  primary key (engine, reference)
);
