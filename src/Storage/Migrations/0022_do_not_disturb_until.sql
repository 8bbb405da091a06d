-- indexes, built concurrently

-- What is over is deleted every hour: without the index that reads the whole table for every thousand rows.
CREATE INDEX CONCURRENTLY do_not_disturb_until ON do_not_disturb (until);
