-- Scripts and styles of the pages, of this release and of those before: a silo serves from here what a page of another release asks it for.
CREATE TABLE page_assets
(
    -- The name of the file. It has a hash of the content in it, so that a name always means the same content.
    name text COLLATE "C" PRIMARY KEY,
    content_type text NOT NULL,
    is_compressed boolean NOT NULL,
    -- Compressed with gzip where is_compressed says so.
    content bytea NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    -- When a silo that has the file last said so, to within a day. Deleted 30 days later.
    last_seen_at timestamptz NOT NULL DEFAULT now()
);

-- Most of it is compressed already.
ALTER TABLE page_assets ALTER COLUMN content SET STORAGE EXTERNAL;
