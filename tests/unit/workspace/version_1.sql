BEGIN TRANSACTION;
CREATE TABLE chat_answers (
	turn_id INTEGER NOT NULL,
	side VARCHAR NOT NULL,
	model VARCHAR NOT NULL,
	answer TEXT NOT NULL,
	state VARCHAR NOT NULL,
	message TEXT NOT NULL,
	tokens INTEGER,
	seconds FLOAT,
	first_token_seconds FLOAT,
	updated DATETIME NOT NULL,
	PRIMARY KEY (turn_id, side),
	FOREIGN KEY(turn_id) REFERENCES chat_turns (id) ON DELETE CASCADE
);
CREATE TABLE chat_turns (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	run_id INTEGER,
	question TEXT NOT NULL,
	system TEXT,
	created DATETIME NOT NULL,
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
CREATE TABLE datasets (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL,
	sample VARCHAR,
	system TEXT,
	revision INTEGER NOT NULL,
	head INTEGER NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL
);
INSERT INTO "datasets" VALUES(1,'"Ada\u2019s voice \ud83c\udf31"','nursery_owner','"Be brief."',3,3,'2026-11-26 07:59:11.295433','2026-11-26 07:59:11.305170');
CREATE TABLE edit_changes (
	dataset_id INTEGER NOT NULL,
	number INTEGER NOT NULL,
	example_id INTEGER NOT NULL,
	"before" TEXT,
	"after" TEXT,
	PRIMARY KEY (dataset_id, number, example_id),
	FOREIGN KEY(dataset_id, number) REFERENCES edits (dataset_id, number) ON DELETE CASCADE
);
INSERT INTO "edit_changes" VALUES(1,1,0,'{"system":null}','{"system":"Be brief."}');
INSERT INTO "edit_changes" VALUES(1,2,1,NULL,'{"messages":[{"role":"user","content":"First?"},{"role":"assistant","content":"An answer."}],"include":true,"split":"training","split_pinned":false,"origin":"","extra":{},"written_on":null,"position":1,"created":"2026-11-26T07:59:11.300136+00:00","updated":"2026-11-26T07:59:11.300136+00:00"}');
INSERT INTO "edit_changes" VALUES(1,2,2,NULL,'{"messages":[{"role":"user","content":"Second?"},{"role":"assistant","content":"Another."}],"include":true,"split":"validation","split_pinned":false,"origin":"","extra":{},"written_on":null,"position":2,"created":"2026-11-26T07:59:11.300136+00:00","updated":"2026-11-26T07:59:11.300136+00:00"}');
INSERT INTO "edit_changes" VALUES(1,3,1,'{"messages":[{"role":"user","content":"First?"},{"role":"assistant","content":"An answer."}]}','{"messages":[{"role":"user","content":"Why write?"},{"role":"assistant","content":"An answer."}]}');
CREATE TABLE edits (
	dataset_id INTEGER NOT NULL,
	number INTEGER NOT NULL,
	parent INTEGER NOT NULL,
	label TEXT NOT NULL,
	created DATETIME NOT NULL,
	PRIMARY KEY (dataset_id, number),
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
INSERT INTO "edits" VALUES(1,1,0,'"Change the system message"','2026-11-26 07:59:11.298556');
INSERT INTO "edits" VALUES(1,2,1,'"Import"','2026-11-26 07:59:11.301875');
INSERT INTO "edits" VALUES(1,3,2,'"Edit the question"','2026-11-26 07:59:11.304911');
CREATE TABLE examples (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	dataset_id INTEGER NOT NULL,
	position INTEGER NOT NULL,
	messages TEXT NOT NULL,
	include BOOLEAN NOT NULL,
	split VARCHAR NOT NULL,
	split_pinned BOOLEAN NOT NULL,
	origin TEXT NOT NULL,
	extra TEXT NOT NULL,
	written_on DATE,
	folded TEXT NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
INSERT INTO "examples" VALUES(1,1,1,'[{"role":"user","content":"Why write?"},{"role":"assistant","content":"An answer."}]',1,'training',0,'""','{}',NULL,'why write?
an answer.','2026-11-26 07:59:11.300136','2026-11-26 07:59:11.304600');
INSERT INTO "examples" VALUES(2,1,2,'[{"role":"user","content":"Second?"},{"role":"assistant","content":"Another."}]',1,'validation',0,'""','{}',NULL,'second?
another.','2026-11-26 07:59:11.300136','2026-11-26 07:59:11.300136');
CREATE TABLE refusals (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	dataset_id INTEGER NOT NULL,
	source TEXT NOT NULL,
	line INTEGER NOT NULL,
	code VARCHAR NOT NULL,
	reason TEXT NOT NULL,
	text TEXT NOT NULL,
	example_id INTEGER,
	created DATETIME NOT NULL,
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE TABLE run_checkpoints (
	run_id INTEGER NOT NULL,
	checkpoint_id VARCHAR NOT NULL,
	step_number INTEGER NOT NULL,
	model VARCHAR NOT NULL,
	metrics TEXT NOT NULL,
	available BOOLEAN NOT NULL,
	created_at DATETIME NOT NULL,
	PRIMARY KEY (run_id, checkpoint_id),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
CREATE TABLE run_events (
	id INTEGER NOT NULL,
	run_id INTEGER NOT NULL,
	event_id VARCHAR NOT NULL,
	created_at DATETIME NOT NULL,
	level VARCHAR NOT NULL,
	type VARCHAR NOT NULL,
	message TEXT NOT NULL,
	data TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (run_id, event_id),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "run_events" VALUES(1,1,'ftevent-1','2026-11-26 07:59:11.308871','info','message','"Step 1"','{"step":1,"train_loss":2.5}');
CREATE TABLE run_files (
	run_id INTEGER NOT NULL,
	split VARCHAR NOT NULL,
	content BLOB NOT NULL,
	PRIMARY KEY (run_id, split),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "run_files" VALUES(1,'training',X'7B7D0A');
CREATE TABLE run_samples (
	run_id INTEGER NOT NULL,
	epoch INTEGER NOT NULL,
	question TEXT NOT NULL,
	answer TEXT NOT NULL,
	model VARCHAR NOT NULL,
	created DATETIME NOT NULL,
	PRIMARY KEY (run_id, epoch),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
CREATE TABLE runs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	dataset_id INTEGER,
	dataset_name TEXT NOT NULL,
	"key" VARCHAR NOT NULL,
	place VARCHAR NOT NULL,
	base_url VARCHAR NOT NULL,
	model VARCHAR NOT NULL,
	suffix TEXT NOT NULL,
	seed BIGINT,
	hyperparameters TEXT NOT NULL,
	settings TEXT NOT NULL,
	system TEXT,
	question TEXT NOT NULL,
	training_examples INTEGER NOT NULL,
	validation_examples INTEGER NOT NULL,
	estimate TEXT NOT NULL,
	status VARCHAR NOT NULL,
	message TEXT NOT NULL,
	file_id VARCHAR,
	validation_file_id VARCHAR,
	job_id VARCHAR,
	fine_tuned_model VARCHAR,
	trained_tokens BIGINT,
	estimated_finish DATETIME,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	started DATETIME,
	finished DATETIME,
	claimed_by VARCHAR,
	claimed_until DATETIME,
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE SET NULL,
	UNIQUE ("key")
);
INSERT INTO "runs" VALUES(1,1,'"Ada\u2019s voice \ud83c\udf31"','k1','local','','voicetune-starter','""',NULL,'{"n_epochs":3}','{}',NULL,'""',1,0,'{}','running','""',NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-26 07:59:11.305667','2026-11-26 07:59:11.305667',NULL,NULL,NULL,NULL);
CREATE TABLE schema_version (
	version INTEGER NOT NULL
);
INSERT INTO "schema_version" VALUES(1);
CREATE TABLE settings (
	"key" VARCHAR NOT NULL,
	value TEXT,
	PRIMARY KEY ("key")
);
CREATE INDEX examples_in_order ON examples (dataset_id, position, id);
CREATE INDEX examples_by_side ON examples (dataset_id, include, split);
CREATE INDEX edits_by_parent ON edits (dataset_id, parent, number);
CREATE INDEX refusals_by_dataset ON refusals (dataset_id, id);
CREATE INDEX runs_by_dataset ON runs (dataset_id);
CREATE INDEX runs_by_status ON runs (status);
CREATE INDEX run_events_in_order ON run_events (run_id, created_at, id);
CREATE INDEX chat_turns_by_run ON chat_turns (run_id, id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('datasets',1);
INSERT INTO "sqlite_sequence" VALUES('examples',2);
INSERT INTO "sqlite_sequence" VALUES('runs',1);
COMMIT;
