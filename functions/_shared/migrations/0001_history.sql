-- The history of engines: what account and market-data functions answer from, rebuilt from the journal at any time.
--
-- Numbers are whole: prices in ticks, quantities in lots, money in atoms, times in microseconds of the engine's clock
-- (candles: milliseconds). Quote volumes are kept as Σ ticks × lots ("tick_lots"): one of them is the instrument's
-- quote_atoms_per_tick_lot atoms, and a trade may be applied before its instrument is.
-- A row is written in any order of arrival, so columns that some event has not told yet are null.

create table engine_head (
  engine text collate "C" primary key,
  -- The highest epoch that has written here: a sender with a lower one is refused.
  epoch bigint not null,
  head_seq bigint not null
);

-- Sequences whose effects are in the tables. Ranges that touch are one row: the prefix is the row that starts at 1.
create table applied_ranges (
  engine text collate "C" not null,
  first_seq bigint not null,
  last_seq bigint not null,
  primary key (engine, first_seq),
  check (first_seq <= last_seq)
);

create table assets (
  engine text collate "C" not null,
  asset integer not null,
  name text not null,
  decimals smallint not null,
  seq bigint not null,
  primary key (engine, asset)
);

create table instruments (
  engine text collate "C" not null,
  instrument integer not null,
  symbol text not null,
  base_asset integer not null,
  quote_asset integer not null,
  quote_atoms_per_tick_lot bigint not null,
  status text not null,
  -- Terms, filters and fees: the event's own JSON.
  terms jsonb not null,
  seq bigint not null,
  primary key (engine, instrument)
);

create table accounts (
  engine text collate "C" not null,
  account integer not null,
  name text not null,
  can_trade boolean not null,
  can_withdraw boolean not null,
  seq bigint not null,
  primary key (engine, account)
);

create table balances (
  engine text collate "C" not null,
  account integer not null,
  asset integer not null,
  free_atoms bigint not null,
  locked_atoms bigint not null,
  updated_us bigint not null,
  seq bigint not null,
  primary key (engine, account, asset)
) with (fillfactor = 70);

-- The lines of an account's statement that are not trades.
create table funding_movements (
  engine text collate "C" not null,
  seq bigint not null,
  account integer not null,
  asset integer not null,
  kind text not null,
  atoms bigint not null,
  reference text not null,
  time_us bigint not null,
  primary key (engine, seq)
);
create index funding_movements_by_account on funding_movements (engine, account, seq);

create table trades (
  engine text collate "C" not null,
  instrument integer not null,
  trade_id bigint not null,
  seq bigint not null,
  time_us bigint not null,
  taker_side text not null,
  price_ticks bigint not null,
  quantity_lots bigint not null,
  taker_order_id bigint not null,
  maker_order_id bigint not null,
  taker_account integer not null,
  maker_account integer not null,
  -- Each side's fee, in what that side received: the buyer base, the seller quote.
  taker_fee_atoms bigint not null,
  maker_fee_atoms bigint not null,
  primary key (engine, instrument, trade_id)
);
-- There is no index by time: trade ids grow with time, and the one-second candles lead from a time to an id.
create index trades_by_taker on trades (engine, instrument, taker_account, trade_id);
create index trades_by_maker on trades (engine, instrument, maker_account, trade_id);

create table orders (
  engine text collate "C" not null,
  instrument integer not null,
  order_id bigint not null,
  account integer not null,
  -- Said once, by order_accepted. Null: not arrived yet, and no reader sees the row.
  first_seq bigint,
  created_us bigint,
  side text,
  order_type text,
  time_in_force text,
  self_trade_mode text,
  price_ticks bigint,
  quote_atoms bigint,
  -- Said by order_accepted and order_amended: the newest sequence wins.
  terms_seq bigint,
  quantity_lots bigint,
  client_order_id text,
  -- Said by every event of the order: the newest sequence wins.
  last_seq bigint not null,
  updated_us bigint not null,
  status text not null,
  expiry_reason text not null,
  prevented_lots bigint not null,
  -- Sums over the trades really inserted.
  executed_lots bigint not null,
  executed_tick_lots bigint not null,
  first_trade_id bigint,
  last_trade_id bigint,
  primary key (engine, instrument, order_id)
) with (fillfactor = 70);
create index orders_by_account on orders (engine, account, instrument, created_us, order_id) where created_us is not null;
create index orders_by_client_id on orders (engine, account, instrument, client_order_id, order_id)
  where created_us is not null;

-- All 16 intervals, by the time they open. Each upsert adds trades really inserted; ids decide what is first and last.
create table candles (
  engine text collate "C" not null,
  instrument integer not null,
  period text collate "C" not null,
  open_ms bigint not null,
  open_ticks bigint not null,
  high_ticks bigint not null,
  low_ticks bigint not null,
  close_ticks bigint not null,
  volume_lots numeric(38, 0) not null,
  tick_lots numeric(38, 0) not null,
  taker_buy_lots numeric(38, 0) not null,
  taker_buy_tick_lots numeric(38, 0) not null,
  first_trade_id bigint not null,
  last_trade_id bigint not null,
  trades bigint not null,
  primary key (engine, instrument, period, open_ms)
) with (fillfactor = 70);
