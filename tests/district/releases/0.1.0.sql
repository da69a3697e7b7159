BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE batches (
	batch_id INTEGER NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	first_seq INTEGER NOT NULL, 
	last_seq INTEGER NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_batches PRIMARY KEY (batch_id)
);
INSERT INTO "batches" VALUES(1,'box-493d56cecc3d',1,1,3,'2026-11-21 05:00:00.000000');
CREATE TABLE box_facts (
	entry_id VARCHAR(36) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	type VARCHAR(32) NOT NULL, 
	body JSON NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_box_facts PRIMARY KEY (entry_id)
);
CREATE TABLE conflicts (
	conflict_id INTEGER NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	envelope JSON NOT NULL, 
	hash BLOB NOT NULL, 
	found_at DATETIME NOT NULL, 
	CONSTRAINT pk_conflicts PRIMARY KEY (conflict_id), 
	CONSTRAINT uq_conflicts_device_id_epoch_seq_hash UNIQUE (device_id, epoch, seq, hash)
);
CREATE TABLE counter_pins (
	counter_id VARCHAR(64) NOT NULL, 
	pin_hash TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_counter_pins PRIMARY KEY (counter_id)
);
CREATE TABLE counters (
	counter_id VARCHAR(64) NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	field TEXT NOT NULL, 
	valid_from DATE, 
	valid_to DATE, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (counter_id)
);
INSERT INTO "counters" VALUES('H32.13-q1','H32.13','Quầy 1','Hộ tịch',NULL,NULL,1,0);
INSERT INTO "counters" VALUES('H32.13-q2','H32.13','Quầy 2','Đất đai',NULL,NULL,1,0);
CREATE TABLE devices (
	device_id VARCHAR(64) NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	counter_id VARCHAR(64), 
	public_key BLOB NOT NULL, 
	token_hash BLOB NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	enrolled_at DATETIME NOT NULL, 
	last_contact_at DATETIME, 
	health JSON NOT NULL, 
	CONSTRAINT pk_devices PRIMARY KEY (device_id), 
	CONSTRAINT uq_devices_token_hash UNIQUE (token_hash)
);
INSERT INTO "devices" VALUES('box-493d56cecc3d','H32.13','H32.13-q1',X'B408692E6BE220F5FCE296FA91257150B31EA34F353871E96C527746893BD906',X'64E64C59A44DF675D21C9EFA949F56245A793CC71E463E8048FFF24853BAA5E4','active','2026-11-21 05:00:00.000000','2026-11-21 05:00:00.000000','{}');
CREATE TABLE dossiers (
	dossier_code VARCHAR(64) NOT NULL, 
	procedure_id VARCHAR(64), 
	counter_id VARCHAR(64), 
	officer_number VARCHAR(64), 
	received_on DATE, 
	due_on DATE, 
	returned_on DATE, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_dossiers PRIMARY KEY (dossier_code)
);
CREATE TABLE enrolment_codes (
	code_hash BLOB NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	counter_id VARCHAR(64), 
	expires_at DATETIME NOT NULL, 
	device_id VARCHAR(64), 
	CONSTRAINT pk_enrolment_codes PRIMARY KEY (code_hash)
);
INSERT INTO "enrolment_codes" VALUES(X'4E25B8CA60B3BB0FF346C91D8D3C63232C8269FCAB6003762B29AB472C3D3581','H32.13','H32.13-q1','2026-11-21 06:00:00.000000','box-493d56cecc3d');
CREATE TABLE epochs (
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	held_seq INTEGER NOT NULL, 
	held_hash BLOB NOT NULL, 
	latest_seq INTEGER NOT NULL, 
	CONSTRAINT pk_epochs PRIMARY KEY (device_id, epoch)
);
INSERT INTO "epochs" VALUES('box-493d56cecc3d',1,3,X'781303121D7008833D2DF3B4F4069C0D70FAF8261F1287132501A604D1EE093F',3);
CREATE TABLE findings (
	finding_id INTEGER NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	found_at DATETIME NOT NULL, 
	CONSTRAINT pk_findings PRIMARY KEY (finding_id), 
	CONSTRAINT uq_findings_device_id_epoch_seq_kind UNIQUE (device_id, epoch, seq, kind)
);
CREATE TABLE heads (
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	hash BLOB NOT NULL, 
	first_seq INTEGER NOT NULL, 
	previous BLOB NOT NULL, 
	signature BLOB NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_heads PRIMARY KEY (device_id, epoch, seq, hash)
);
INSERT INTO "heads" VALUES('box-493d56cecc3d',1,3,X'781303121D7008833D2DF3B4F4069C0D70FAF8261F1287132501A604D1EE093F',1,X'3E3019A707ECD6E396529C90A4C8DBF060A01F2B5E8E6BF11F57ECFEFF3246F6',X'AB0C034E3457461949D8C0FAD184C975E459D13E8E22011CCE5FFB0F93404C4791E4A781D36140D6E5E8DD464BCEE19833A5379DD240BD729A5C779D037FC70F','2026-11-21 05:00:00.000000');
CREATE TABLE ledger (
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	entry_id VARCHAR(36) NOT NULL, 
	type VARCHAR(32) NOT NULL, 
	day DATE NOT NULL, 
	key_id VARCHAR(8) NOT NULL, 
	sealed BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_ledger PRIMARY KEY (device_id, epoch, seq)
);
INSERT INTO "ledger" VALUES('box-493d56cecc3d',1,1,1,'01a1fb67-1800-733f-a4c8-b1cc170c4047','rating','2026-11-21','d8c68374',X'0F387338538B07DDDE58F6FD7B500F6A8182ADB1851E74C24443FA7ECCBBA436955C9AB3034A873D55293FA36A569DB96F9340B9B1727C565BBDE460F0DAD21676B85039F8F4BBC9C3AC95FC832C69576C04307A06F497AEA6D20234E5B43A689FB6A04ED82C21E98C3E762B118B3F5ABC4754E48CDC55AF25855184DDA929DB7F7F0608FFFFBAC1',X'1D3051D34620EBBF8AA73ABA8356EA59B7D99997B41288432CD7E5DD5DE53F82');
INSERT INTO "ledger" VALUES('box-493d56cecc3d',1,2,1,'01a1fb67-1800-7b47-95d6-eb5e945778af','rating','2026-11-21','d8c68374',X'14BDBCD77E5916C4F90AE246F2E4B8AD1F2C36B6242EEC68A3F18222B2BC8C613B9D266476062C9C0A91E3ECF4FF29F68C2F509C5747F0937A6610F20C5B1FC84FA84750F77183E2F71A2EA70D31169FD83F9E1F37C8AD37D5DEA31620E6AB97BE9604EC883BC97F896CF569A849059E8464BA11D1655F92E3FFE6AF5D8E69E74642215207042863',X'467DE57895174DEBC45C586564BFEDCB4D7D4DD32678C898850E9009759EA7E1');
INSERT INTO "ledger" VALUES('box-493d56cecc3d',1,3,1,'01a1fb67-1800-7a3c-a59c-b81f9d27cbad','rating','2026-11-21','d8c68374',X'871C6CB79D392F1EDBE785E6C08388178AC413B04FD59FD08B25EC8D2284197C3843886A903972E6AD877D0BCD3CC94CA8B21C958F2FC88E5E918DDDC4BFAF0F92F7330225227DFFDC2ED2626076E0D751BBDBA43267D8A54E0BE4D51EDD89A7510D5181F9343D7FF7B331C9B565C28BFD939F9EE07EA42D5CE3AF82FA565230D1D0F09561564C9A',X'781303121D7008833D2DF3B4F4069C0D70FAF8261F1287132501A604D1EE093F');
CREATE TABLE officers (
	officer_number VARCHAR(64) NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	post TEXT NOT NULL, 
	counter_id VARCHAR(64), 
	valid_from DATE, 
	valid_to DATE, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_officers PRIMARY KEY (officer_number)
);
CREATE TABLE procedures (
	procedure_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	field TEXT NOT NULL, 
	valid_from DATE, 
	valid_to DATE, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_procedures PRIMARY KEY (procedure_id)
);
CREATE TABLE projection_queue (
	batch_id INTEGER NOT NULL, 
	queued_at DATETIME NOT NULL, 
	CONSTRAINT pk_projection_queue PRIMARY KEY (batch_id)
);
CREATE TABLE questionnaires (
	questionnaire_id VARCHAR(64) NOT NULL, 
	version INTEGER NOT NULL, 
	content JSON NOT NULL, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_questionnaires PRIMARY KEY (questionnaire_id, version)
);
CREATE TABLE ratings (
	entry_id VARCHAR(36) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	counter_id VARCHAR(64), 
	officer_number VARCHAR(64), 
	procedure_id VARCHAR(64), 
	dossier_code VARCHAR(64), 
	stage VARCHAR(16) NOT NULL, 
	questionnaire VARCHAR(64) NOT NULL, 
	score INTEGER NOT NULL, 
	flags JSON NOT NULL, 
	language VARCHAR(16) NOT NULL, 
	input VARCHAR(16) NOT NULL, 
	day DATE NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	received_at DATETIME NOT NULL, 
	counted BOOLEAN NOT NULL, 
	CONSTRAINT pk_ratings PRIMARY KEY (entry_id)
);
INSERT INTO "ratings" VALUES('01a1fb67-1800-733f-a4c8-b1cc170c4047','box-493d56cecc3d',1,1,1,'H32.13','H32.13-q1',NULL,NULL,'H32.13.02-261121-00000','return','mot-cua/1',5,'[]','vi','scan','2026-11-21','2026-11-21 04:00:00.000000','2026-11-21 05:00:00.000000',1);
INSERT INTO "ratings" VALUES('01a1fb67-1800-7b47-95d6-eb5e945778af','box-493d56cecc3d',1,2,1,'H32.13','H32.13-q1',NULL,NULL,'H32.13.02-261121-00001','return','mot-cua/1',4,'[]','vi','scan','2026-11-21','2026-11-21 04:00:00.000000','2026-11-21 05:00:00.000000',1);
INSERT INTO "ratings" VALUES('01a1fb67-1800-7a3c-a59c-b81f9d27cbad','box-493d56cecc3d',1,3,1,'H32.13','H32.13-q1',NULL,NULL,'H32.13.02-261121-00002','return','mot-cua/1',1,'[]','vi','scan','2026-11-21','2026-11-21 04:00:00.000000','2026-11-21 05:00:00.000000',1);
CREATE TABLE refused_entries (
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	envelope JSON NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_refused_entries PRIMARY KEY (device_id, epoch, seq)
);
CREATE TABLE revisions (
	revision INTEGER NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	file_name TEXT NOT NULL, 
	rows INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_revisions PRIMARY KEY (revision)
);
INSERT INTO "revisions" VALUES(1,'test','',0,'2026-11-21 05:00:00.000000');
CREATE TABLE sessions (
	session_hash BLOB NOT NULL, 
	user_name VARCHAR(64) NOT NULL, 
	form_token VARCHAR(64) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (session_hash), 
	CONSTRAINT fk_sessions_users FOREIGN KEY(user_name) REFERENCES users (user_name)
);
CREATE TABLE sign_ins (
	sign_in_id INTEGER NOT NULL, 
	user_name VARCHAR(64) NOT NULL, 
	succeeded BOOLEAN NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_sign_ins PRIMARY KEY (sign_in_id)
);
CREATE TABLE tallies (
	day DATE NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	counter_id VARCHAR(64) NOT NULL, 
	question_id VARCHAR(64) NOT NULL, 
	answer VARCHAR(64) NOT NULL, 
	n INTEGER NOT NULL, 
	CONSTRAINT pk_tallies PRIMARY KEY (day, unit_id, counter_id, question_id, answer)
);
INSERT INTO "tallies" VALUES('2026-11-21','H32.13','H32.13-q1','overall','5',1);
INSERT INTO "tallies" VALUES('2026-11-21','H32.13','H32.13-q1','overall','4',1);
INSERT INTO "tallies" VALUES('2026-11-21','H32.13','H32.13-q1','overall','1',1);
CREATE TABLE units (
	unit_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	level VARCHAR(32) NOT NULL, 
	parent_id VARCHAR(64), 
	valid_from DATE, 
	valid_to DATE, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_units PRIMARY KEY (unit_id)
);
INSERT INTO "units" VALUES('H32.13','Phường Thử','commune',NULL,NULL,NULL,1,0);
CREATE TABLE unopened (
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	entry_id VARCHAR(36) NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_unopened PRIMARY KEY (device_id, epoch, seq)
);
CREATE TABLE users (
	user_name VARCHAR(64) NOT NULL, 
	password_hash TEXT NOT NULL, 
	role VARCHAR(32) NOT NULL, 
	unit_id VARCHAR(64), 
	disabled BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (user_name)
);
CREATE INDEX ix_box_facts_device_id ON box_facts (device_id);
CREATE INDEX ix_conflicts_device_id ON conflicts (device_id);
CREATE INDEX ix_counter_pins_revision ON counter_pins (revision);
CREATE INDEX ix_counters_revision ON counters (revision);
CREATE INDEX ix_counters_unit_id ON counters (unit_id);
CREATE INDEX ix_dossiers_counter_id ON dossiers (counter_id);
CREATE INDEX ix_dossiers_revision ON dossiers (revision);
CREATE INDEX ix_ledger_batch_id ON ledger (batch_id);
CREATE INDEX ix_ledger_entry_id ON ledger (entry_id);
CREATE INDEX ix_officers_revision ON officers (revision);
CREATE INDEX ix_officers_unit_id ON officers (unit_id);
CREATE INDEX ix_procedures_revision ON procedures (revision);
CREATE INDEX ix_questionnaires_revision ON questionnaires (revision);
CREATE INDEX ix_ratings_dossier_code_stage ON ratings (dossier_code, stage);
CREATE INDEX ix_ratings_unit_id_day ON ratings (unit_id, day);
CREATE INDEX ix_refused_entries_batch_id ON refused_entries (batch_id);
CREATE INDEX ix_sign_ins_user_name ON sign_ins (user_name);
CREATE INDEX ix_units_revision ON units (revision);
CREATE INDEX ix_sessions_user_name ON sessions (user_name);
CREATE TRIGGER batches_refuses_update BEFORE UPDATE ON batches BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on batches is refused'); END;
CREATE TRIGGER batches_refuses_delete BEFORE DELETE ON batches BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on batches is refused'); END;
CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on ledger is refused'); END;
CREATE TRIGGER ledger_refuses_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on ledger is refused'); END;
CREATE TRIGGER refused_entries_refuses_update BEFORE UPDATE ON refused_entries BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on refused_entries is refused'); END;
CREATE TRIGGER refused_entries_refuses_delete BEFORE DELETE ON refused_entries BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on refused_entries is refused'); END;
CREATE TRIGGER conflicts_refuses_update BEFORE UPDATE ON conflicts BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on conflicts is refused'); END;
CREATE TRIGGER conflicts_refuses_delete BEFORE DELETE ON conflicts BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on conflicts is refused'); END;
CREATE TRIGGER heads_refuses_update BEFORE UPDATE ON heads BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on heads is refused'); END;
CREATE TRIGGER heads_refuses_delete BEFORE DELETE ON heads BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on heads is refused'); END;
CREATE TRIGGER findings_refuses_update BEFORE UPDATE ON findings BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on findings is refused'); END;
CREATE TRIGGER findings_refuses_delete BEFORE DELETE ON findings BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on findings is refused'); END;
COMMIT;
