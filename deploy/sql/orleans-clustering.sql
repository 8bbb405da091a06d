-- Orleans' own tables, part 2 of 4: which silos there are.
--
-- Every change of a cluster's membership moves the version of the cluster on by one, and only from the version that the
-- silo has read: the row of the version is the lock under which changes are made one after another.

CREATE TABLE OrleansMembershipVersionTable
(
    DeploymentId text PRIMARY KEY,
    Version integer NOT NULL DEFAULT 0,
    Timestamp timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE OrleansMembershipTable
(
    DeploymentId text NOT NULL,
    Address text NOT NULL,
    Port integer NOT NULL,
    Generation integer NOT NULL,
    SiloName text NOT NULL,
    HostName text NOT NULL,
    Status integer NOT NULL,
    ProxyPort integer,
    SuspectTimes text,
    StartTime timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,

    PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES

('InsertMembershipVersionKey', $query$
WITH inserted AS (
    INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId)
    ON CONFLICT DO NOTHING
    RETURNING DeploymentId
)
SELECT count(*)::integer FROM inserted
$query$),

('InsertMembershipKey', $query$
WITH moved_on AS (
    UPDATE OrleansMembershipVersionTable
    SET Version = Version + 1, Timestamp = now()
    WHERE DeploymentId = @DeploymentId AND Version = @Version
        AND NOT EXISTS (
            SELECT FROM OrleansMembershipTable
            WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
    RETURNING DeploymentId
),
inserted AS (
    INSERT INTO OrleansMembershipTable (
        DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM moved_on
    RETURNING DeploymentId
)
SELECT count(*)::integer FROM inserted
$query$),

('UpdateMembershipKey', $query$
WITH moved_on AS (
    UPDATE OrleansMembershipVersionTable
    SET Version = Version + 1, Timestamp = now()
    WHERE DeploymentId = @DeploymentId AND Version = @Version
        AND EXISTS (
            SELECT FROM OrleansMembershipTable
            WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
    RETURNING DeploymentId
),
updated AS (
    UPDATE OrleansMembershipTable AS member
    SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
    FROM moved_on
    WHERE member.DeploymentId = moved_on.DeploymentId
        AND member.Address = @Address AND member.Port = @Port AND member.Generation = @Generation
    RETURNING member.DeploymentId
)
SELECT count(*)::integer FROM updated
$query$),

('UpdateIAmAlivetimeKey', $query$
UPDATE OrleansMembershipTable
SET IAmAliveTime = @IAmAliveTime
WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
$query$),

-- One row with the version alone when there is no such silo.
('MembershipReadRowKey', $query$
SELECT cluster.DeploymentId, member.Address, member.Port, member.Generation, member.SiloName, member.HostName, member.Status,
    member.ProxyPort, member.SuspectTimes, member.StartTime, member.IAmAliveTime, cluster.Version
FROM OrleansMembershipVersionTable AS cluster
LEFT JOIN OrleansMembershipTable AS member
    ON member.DeploymentId = cluster.DeploymentId
    AND member.Address = @Address AND member.Port = @Port AND member.Generation = @Generation
WHERE cluster.DeploymentId = @DeploymentId
$query$),

('MembershipReadAllKey', $query$
SELECT cluster.DeploymentId, member.Address, member.Port, member.Generation, member.SiloName, member.HostName, member.Status,
    member.ProxyPort, member.SuspectTimes, member.StartTime, member.IAmAliveTime, cluster.Version
FROM OrleansMembershipVersionTable AS cluster
LEFT JOIN OrleansMembershipTable AS member ON member.DeploymentId = cluster.DeploymentId
WHERE cluster.DeploymentId = @DeploymentId
$query$),

('GatewaysQueryKey', $query$
SELECT Address, ProxyPort, Generation
FROM OrleansMembershipTable
WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
$query$),

('DeleteMembershipTableEntriesKey', $query$
WITH members AS (
    DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId
)
DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId
$query$),

-- 3 is SiloStatus.Active. A silo that was killed while it started or stopped stays in the status it had then.
('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM OrleansMembershipTable
WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3
$query$);
