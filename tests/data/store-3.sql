PRAGMA application_id = 1668573547;
PRAGMA user_version = 3;
BEGIN TRANSACTION;
CREATE TABLE answer (
    url TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    etag TEXT,
    modified TEXT,
    crc INTEGER NOT NULL
);
INSERT INTO "answer" VALUES('https://example.org/rates.json',X'7B22757364223A20317D','"abc"','Fri, 22 May 2026 06:00:00 GMT',1658590744);
CREATE TABLE asked (
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (source, day)
) WITHOUT ROWID;
INSERT INTO "asked" VALUES('cbr','2026-05-16');
INSERT INTO "asked" VALUES('cbr','2026-05-17');
CREATE TABLE capture (
    snapshot INTEGER PRIMARY KEY REFERENCES snapshot (id),
    url TEXT NOT NULL,
    captured_at TEXT NOT NULL,
    crc INTEGER NOT NULL
);
INSERT INTO "capture" VALUES(1,'https://timesca.com/','2026-05-20T05:00:00Z',3215120734);
INSERT INTO "capture" VALUES(3,'https://timesca.com/?page=2','2026-05-21T04:59:59Z',1765059885);
CREATE TABLE capture_tally (captures INTEGER NOT NULL, crcs INTEGER NOT NULL);
INSERT INTO "capture_tally" VALUES(2,4980180619);
CREATE TABLE quote (
    base TEXT NOT NULL,
    as_of TEXT NOT NULL,
    source TEXT NOT NULL,
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    PRIMARY KEY (base, as_of, source)
) WITHOUT ROWID;
INSERT INTO "quote" VALUES('KGS','2026-05-20','timesca',1);
INSERT INTO "quote" VALUES('KGS','2026-05-21','timesca',3);
INSERT INTO "quote" VALUES('KGS','2026-05-22','cbr',4);
INSERT INTO "quote" VALUES('KZT','2026-05-20','timesca',1);
INSERT INTO "quote" VALUES('KZT','2026-05-21','timesca',3);
INSERT INTO "quote" VALUES('TJS','2026-05-20','timesca',1);
INSERT INTO "quote" VALUES('TJS','2026-05-21','timesca',3);
INSERT INTO "quote" VALUES('TMT','2026-05-20','timesca',1);
INSERT INTO "quote" VALUES('UZS','2026-05-20','timesca',1);
INSERT INTO "quote" VALUES('UZS','2026-05-21','timesca',3);
INSERT INTO "quote" VALUES('UZS','2026-05-22','cbr',4);
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    as_of TEXT NOT NULL,
    quotes TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    crc INTEGER NOT NULL,
    UNIQUE (as_of, source, quotes)
);
INSERT INTO "snapshot" VALUES(1,'timesca','2026-05-20','KGS 0.01144 0;KZT 0.00194 -0;TJS 0.10877 -0;UZS 0.00008 0;TMT 0.28571 0','2026-05-22T07:25:05.120125Z',3995880146);
INSERT INTO "snapshot" VALUES(2,'timesca','2026-05-21','KGS 0.01144 0;KZT 0.00195 0;TJS 0.10881 0.04;UZS 0.00008 0','2026-05-22T06:34:05.120033Z',1179898704);
INSERT INTO "snapshot" VALUES(3,'timesca','2026-05-21','KGS 0.01145 0.09;KZT 0.00195 0;TJS 0.10881 0.04;UZS 0.00008 0','2026-05-22T06:51:05.120063Z',4195685525);
INSERT INTO "snapshot" VALUES(4,'cbr','2026-05-22','KGS =KGS/RUB:86.0354:100:0.0001 =USD/RUB:75.2380:1:0.0001;UZS =UZS/RUB:62.8322:10000:0.0001 =USD/RUB:75.2380:1:0.0001','2026-05-22T07:08:05.120094Z',1330950895);
CREATE TABLE source_log (
    source TEXT PRIMARY KEY,
    success_at TEXT,
    failure_at TEXT,
    failure TEXT
) WITHOUT ROWID;
INSERT INTO "source_log" VALUES('cbr','2026-05-22T07:59:05.120186Z','2026-05-22T08:16:05.120217Z','https://example.org/rates answered 503 Service Unavailable: try again later');
INSERT INTO "source_log" VALUES('timesca','2026-05-22T07:42:05.120155Z',NULL,NULL);
CREATE TABLE tally (snapshots INTEGER NOT NULL, crcs INTEGER NOT NULL);
INSERT INTO "tally" VALUES(4,10702415270);
CREATE INDEX snapshot_last_seen ON snapshot (source, as_of, seen_at);
CREATE TRIGGER snapshot_added AFTER INSERT ON snapshot BEGIN
    UPDATE tally SET snapshots = snapshots + 1, crcs = crcs + NEW.crc;
END;
CREATE TRIGGER snapshot_seen AFTER UPDATE ON snapshot BEGIN
    UPDATE tally SET crcs = crcs - OLD.crc + NEW.crc;
END;
CREATE TRIGGER snapshot_gone AFTER DELETE ON snapshot BEGIN
    UPDATE tally SET snapshots = snapshots - 1, crcs = crcs - OLD.crc;
END;
CREATE TRIGGER capture_added AFTER INSERT ON capture BEGIN
    UPDATE capture_tally SET captures = captures + 1, crcs = crcs + NEW.crc;
END;
CREATE TRIGGER capture_gone AFTER DELETE ON capture BEGIN
    UPDATE capture_tally SET captures = captures - 1, crcs = crcs - OLD.crc;
END;
CREATE TRIGGER captured_gone AFTER DELETE ON snapshot BEGIN
    DELETE FROM capture WHERE snapshot = OLD.id;
END;
COMMIT;
