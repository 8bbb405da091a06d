-- How often in a row nobody could check the call: the sweep waits longer after each failure. Not indexed, and the default costs no
-- writing of the rows that are there.

ALTER TABLE call_sessions ADD COLUMN sweep_failures smallint NOT NULL DEFAULT 0;
