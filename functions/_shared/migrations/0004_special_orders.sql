-- Orders with conditions, lists of orders, self-trades that did not happen, amendments; and what a statement of an account is
-- read by. Rows are written in any order of arrival, so columns that some event has not told yet are null.

-- What an amended order was taken in with; null while it is as it was.
alter table orders add column first_quantity_lots bigint;
alter table orders add column first_client_order_id text;

-- What an order has beyond a plain one, and what self-trades prevented by decrement have taken from any.
create table special_orders (
  engine text collate "C" not null,
  instrument integer not null,
  order_id bigint not null,
  -- Said once, by order_accepted. order_list_id 0: in no list; null: not told, or a plain order.
  order_list_id bigint,
  stop_ticks bigint,
  trailing_delta_bips bigint,
  iceberg_lots bigint,
  strategy_id bigint,
  strategy_type bigint,
  -- Said by order_accepted and order_activated: the newest sequence wins.
  phase_seq bigint,
  phase text,
  -- Since when it works, and since when it follows the price; each happens once.
  working_seq bigint,
  working_us bigint,
  trailing_us bigint,
  -- Sum over the trade_prevented events really inserted, and the newest of them.
  decremented_lots bigint not null,
  prevented_match_id bigint,
  primary key (engine, instrument, order_id)
) with (fillfactor = 70);

create table order_lists (
  engine text collate "C" not null,
  order_list_id bigint not null,
  instrument integer not null,
  account integer not null,
  contingency text not null,
  list_client_order_id text not null,
  -- In the order of the legs; 0: no third.
  order_id_1 bigint not null,
  order_id_2 bigint not null,
  order_id_3 bigint not null,
  -- Said by the first event. Null: not arrived yet, and no reader sees the row.
  created_us bigint,
  -- The newest sequence wins.
  last_seq bigint not null,
  updated_us bigint not null,
  status text not null,
  primary key (engine, order_list_id)
);
create index order_lists_by_account on order_lists (engine, account, created_us, order_list_id) where created_us is not null;
create index order_lists_by_client_id on order_lists (engine, account, list_client_order_id, order_list_id)
  where created_us is not null;

-- One row for each trade_prevented (by decrement: order_id is the taker's, counter_order_id the maker's), and one for each
-- order that expired because of a self-trade (order_id is that order's; mode and price stand in the two orders).
create table prevented_matches (
  engine text collate "C" not null,
  seq bigint not null,
  instrument integer not null,
  account integer not null,
  order_id bigint not null,
  counter_order_id bigint not null,
  prevented_lots bigint not null,
  -- Null: expired.
  self_trade_mode text,
  price_ticks bigint,
  time_us bigint not null,
  primary key (engine, seq)
);
create index prevented_matches_by_account on prevented_matches (engine, account, instrument, seq);
create index prevented_matches_by_order on prevented_matches (engine, instrument, order_id);
create index prevented_matches_by_counter on prevented_matches (engine, instrument, counter_order_id);

-- Each lowering of an order's quantity: what it was before is the one before, or the order's first terms.
create table amendments (
  engine text collate "C" not null,
  seq bigint not null,
  instrument integer not null,
  order_id bigint not null,
  account integer not null,
  quantity_lots bigint not null,
  client_order_id text not null,
  time_us bigint not null,
  primary key (engine, instrument, order_id, seq)
);

-- The ledger of funds by what is asked of it: one asset of an account, one reference.
create index funding_movements_by_asset on funding_movements (engine, account, asset, seq);
create index funding_movements_by_reference on funding_movements (engine, reference);
