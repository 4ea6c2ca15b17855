-- Version 2: contracts that are followed, and their events.
CREATE TABLE watch (
	token INTEGER PRIMARY KEY REFERENCES token (id),
	name TEXT,
	stds INTEGER NOT NULL CHECK (stds >= 0),
	kinds INTEGER NOT NULL,
	from_block INTEGER NOT NULL CHECK (from_block >= 0),
	sig TEXT,
	member TEXT,
	stamp TEXT,
	addr0 BLOB CHECK (length(addr0) = 20),
	addr1 BLOB CHECK (length(addr1) = 20),
	units INTEGER NOT NULL CHECK (units IN (0, 1)),
	dec0 INTEGER NOT NULL CHECK (dec0 BETWEEN 0 AND 255),
	dec1 INTEGER NOT NULL CHECK (dec1 BETWEEN 0 AND 255),
	since INTEGER NOT NULL,
	CHECK ((sig IS NULL) = (member IS NULL)),
	CHECK ((addr0 IS NULL) = (addr1 IS NULL))
) STRICT;

-- Which columns a row has follows from its kind; signed numbers are 32 bytes
-- in two's complement.
CREATE TABLE event (
	id INTEGER PRIMARY KEY,
	token INTEGER NOT NULL REFERENCES token (id),
	chain INTEGER NOT NULL,
	block INTEGER NOT NULL CHECK (block >= 0),
	log_index INTEGER NOT NULL CHECK (log_index >= 0),
	part INTEGER NOT NULL CHECK (part >= 0),
	kind INTEGER NOT NULL CHECK (kind > 0),
	tx BLOB NOT NULL CHECK (length(tx) = 32),
	block_hash BLOB NOT NULL CHECK (length(block_hash) = 32),
	time INTEGER NOT NULL,
	trust INTEGER NOT NULL CHECK (trust BETWEEN 1 AND 4),
	source INTEGER NOT NULL REFERENCES source (id),
	sender BLOB CHECK (length(sender) = 20),
	recipient BLOB CHECK (length(recipient) = 20),
	operator BLOB CHECK (length(operator) = 20),
	item BLOB CHECK (length(item) = 32),
	value BLOB CHECK (length(value) = 32),
	shares BLOB CHECK (length(shares) = 32),
	amount0 BLOB CHECK (length(amount0) = 32),
	amount1 BLOB CHECK (length(amount1) = 32),
	reserve0 BLOB CHECK (length(reserve0) = 32),
	reserve1 BLOB CHECK (length(reserve1) = 32),
	sqrt_price BLOB CHECK (length(sqrt_price) = 32),
	liquidity BLOB CHECK (length(liquidity) = 32),
	tick BLOB CHECK (length(tick) = 32),
	answer BLOB CHECK (length(answer) = 32),
	stamp BLOB CHECK (length(stamp) = 32),
	flag BLOB CHECK (length(flag) = 32)
) STRICT;
CREATE UNIQUE INDEX event_identity ON event (chain, tx, log_index, part);
CREATE INDEX event_order ON event (token, block, log_index, part);

CREATE TABLE event_cursor (
	token INTEGER NOT NULL REFERENCES token (id),
	source INTEGER NOT NULL REFERENCES source (id),
	kinds INTEGER NOT NULL,
	first_block INTEGER NOT NULL CHECK (first_block >= 0),
	next_block INTEGER NOT NULL CHECK (next_block >= 0),
	last_hash BLOB NOT NULL CHECK (length(last_hash) = 32),
	PRIMARY KEY (token, source)
) STRICT, WITHOUT ROWID;
