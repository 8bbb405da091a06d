-- Orleans' own tables, part 3 of 4: the state of grains.
--
-- The key is unique, with absent key extensions taken as equal, and a first write yields to a row that is there already:
-- of two first writes that overlap one wins, and the other is told so (InconsistentStateException).

CREATE TABLE OrleansStorage
(
    GrainIdHash integer NOT NULL,
    GrainIdN0 bigint NOT NULL,
    GrainIdN1 bigint NOT NULL,
    GrainTypeHash integer NOT NULL,
    GrainTypeString text NOT NULL,
    GrainIdExtensionString text,
    ServiceId text NOT NULL,
    PayloadBinary bytea,
    ModifiedOn timestamptz NOT NULL DEFAULT now(),
    Version integer NOT NULL
);

CREATE UNIQUE INDEX OrleansStorage_Key
    ON OrleansStorage (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtensionString) NULLS NOT DISTINCT;

-- Why not IS NOT DISTINCT FROM for the extension: that comparison cannot use an index.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES

('ReadFromStorageKey', $query$
SELECT PayloadBinary, Version
FROM OrleansStorage
WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND (GrainIdExtensionString = @GrainIdExtensionString
        OR (GrainIdExtensionString IS NULL AND @GrainIdExtensionString IS NULL))
$query$),

-- Answers with the new version; with the version it was given, or none, when the write lost.
('WriteToStorageKey', $query$
WITH updated AS (
    UPDATE OrleansStorage
    SET PayloadBinary = @PayloadBinary, ModifiedOn = now(), Version = Version + 1
    WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        AND (GrainIdExtensionString = @GrainIdExtensionString
            OR (GrainIdExtensionString IS NULL AND @GrainIdExtensionString IS NULL))
        AND Version = @GrainStateVersion
    RETURNING Version
),
inserted AS (
    INSERT INTO OrleansStorage (
        GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, Version)
    SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId,
        @PayloadBinary, 1
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT DO NOTHING
    RETURNING Version
)
SELECT coalesce((SELECT Version FROM updated), (SELECT Version FROM inserted), @GrainStateVersion) AS NewGrainStateVersion
$query$),

('ClearStorageKey', $query$
UPDATE OrleansStorage
SET PayloadBinary = NULL, ModifiedOn = now(), Version = Version + 1
WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND (GrainIdExtensionString = @GrainIdExtensionString
        OR (GrainIdExtensionString IS NULL AND @GrainIdExtensionString IS NULL))
    AND Version = @GrainStateVersion
RETURNING Version AS NewGrainStateVersion
$query$),

('DeleteStorageKey', $query$
DELETE FROM OrleansStorage
WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND (GrainIdExtensionString = @GrainIdExtensionString
        OR (GrainIdExtensionString IS NULL AND @GrainIdExtensionString IS NULL))
    AND Version = @GrainStateVersion
RETURNING Version + 1 AS NewGrainStateVersion
$query$);
