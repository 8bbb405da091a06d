-- Orleans' own tables, part 1 of 4: the table in which the ADO.NET providers of Orleans 10 look their queries up at start.
--
-- orleans-main.sql, orleans-clustering.sql, orleans-persistence.sql and orleans-reminders.sql are migration 1 of Fayo.Calls,
-- in this order. They have been released: a change goes into a new migration, never into these files.
--
-- Parameters (@Name) and result columns have the names that the providers bind and read. Each query is one statement, so
-- that it is atomic without a transaction of its own.

CREATE TABLE OrleansQuery
(
    QueryKey text PRIMARY KEY,
    QueryText text NOT NULL
);
