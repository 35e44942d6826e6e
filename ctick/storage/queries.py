"""The statements that read snapshots from the store, and the rows that they return.

Of the snapshots of a source's day the one seen last is used; of those seen at the same moment, as
an import may have them, the one whose text sorts last. No statement sorts more than one day's rows,
and none reads further than it is asked to.
"""

SNAPSHOTS = "SELECT id, source, as_of, quotes, seen_at, crc FROM snapshot"

# The same with the capture, or three NULLs; only for stores that keep captures.
CAPTURED = """
SELECT id, source, as_of, quotes, seen_at, snapshot.crc, url, captured_at, capture.crc
FROM snapshot LEFT JOIN capture ON capture.snapshot = snapshot.id
"""

# A row of the index (its day and source), whether it points to the snapshot that was seen last or to one seen at the
# same moment, and the columns of SNAPSHOTS for that snapshot: a wrong index is noticed.
_INDEXED = """
SELECT q.as_of, q.source, EXISTS (
    SELECT 1 FROM snapshot i
    WHERE i.id = q.snapshot AND i.source = q.source AND i.as_of = q.as_of AND i.seen_at = s.seen_at
), s.id, s.source, s.as_of, s.quotes, s.seen_at, s.crc
FROM quote q LEFT JOIN snapshot s ON s.id = ifnull((
    SELECT l.id FROM snapshot l
    WHERE l.source = q.source AND l.as_of = q.as_of AND instr(';' || l.quotes, ';' || q.base || ' ')
    ORDER BY l.seen_at DESC, l.quotes DESC LIMIT 1
), q.snapshot)
"""
QUOTES = f"""{_INDEXED}
WHERE q.base = ? AND q.as_of <= ?
ORDER BY q.as_of DESC, s.seen_at DESC, q.source
"""
# Goes through the days of the source: the index of a currency may be full of other sources.
QUOTES_OF_SOURCE = f"""{_INDEXED.replace("FROM quote q ", "FROM snapshot day CROSS JOIN quote q ")}
WHERE day.source = ? AND q.base = ? AND day.as_of <= ? AND q.as_of = day.as_of AND q.source = day.source
AND NOT EXISTS (
    SELECT 1 FROM snapshot again WHERE again.source = day.source AND again.as_of = day.as_of
    AND (again.seen_at, again.quotes) > (day.seen_at, day.quotes)
)
ORDER BY day.as_of DESC
"""  # noqa: S608 - all of it is written above
HISTORY = f"""{_INDEXED}
WHERE q.base = ? AND q.as_of BETWEEN ? AND ? AND q.source = ? ORDER BY q.as_of
"""
# Each of the next three follows SNAPSHOTS or CAPTURED.
REVISIONS = "WHERE source = ? AND as_of BETWEEN ? AND ? ORDER BY as_of, seen_at, quotes"
BETWEEN = "WHERE as_of BETWEEN ? AND ? AND source = ifnull(?, source) ORDER BY as_of, source, seen_at, quotes"
# By pages: a statement that waits for a slow reader (`| less`) would hold up every writer.
PAGE = """
WHERE (as_of, source, seen_at, quotes) > (?, ?, ?, ?) ORDER BY as_of, source, seen_at, quotes LIMIT 1000
"""
DAYS = "SELECT DISTINCT as_of FROM snapshot WHERE source = ? AND as_of BETWEEN ? AND ?"
HAS = "SELECT 1 FROM snapshot WHERE as_of = ? AND source = ? LIMIT 1"
CAPTURE = "SELECT url, captured_at, crc FROM capture WHERE snapshot = ?"
KNOWN = f"{SNAPSHOTS} WHERE as_of = ? AND source = ? AND quotes = ?"
LAST_OF_SOURCE = f"{SNAPSHOTS} WHERE source = ? AND as_of <= ? ORDER BY as_of DESC, seen_at DESC, quotes DESC LIMIT 1"
