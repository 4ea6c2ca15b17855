-- The index of token events.  Amounts are 32 big-endian bytes: exact, and
-- their order is the order of the numbers.  NULL means not known.
CREATE TABLE token (
	id INTEGER PRIMARY KEY,
	chain INTEGER NOT NULL CHECK (chain >= 0),
	address BLOB NOT NULL CHECK (length(address) = 20),
	standard TEXT NOT NULL DEFAULT 'erc20',
	symbol TEXT,
	decimals INTEGER CHECK (decimals BETWEEN 0 AND 255),
	UNIQUE (chain, address)
) STRICT;

-- Where rows came from: a file, known by its SHA-256, or a node, known by its
-- address without credentials.
CREATE TABLE source (
	id INTEGER PRIMARY KEY,
	kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
	name TEXT NOT NULL,
	format TEXT NOT NULL,
	digest BLOB CHECK (length(digest) = 32),
	trust INTEGER NOT NULL CHECK (trust BETWEEN 1 AND 4),
	time INTEGER NOT NULL,
	rows INTEGER NOT NULL DEFAULT 0,
	added INTEGER NOT NULL DEFAULT 0,
	duplicates INTEGER NOT NULL DEFAULT 0,
	rejected INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX source_digest ON source (kind, digest)
	WHERE digest IS NOT NULL;
CREATE UNIQUE INDEX source_name ON source (kind, name) WHERE digest IS NULL;

CREATE TABLE transfer (
	id INTEGER PRIMARY KEY,
	token INTEGER NOT NULL REFERENCES token (id),
	chain INTEGER NOT NULL,
	tx BLOB NOT NULL CHECK (length(tx) = 32),
	log_index INTEGER CHECK (log_index >= 0),
	nth INTEGER NOT NULL DEFAULT 0,
	block INTEGER CHECK (block >= 0),
	block_hash BLOB CHECK (length(block_hash) = 32),
	time INTEGER,
	sender BLOB NOT NULL CHECK (length(sender) = 20),
	recipient BLOB NOT NULL CHECK (length(recipient) = 20),
	value BLOB NOT NULL CHECK (length(value) = 32),
	trust INTEGER NOT NULL CHECK (trust BETWEEN 1 AND 4),
	source INTEGER NOT NULL REFERENCES source (id)
) STRICT;
-- A transfer is its transaction and log index ...
CREATE UNIQUE INDEX transfer_identity ON transfer (chain, tx, log_index)
	WHERE log_index IS NOT NULL;
-- ... or, where the source gives no log index, its content and its number
-- among equal ones.
CREATE UNIQUE INDEX transfer_loose
	ON transfer (chain, tx, token, sender, recipient, value, nth)
	WHERE log_index IS NULL;
CREATE INDEX transfer_order ON transfer (token, block, time, log_index);

-- How far a source has been read for a token: written in the transaction that
-- writes the rows, so that both are there or neither.
CREATE TABLE cursor (
	token INTEGER NOT NULL REFERENCES token (id),
	source INTEGER NOT NULL REFERENCES source (id),
	first_block INTEGER NOT NULL,
	next_block INTEGER NOT NULL,
	last_hash BLOB NOT NULL CHECK (length(last_hash) = 32),
	PRIMARY KEY (token, source)
) STRICT, WITHOUT ROWID;
