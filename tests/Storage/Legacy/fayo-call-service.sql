-- The tables of FAYO's own call service, as its Prisma migrations leave them.
CREATE TYPE "CallType" AS ENUM ('VIDEO', 'VOICE');
CREATE TYPE "CallStatus" AS ENUM ('PENDING', 'RINGING', 'ACTIVE', 'COMPLETED', 'CANCELLED', 'EXPIRED');

CREATE TABLE "call_sessions"
(
    "id" TEXT NOT NULL,
    "channelName" TEXT NOT NULL,
    "callType" "CallType" NOT NULL DEFAULT 'VIDEO',
    "initiatorId" TEXT NOT NULL,
    "recipientId" TEXT,
    "status" "CallStatus" NOT NULL DEFAULT 'PENDING',
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "startedAt" TIMESTAMP(3),
    "endedAt" TIMESTAMP(3),
    "metadata" JSONB,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "call_sessions_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "call_sessions_channelName_idx" ON "call_sessions" ("channelName");
CREATE INDEX "call_sessions_initiatorId_idx" ON "call_sessions" ("initiatorId");
CREATE INDEX "call_sessions_recipientId_idx" ON "call_sessions" ("recipientId");

CREATE TABLE "_prisma_migrations"
(
    "id" VARCHAR(36) NOT NULL PRIMARY KEY,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "finished_at", "applied_steps_count")
VALUES (gen_random_uuid()::text, repeat('0', 64), '20250101000000_init', now(), 1);
