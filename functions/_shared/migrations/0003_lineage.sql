-- Which journal the tables are of, where a backup was restored: histories that began alike give the same numbers to
-- different events.

-- The epoch with which the newest restore began; 0: never restored.
alter table engine_head add column lineage bigint not null default 0;
-- The lineage of the engine that found these tables to be another journal's. While it is set nobody writes or reads them;
-- emptying them hands them over.
alter table engine_head add column claimed_by bigint;
