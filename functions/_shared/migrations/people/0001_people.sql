-- People: names, public keys, hashes of what was shown once. Not a projection: nothing rebuilds these rows, so they have a
-- schema of their own (embedded: a folder of their own), which no reset of history touches. The schema itself is made before
-- this file is applied, where it is not there.
--
-- Times are ms since 1970 of the function's clock. Ids are random text; tokens and codes are kept as SHA-256 alone.

create table people.people (
  person text collate "C" primary key,
  -- As they chose it.
  name text not null,
  -- The same for names that look alike (person-name.ts).
  name_key text collate "C" not null unique,
  -- Of the ledger. null: not opened yet; whoever signs in next opens it (person-account.ts).
  account integer,
  -- As the ledger calls it: an account of that number and another name is of another journal, so numbers alone are not unique.
  account_name text not null,
  is_guest boolean not null,
  created_ms bigint not null
);
create index people_by_account_name on people.people (account_name);

create table people.passkeys (
  -- The credential's id, base64url.
  credential text collate "C" primary key,
  person text collate "C" not null references people.people,
  -- COSE, base64url.
  public_key text not null,
  -- As the authenticator counts; 0: it does not.
  counter bigint not null,
  -- JSON array.
  transports text not null,
  label text not null,
  created_ms bigint not null,
  -- 0: never.
  used_ms bigint not null
);
create index passkeys_of_person on people.passkeys (person);

create table people.sessions (
  session text collate "C" primary key,
  -- Of what the cookie holds.
  token_hash text collate "C" not null unique,
  person text collate "C" not null references people.people,
  -- passkey, link, code, guest
  way text not null,
  user_agent text not null,
  created_ms bigint not null,
  used_ms bigint not null,
  ends_ms bigint not null,
  -- Until then a device needs no assertion more.
  fresh_until_ms bigint not null,
  -- Until then a passkey may be added without an assertion.
  may_add_until_ms bigint not null
);
create index sessions_of_person on people.sessions (person);
create index sessions_by_end on people.sessions (ends_ms);

create table people.challenges (
  challenge text collate "C" primary key,
  -- What the authenticator signs, base64url.
  nonce text not null,
  -- SHA-256 of the purpose as canonical JSON.
  purpose_hash text not null,
  -- Whose; null: nobody has signed in yet.
  session text collate "C",
  -- Of whoever signs up; null: somebody else's challenge.
  name text,
  ends_ms bigint not null
);
create index challenges_by_end on people.challenges (ends_ms);

create table people.links (
  token_hash text collate "C" primary key,
  person text collate "C" not null references people.people,
  ends_ms bigint not null
);

create table people.recovery_codes (
  person text collate "C" not null references people.people,
  code_hash text collate "C" not null,
  primary key (person, code_hash)
);

-- What may be done so often, or so much of it, in a window of time: guests, codes tried, the demo's funds.
create table people.allowances (
  what text collate "C" primary key,
  used bigint not null,
  ends_ms bigint not null
);
create index allowances_by_end on people.allowances (ends_ms);
