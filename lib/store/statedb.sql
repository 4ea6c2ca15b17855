-- Tries' nodes and contracts' code under their own hashes, and blocks.
CREATE TABLE node (
	hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
	bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE code (
	hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
	bytes BLOB NOT NULL
) STRICT;

CREATE TABLE block (
	number INTEGER PRIMARY KEY CHECK (number >= 0),
	hash BLOB NOT NULL CHECK (length(hash) = 32),
	body BLOB NOT NULL
) STRICT;

CREATE TABLE note (
	name TEXT PRIMARY KEY,
	bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;
