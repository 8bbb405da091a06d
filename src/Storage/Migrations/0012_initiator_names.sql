-- Who calls, by the initiator's verified token. Null where the token says nothing, and in the rows that a silo of the version before writes.
-- Both are written once, with the new row.

ALTER TABLE call_sessions ADD COLUMN initiator_name text, ADD COLUMN initiator_role text;
