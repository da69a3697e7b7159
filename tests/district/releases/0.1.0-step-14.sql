BEGIN TRANSACTION;
CREATE TABLE acknowledgements (
	acknowledgement_id INTEGER NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	finding VARCHAR(160) NOT NULL, 
	person VARCHAR(64) NOT NULL, 
	reason TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_acknowledgements PRIMARY KEY (acknowledgement_id)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0014_receipt_salt');
CREATE TABLE answer_entries (
	entry_id VARCHAR(36) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	rating_entry_id VARCHAR(36) NOT NULL, 
	questionnaire VARCHAR(64) NOT NULL, 
	language VARCHAR(16) NOT NULL, 
	spent_ms JSON NOT NULL, 
	presses INTEGER NOT NULL, 
	scans_again INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_answer_entries PRIMARY KEY (entry_id)
);
INSERT INTO "answer_entries" VALUES('01a1fb67-1800-73c9-a73d-f8d4fe4f13bb','box-352515894875',1,3,1,'01a1fb67-1800-75b0-ad56-944bb75b184c','mot-cua/2','vi','{"bad": 6100}',4,0,'2026-11-21 04:00:00.000000','2026-11-21 05:00:00.000000');
CREATE TABLE answers (
	entry_id VARCHAR(36) NOT NULL, 
	question_id VARCHAR(64) NOT NULL, 
	answer VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_answers PRIMARY KEY (entry_id, question_id, answer)
);
INSERT INTO "answers" VALUES('01a1fb67-1800-73c9-a73d-f8d4fe4f13bb','bad','visits');
INSERT INTO "answers" VALUES('01a1fb67-1800-73c9-a73d-f8d4fe4f13bb','bad','waiting');
CREATE TABLE assigned_days (
	group_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	person VARCHAR(64) NOT NULL, 
	reason TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_assigned_days PRIMARY KEY (group_id)
);
CREATE TABLE batches (
	batch_id INTEGER NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	first_seq INTEGER NOT NULL, 
	last_seq INTEGER NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_batches PRIMARY KEY (batch_id)
);
INSERT INTO "batches" VALUES(1,'box-352515894875',1,1,7,'2026-11-21 05:00:00.000000');
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
INSERT INTO "box_facts" VALUES('01a1fb67-1800-75ac-870d-af9a03273a8e','box-352515894875',1,1,'boot','{"at_s": 1795233600, "software": "0.1.0"}','2026-11-21 04:00:00.000000','2026-11-21 05:00:00.000000');
INSERT INTO "box_facts" VALUES('01a1fb67-1800-7e87-82b9-bc7a8ce42909','box-352515894875',1,6,'staff_signed_in','{"at_s": 1795233600, "counter": "H32.13-q1"}','2026-11-21 04:00:00.000000','2026-11-21 05:00:00.000000');
INSERT INTO "box_facts" VALUES('01a1fb67-1800-73db-bba6-cd88252a80f9','box-352515894875',1,7,'device_failed','{"at_s": 1795233600, "device": "printer", "reason": "paper_out"}','2026-11-21 04:00:00.000000','2026-11-21 05:00:00.000000');
CREATE TABLE clock_readings (
	batch_id INTEGER NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	boot VARCHAR(16) NOT NULL, 
	up_s INTEGER NOT NULL, 
	at_s INTEGER NOT NULL, 
	CONSTRAINT pk_clock_readings PRIMARY KEY (batch_id)
);
CREATE TABLE complaint_actions (
	action_id INTEGER NOT NULL, 
	complaint_id VARCHAR(36) NOT NULL, 
	action VARCHAR(32) NOT NULL, 
	"by" VARCHAR(64) NOT NULL, 
	at DATETIME NOT NULL, 
	content JSON NOT NULL, 
	CONSTRAINT pk_complaint_actions PRIMARY KEY (action_id)
);
CREATE TABLE complaint_answers (
	lookup_id VARCHAR(32) NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	closed TEXT NOT NULL, 
	print VARCHAR(32) NOT NULL, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_complaint_answers PRIMARY KEY (lookup_id)
);
CREATE TABLE complaint_attachments (
	entry_id VARCHAR(36) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	receipt_number VARCHAR(16) NOT NULL, 
	part INTEGER NOT NULL, 
	parts INTEGER NOT NULL, 
	media_type VARCHAR(32) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	data BLOB NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_complaint_attachments PRIMARY KEY (entry_id)
);
CREATE TABLE complaint_lookups (
	receipt_number VARCHAR(16) NOT NULL, 
	lookup_id VARCHAR(32) NOT NULL, 
	"key" BLOB NOT NULL, 
	CONSTRAINT pk_complaint_lookups PRIMARY KEY (receipt_number)
);
CREATE TABLE complaint_queue (
	entry_id VARCHAR(36) NOT NULL, 
	queued_at DATETIME NOT NULL, 
	CONSTRAINT pk_complaint_queue PRIMARY KEY (entry_id)
);
CREATE TABLE complaint_standings (
	entry_id VARCHAR(36) NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	owner VARCHAR(64), 
	due_on DATE, 
	open BOOLEAN NOT NULL, 
	doubled BOOLEAN NOT NULL, 
	changed_at DATETIME NOT NULL, classified JSON, published BOOLEAN, 
	CONSTRAINT pk_complaint_standings PRIMARY KEY (entry_id)
);
CREATE TABLE complaint_subjects (
	complaint_id VARCHAR(36) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	value VARCHAR(64) NOT NULL, 
	source VARCHAR(16) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_complaint_subjects PRIMARY KEY (complaint_id, kind, value, source)
);
CREATE TABLE complaint_verdicts (
	entry_id VARCHAR(36) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	receipt_number VARCHAR(16) NOT NULL, 
	opinion VARCHAR(16) NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_complaint_verdicts PRIMARY KEY (entry_id)
);
CREATE TABLE complaint_views (
	view_id INTEGER NOT NULL, 
	complaint_id VARCHAR(36) NOT NULL, 
	what VARCHAR(16) NOT NULL, 
	"by" VARCHAR(64) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_complaint_views PRIMARY KEY (view_id)
);
CREATE TABLE complaints (
	entry_id VARCHAR(36) NOT NULL, 
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	counter_id VARCHAR(64), 
	officer_number VARCHAR(64), 
	dossier_code VARCHAR(64), 
	about VARCHAR(16) NOT NULL, 
	text TEXT NOT NULL, 
	sentences JSON NOT NULL, 
	sound_parts INTEGER NOT NULL, 
	written_by_helper BOOLEAN NOT NULL, 
	contact JSON, 
	consent VARCHAR(64) NOT NULL, 
	about_entry VARCHAR(36) NOT NULL, 
	receipt_number VARCHAR(16) NOT NULL, 
	token_hash BLOB NOT NULL, 
	language VARCHAR(16) NOT NULL, 
	input VARCHAR(16) NOT NULL, 
	sensitive BOOLEAN NOT NULL, 
	day DATE NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	received_at DATETIME NOT NULL, 
	CONSTRAINT pk_complaints PRIMARY KEY (entry_id)
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
CREATE TABLE device_keys (
	device_id VARCHAR(64) NOT NULL, 
	public_key BLOB NOT NULL, 
	until DATETIME NOT NULL, 
	next_key BLOB NOT NULL, 
	token_hash BLOB NOT NULL, 
	signature BLOB NOT NULL, 
	proof BLOB NOT NULL, 
	CONSTRAINT pk_device_keys PRIMARY KEY (device_id, public_key)
);
CREATE TABLE "devices" (
	device_id VARCHAR(64) NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	counter_id VARCHAR(64), 
	public_key BLOB NOT NULL, 
	token_hash BLOB NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	enrolled_at DATETIME NOT NULL, 
	last_contact_at DATETIME, 
	health JSON NOT NULL, 
	box_number INTEGER NOT NULL, roll_wanted_at DATETIME, 
	CONSTRAINT pk_devices PRIMARY KEY (device_id), 
	CONSTRAINT uq_devices_token_hash UNIQUE (token_hash), 
	CONSTRAINT uq_devices_box_number UNIQUE (box_number)
);
INSERT INTO "devices" VALUES('box-352515894875','H32.13','H32.13-q1',X'E8D2E654350F54E6D4A987CF6373EC0E45FCBBAF475032BD6656D9C3DFCC53BE',X'7AA719FC531A8032580D40D3E8D614C9FF3053AA9FCC52E22EB35C3B60450415','active','2024-06-04 05:00:00.000000','2026-11-21 05:00:00.000000','{}',10000,NULL);
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
CREATE TABLE entry_times (
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	entry_id VARCHAR(36) NOT NULL, 
	happened_at DATETIME NOT NULL, 
	uncertain_s INTEGER, 
	CONSTRAINT pk_entry_times PRIMARY KEY (device_id, epoch, seq)
);
INSERT INTO "entry_times" VALUES('box-352515894875',1,1,'01a1fb67-1800-75ac-870d-af9a03273a8e','2026-11-21 04:00:00.000000',3600);
INSERT INTO "entry_times" VALUES('box-352515894875',1,2,'01a1fb67-1800-75b0-ad56-944bb75b184c','2026-11-21 04:00:00.000000',3600);
INSERT INTO "entry_times" VALUES('box-352515894875',1,3,'01a1fb67-1800-73c9-a73d-f8d4fe4f13bb','2026-11-21 04:00:14.000000',3600);
INSERT INTO "entry_times" VALUES('box-352515894875',1,4,'01a1fb67-1800-710c-b151-74c456fd70c3','2026-11-21 04:00:00.000000',3600);
INSERT INTO "entry_times" VALUES('box-352515894875',1,5,'01a1fb67-1800-7443-b098-7cd71b883a24','2026-11-21 04:00:00.000000',3600);
INSERT INTO "entry_times" VALUES('box-352515894875',1,6,'01a1fb67-1800-7e87-82b9-bc7a8ce42909','2026-11-21 04:00:00.000000',3600);
INSERT INTO "entry_times" VALUES('box-352515894875',1,7,'01a1fb67-1800-73db-bba6-cd88252a80f9','2026-11-21 04:00:00.000000',3600);
CREATE TABLE epochs (
	device_id VARCHAR(64) NOT NULL, 
	epoch INTEGER NOT NULL, 
	held_seq INTEGER NOT NULL, 
	held_hash BLOB NOT NULL, 
	latest_seq INTEGER NOT NULL, 
	CONSTRAINT pk_epochs PRIMARY KEY (device_id, epoch)
);
INSERT INTO "epochs" VALUES('box-352515894875',1,7,X'480154FF2DB55C94911461CDA6A27439608DA5F957243DCD228D708900B6E7F6',7);
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
CREATE TABLE former_places (
	kind VARCHAR(16) NOT NULL, 
	child VARCHAR(64) NOT NULL, 
	parent VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_former_places PRIMARY KEY (kind, child, parent)
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
INSERT INTO "heads" VALUES('box-352515894875',1,7,X'480154FF2DB55C94911461CDA6A27439608DA5F957243DCD228D708900B6E7F6',1,X'20BE9AD9B25E1834AC821CE99A219C8AE676A6D1660697693C7E8F58A4976E5B',X'542F80DE498301C5793E7A996D5F433F974A7972A55FAF9B1993B10138424A521E8E674274300BA40E12F9366DE2E71F3CB9A76955AB7802A1125331512A3C0E','2026-11-21 05:00:00.000000');
CREATE TABLE holidays (
	year INTEGER NOT NULL, 
	content JSON NOT NULL, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_holidays PRIMARY KEY (year)
);
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
INSERT INTO "ledger" VALUES('box-352515894875',1,1,1,'01a1fb67-1800-75ac-870d-af9a03273a8e','boot','2026-11-21','3d74359e',X'E56FF4D4704E9331AC0FE4047F1B97FC7A23B9ABFC2034C117C705F13BF5157CEB253B2FA983573CAE707D87EABAE090327489DCAAD2D50B6E67758C6ED7A79945D52260EBBBE59B3715A0DBE9EF9E02BA251438D322D7810710F83E77211EDA50D4C19EED52573D1A3D7735ABE968224F8A5C4AF8D3570E8EE82178D05037B718F2516DDF8EFBAC',X'9C8150F628C70EFB9A022157AD39C666B15568CD10854FB4DF69465B7ABE7CB9');
INSERT INTO "ledger" VALUES('box-352515894875',1,2,1,'01a1fb67-1800-75b0-ad56-944bb75b184c','rating','2026-11-21','3d74359e',X'CB836C21793EC4F4FD30683489F16A64E60373563140E905EA6999B44D16934BF2283F03352C5A2317F589669173B6C3285DCD2B1022250E65F45A7C5EC710D4A5E04D9DD56018BF4A8BBB3E2DCAA0446AE5434E704EE785C129B6E2CEE0B9F387E22C1B5BDA7DA54325147B8C304851676CB9CB0BC14EA83DAE025C3B37068C2DCAF5126607E7F1',X'8EBF767EC96535D7FDE985A1A3D06AD5430ED9C9C61845AA2D129B15074BBEA1');
INSERT INTO "ledger" VALUES('box-352515894875',1,3,1,'01a1fb67-1800-73c9-a73d-f8d4fe4f13bb','answers','2026-11-21','3d74359e',X'2F85D67F5037CCC4B4A96AE1A1F4C44FF7CBB2765650B4AC3C82A063F8B8FE26A468894A04BD192A9B606A71CEB86AF5FE83E9D7BF6CAAE7B3CE43F1B059E5467F2227A336D645D8874DC1DB51A961A03C2AE4EDC410B418263BD608AE789C9FA9F1A41CBC8F637CFAD2A67F34AA3DD5BEFD2D754DD9950ECADC0A650042C31D17231213AC1C82800CC15DEBDB70A782DD0C0BB9F6CC94BDDA9B9BEBAB584D1A8EAD7D7FB59D8146405AB0EB74CD0FDC8CEE2186E9085FCC692748563449456A3E768C7963BC1ABC53E28AE507223F7847914D20E0C4C43B13B9BC37A4A35AC7BB4AC4B1F90423531C7AFC8FE3AD7FE6113F5D4B502D6E5434AFD723A1361C2942F7F6E4050C33534AE93D8E59038748638099ABF962B1A75A094B4D1F7D3B85F9BAD97729F20EB379A49BA8E78EBD41D2B934CDA8C51C374E542D7E06E3C9DF5E1CF913BC841A47C0021A761CD15154830A08BFC013B377C6F6480D6178F09E4425555A34EB486B157B0A13B21B4D6E653B05BCDFE99CF9EEE8F4605D592161C472711F4D2E81D3638918AD14C48EC0',X'D1909E3AE1ED45139D52CF18161643FFCB0B6C25A6E6F6371AD75B84C163C982');
INSERT INTO "ledger" VALUES('box-352515894875',1,4,1,'01a1fb67-1800-710c-b151-74c456fd70c3','rating','2026-11-21','3d74359e',X'6D738DA6C50F870DF7E5F2F77C70243D54175D9C29765CEF8EB2577343877010D83FADBFAB82CBEE27F9DEC6E8D89C265D708307ACEA9800D50CF3D0ED63DAD21C3436E5186CB9E52C230BEDCEDC8D9076EA194222CBA0E219F256220F218BB77528FD9058A12F24A06A18C1685513D72F92827EE2909E080AED97987AF82F4DCB776C203D7F44AF',X'3AB1D23186476470674292113656DA6EDBCDFC060F72225F044CD50C183152BF');
INSERT INTO "ledger" VALUES('box-352515894875',1,5,1,'01a1fb67-1800-7443-b098-7cd71b883a24','rating','2026-11-21','3d74359e',X'E5452087613A9263FA5C2C84EB54D5835BB5732D1FF627C35284125E2768EE7A6840AA14DCF69EDE6C9941C6A3D1E4FABDCB7778C6EB2FCCE5F5AF36CE6924F55EDC3CA4B5F8E2713803E0EF6391853F469EE4CA554D4C34997164B99BE706B8245D07BC5983AD79067ED9D3B6999092BABD77C668D9BD67B6740453034CEDCA006AC99864A58865',X'7601DBF4E61CA71514B3B205B4F9816DCBBF8046B94760F4524AB804627E1F87');
INSERT INTO "ledger" VALUES('box-352515894875',1,6,1,'01a1fb67-1800-7e87-82b9-bc7a8ce42909','staff_signed_in','2026-11-21','3d74359e',X'982168BF05C41399F6548A2FC7F0A5755CF21FC03C7B6D63BB32220628C70E0E7865CF3D9D58A5E9BF19AAF7758C8AA00267D2EAF414B2843A8AD235104D0E27B1D8AFE0EEF4C80EC86F3A7D5CC7BFACC398AD37B6EDC1E6BB477FCA09DBD1FA3E7EFEF08F0C0DA7A68821F69868B63A47D994920D1D22131D529F8E752B089FE91DF6F056ED6BBD',X'BF365FDDAE564990D2B3F480B7C9BE589E1E7082CC5354FCE1C90539206E1E70');
INSERT INTO "ledger" VALUES('box-352515894875',1,7,1,'01a1fb67-1800-73db-bba6-cd88252a80f9','device_failed','2026-11-21','3d74359e',X'BCE100E437AA3F856269433A5D28BAA5AAC1E68FA8B43DE47C6C91458844B3094E7EC1F8C1DB1BEFCA9739067C1C855718B82F1042F516765F85040CB7A73336F1DA93BC80387E8AB052665222C57CA5B3A0CF29043F64D3192875B11F97947BAE8B50B3B12622901A4A4530FBD8234C9D777D4712E3A0D14166ED55ED2BB518AD3B69E313523892',X'480154FF2DB55C94911461CDA6A27439608DA5F957243DCD228D708900B6E7F6');
CREATE TABLE notices (
	notice_id VARCHAR(64) NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	translations JSON NOT NULL, 
	link TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	valid_from DATE, 
	valid_to DATE, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_notices PRIMARY KEY (notice_id)
);
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
CREATE TABLE opening_hours (
	hours_id VARCHAR(64) NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	weekdays VARCHAR(7) NOT NULL, 
	morning VARCHAR(16) NOT NULL, 
	afternoon VARCHAR(16) NOT NULL, 
	valid_from DATE, 
	valid_to DATE, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_opening_hours PRIMARY KEY (hours_id)
);
CREATE TABLE portraits (
	officer_number VARCHAR(64) NOT NULL, 
	picture TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_portraits PRIMARY KEY (officer_number)
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
	counted BOOLEAN NOT NULL, day_guessed BOOLEAN, counter_known_by VARCHAR(16), 
	CONSTRAINT pk_ratings PRIMARY KEY (entry_id)
);
INSERT INTO "ratings" VALUES('01a1fb67-1800-75b0-ad56-944bb75b184c','box-352515894875',1,2,1,'H32.13','H32.13-q1',NULL,NULL,'H32.13.02-261121-00001','return','mot-cua/1',1,'[]','vi','scan','2026-11-21','2026-11-21 04:00:00.000000','2026-11-21 05:00:00.000000',1,0,'kiosk');
INSERT INTO "ratings" VALUES('01a1fb67-1800-710c-b151-74c456fd70c3','box-352515894875',1,4,1,'H32.13','H32.13-q1',NULL,NULL,'H32.13.02-261121-00002','return','mot-cua/1',4,'[]','vi','scan','2026-11-21','2026-11-21 04:00:00.000000','2026-11-21 05:00:00.000000',1,0,'kiosk');
INSERT INTO "ratings" VALUES('01a1fb67-1800-7443-b098-7cd71b883a24','box-352515894875',1,5,1,'H32.13','H32.13-q1',NULL,NULL,NULL,'return','mot-cua/1',5,'["no_dossier"]','vi','counter','2026-11-21','2026-11-21 04:00:00.000000','2026-11-21 05:00:00.000000',1,0,'kiosk');
CREATE TABLE receipt_salts (
	salt BLOB NOT NULL, 
	CONSTRAINT pk_receipt_salts PRIMARY KEY (salt)
);
INSERT INTO "receipt_salts" VALUES(X'1DC6AA0CC6582413676156FAE2E4E05E');
CREATE TABLE receptions (
	unit_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	address TEXT NOT NULL, 
	phone TEXT NOT NULL, 
	hours TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_receptions PRIMARY KEY (unit_id)
);
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
CREATE TABLE released_counts (
	group_id INTEGER NOT NULL, 
	answer VARCHAR(64) NOT NULL, 
	n INTEGER NOT NULL, 
	CONSTRAINT pk_released_counts PRIMARY KEY (group_id, answer)
);
CREATE TABLE released_groups (
	group_id INTEGER NOT NULL, 
	released_on DATE NOT NULL, 
	stream VARCHAR(16) NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	counter_id VARCHAR(64) NOT NULL, 
	counted_on DATE, 
	questionnaire VARCHAR(64) NOT NULL, 
	question_id VARCHAR(64) NOT NULL, 
	n INTEGER NOT NULL, 
	CONSTRAINT pk_released_groups PRIMARY KEY (group_id)
);
CREATE TABLE released_members (
	stream VARCHAR(16) NOT NULL, 
	member VARCHAR(320) NOT NULL, 
	group_id INTEGER NOT NULL, 
	score INTEGER, 
	highest INTEGER, 
	CONSTRAINT pk_released_members PRIMARY KEY (stream, member)
);
CREATE TABLE releases (
	day DATE NOT NULL, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_releases PRIMARY KEY (day)
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
CREATE TABLE sealing_keys (
	number INTEGER NOT NULL, 
	key_id VARCHAR(8) NOT NULL, 
	public_key BLOB NOT NULL, 
	signature BLOB NOT NULL, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_sealing_keys PRIMARY KEY (number)
);
CREATE TABLE sensitive_answers (
	entry_id VARCHAR(36) NOT NULL, 
	question_id VARCHAR(64) NOT NULL, 
	answer VARCHAR(64) NOT NULL, 
	rating_entry_id VARCHAR(36) NOT NULL, 
	unit_id VARCHAR(64) NOT NULL, 
	questionnaire VARCHAR(64) NOT NULL, 
	day DATE NOT NULL, 
	CONSTRAINT pk_sensitive_answers PRIMARY KEY (entry_id, question_id, answer)
);
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
INSERT INTO "tallies" VALUES('2026-11-21','H32.13','H32.13-q1','overall','1',1);
INSERT INTO "tallies" VALUES('2026-11-21','H32.13','H32.13-q1','overall','4',1);
INSERT INTO "tallies" VALUES('2026-11-21','H32.13','H32.13-q1','overall','5',1);
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
	created_at DATETIME NOT NULL, officer_number VARCHAR(64), not_an_officer BOOLEAN, full_name TEXT, 
	CONSTRAINT pk_users PRIMARY KEY (user_name)
);
CREATE TABLE wordings (
	wording_id VARCHAR(64) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	content JSON NOT NULL, 
	valid_from DATE, 
	valid_to DATE, 
	revision INTEGER NOT NULL, 
	removed BOOLEAN NOT NULL, 
	CONSTRAINT pk_wordings PRIMARY KEY (wording_id)
);
CREATE INDEX ix_box_facts_device_id ON box_facts (device_id);
CREATE INDEX ix_conflicts_device_id ON conflicts (device_id);
CREATE INDEX ix_counter_pins_revision ON counter_pins (revision);
CREATE INDEX ix_counters_revision ON counters (revision);
CREATE INDEX ix_counters_unit_id ON counters (unit_id);
CREATE INDEX ix_dossiers_counter_id ON dossiers (counter_id);
CREATE INDEX ix_dossiers_revision ON dossiers (revision);
CREATE INDEX ix_ledger_batch_id ON ledger (batch_id);
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
CREATE INDEX ix_answer_entries_rating_entry_id ON answer_entries (rating_entry_id);
CREATE INDEX ix_sensitive_answers_unit_id_day ON sensitive_answers (unit_id, day);
CREATE INDEX ix_notices_revision ON notices (revision);
CREATE INDEX ix_opening_hours_revision ON opening_hours (revision);
CREATE INDEX ix_holidays_revision ON holidays (revision);
CREATE INDEX ix_notices_unit_id ON notices (unit_id);
CREATE INDEX ix_opening_hours_unit_id ON opening_hours (unit_id);
CREATE INDEX ix_complaint_actions_complaint_id ON complaint_actions (complaint_id);
CREATE INDEX ix_complaint_answers_revision ON complaint_answers (revision);
CREATE INDEX ix_complaint_answers_unit_id ON complaint_answers (unit_id);
CREATE INDEX ix_complaint_attachments_receipt_number ON complaint_attachments (receipt_number);
CREATE INDEX ix_complaint_standings_open_unit_id ON complaint_standings (open, unit_id);
CREATE INDEX ix_complaint_verdicts_receipt_number ON complaint_verdicts (receipt_number);
CREATE INDEX ix_complaint_views_complaint_id ON complaint_views (complaint_id);
CREATE INDEX ix_complaints_receipt_number ON complaints (receipt_number);
CREATE INDEX ix_complaints_token_hash ON complaints (token_hash);
CREATE INDEX ix_receptions_revision ON receptions (revision);
CREATE INDEX ix_wordings_revision ON wordings (revision);
CREATE TRIGGER complaint_actions_refuses_update BEFORE UPDATE ON complaint_actions BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on complaint_actions is refused'); END;
CREATE TRIGGER complaint_actions_refuses_delete BEFORE DELETE ON complaint_actions BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on complaint_actions is refused'); END;
CREATE TRIGGER complaint_views_refuses_update BEFORE UPDATE ON complaint_views BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on complaint_views is refused'); END;
CREATE TRIGGER complaint_views_refuses_delete BEFORE DELETE ON complaint_views BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on complaint_views is refused'); END;
CREATE TRIGGER device_keys_refuses_update BEFORE UPDATE ON device_keys BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on device_keys is refused'); END;
CREATE TRIGGER device_keys_refuses_delete BEFORE DELETE ON device_keys BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on device_keys is refused'); END;
CREATE TRIGGER acknowledgements_refuses_update BEFORE UPDATE ON acknowledgements BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on acknowledgements is refused'); END;
CREATE TRIGGER acknowledgements_refuses_delete BEFORE DELETE ON acknowledgements BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on acknowledgements is refused'); END;
CREATE INDEX ix_entry_times_entry_id ON entry_times (entry_id);
CREATE TRIGGER clock_readings_refuses_update BEFORE UPDATE ON clock_readings BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on clock_readings is refused'); END;
CREATE TRIGGER clock_readings_refuses_delete BEFORE DELETE ON clock_readings BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on clock_readings is refused'); END;
CREATE INDEX ix_portraits_revision ON portraits (revision);
CREATE INDEX ix_released_groups_stream_counted_on ON released_groups (stream, counted_on);
CREATE INDEX ix_released_members_group_id ON released_members (group_id);
CREATE TRIGGER releases_refuses_update BEFORE UPDATE ON releases BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on releases is refused'); END;
CREATE TRIGGER releases_refuses_delete BEFORE DELETE ON releases BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on releases is refused'); END;
CREATE TRIGGER released_groups_refuses_update BEFORE UPDATE ON released_groups BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on released_groups is refused'); END;
CREATE TRIGGER released_groups_refuses_delete BEFORE DELETE ON released_groups BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on released_groups is refused'); END;
CREATE TRIGGER released_counts_refuses_update BEFORE UPDATE ON released_counts BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on released_counts is refused'); END;
CREATE TRIGGER released_counts_refuses_delete BEFORE DELETE ON released_counts BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on released_counts is refused'); END;
CREATE TRIGGER released_members_refuses_update BEFORE UPDATE ON released_members BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on released_members is refused'); END;
CREATE TRIGGER released_members_refuses_delete BEFORE DELETE ON released_members BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on released_members is refused'); END;
CREATE INDEX ix_clock_readings_device_id_batch_id ON clock_readings (device_id, batch_id);
CREATE TRIGGER assigned_days_refuses_update BEFORE UPDATE ON assigned_days BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on assigned_days is refused'); END;
CREATE TRIGGER assigned_days_refuses_delete BEFORE DELETE ON assigned_days BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on assigned_days is refused'); END;
CREATE INDEX ix_complaint_subjects_kind_value ON complaint_subjects (kind, value);
CREATE TRIGGER complaint_subjects_refuses_update BEFORE UPDATE ON complaint_subjects BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on complaint_subjects is refused'); END;
CREATE TRIGGER complaint_subjects_refuses_delete BEFORE DELETE ON complaint_subjects BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on complaint_subjects is refused'); END;
COMMIT;
