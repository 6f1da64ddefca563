-- CreateEnum
CREATE TYPE "Role" AS ENUM ('member', 'organizer', 'admin');

-- CreateEnum
CREATE TYPE "SubmissionKind" AS ENUM ('defense', 'attack');

-- CreateEnum
CREATE TYPE "SubmissionState" AS ENUM ('received', 'queued', 'validating', 'evaluating', 'scored', 'rejected', 'failed');

-- CreateEnum
CREATE TYPE "Origin" AS ENUM ('person', 'baseline');

-- CreateEnum
CREATE TYPE "Tier" AS ENUM ('none', 'quick', 'full');

-- CreateEnum
CREATE TYPE "EvaluationKind" AS ENUM ('clean', 'holdout', 'attack', 'house');

-- CreateEnum
CREATE TYPE "RecordKind" AS ENUM ('claimed', 'admitted', 'broken', 'claim_refuted', 'flagged', 'withdrawn', 'rescored', 'chosen', 'intervention');

-- CreateTable
CREATE TABLE "Person" (
    "id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "passwordHash" TEXT,
    "githubId" TEXT,
    "role" "Role" NOT NULL DEFAULT 'member',
    "affiliation" TEXT NOT NULL DEFAULT '',
    "website" TEXT NOT NULL DEFAULT '',
    "bio" TEXT NOT NULL DEFAULT '',
    "emailVerifiedAt" TIMESTAMPTZ(3),
    "approvedAt" TIMESTAMPTZ(3),
    "approvedById" TEXT,
    "suspendedAt" TIMESTAMPTZ(3),
    "sessionVersion" INTEGER NOT NULL DEFAULT 0,
    "house" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "expiresAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MailToken" (
    "id" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "MailToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Challenge" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "sha256" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "classes" INTEGER NOT NULL,
    "grid" INTEGER,
    "norm" TEXT NOT NULL,
    "epsilon" DOUBLE PRECISION NOT NULL,
    "pointsSha" TEXT NOT NULL,
    "labelsSha" TEXT NOT NULL,
    "holdoutN" INTEGER NOT NULL,
    "holdoutXSha" TEXT NOT NULL,
    "holdoutYSha" TEXT NOT NULL,
    "opensAt" TIMESTAMPTZ(3) NOT NULL,
    "closesAt" TIMESTAMPTZ(3),
    "revealsAt" TIMESTAMPTZ(3),
    "test" BOOLEAN NOT NULL DEFAULT false,
    "organizerId" TEXT NOT NULL,
    "defenses" INTEGER NOT NULL DEFAULT 0,
    "ranked" INTEGER NOT NULL DEFAULT 0,
    "attacks" INTEGER NOT NULL DEFAULT 0,
    "bestStanding" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Challenge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ChallengeChange" (
    "id" BIGSERIAL NOT NULL,
    "challengeId" TEXT NOT NULL,
    "personId" TEXT,
    "summary" TEXT NOT NULL,
    "sha256Before" TEXT NOT NULL,
    "sha256After" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ChallengeChange_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Submission" (
    "id" TEXT NOT NULL,
    "kind" "SubmissionKind" NOT NULL,
    "challengeId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "origin" "Origin" NOT NULL DEFAULT 'person',
    "state" "SubmissionState" NOT NULL DEFAULT 'received',
    "stage" TEXT NOT NULL DEFAULT '',
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL DEFAULT 0,
    "name" TEXT NOT NULL,
    "form" JSONB NOT NULL,
    "uploadSha" TEXT NOT NULL,
    "uploadName" TEXT NOT NULL,
    "uploadBytes" BIGINT NOT NULL,
    "sideSha" TEXT,
    "contentSha" TEXT,
    "problems" JSONB,
    "failure" TEXT,
    "attempt" TEXT NOT NULL DEFAULT 'pending',
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Submission_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SubmissionEvent" (
    "id" BIGSERIAL NOT NULL,
    "submissionId" TEXT NOT NULL,
    "state" "SubmissionState" NOT NULL,
    "message" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SubmissionEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Defense" (
    "id" TEXT NOT NULL,
    "challengeId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "origin" "Origin" NOT NULL DEFAULT 'person',
    "name" TEXT NOT NULL,
    "claim" DOUBLE PRECISION NOT NULL,
    "facts" JSONB NOT NULL,
    "modelSha" TEXT NOT NULL,
    "randomised" BOOLEAN NOT NULL DEFAULT false,
    "n" INTEGER NOT NULL DEFAULT 0,
    "cleanBits" BYTEA,
    "clean" INTEGER NOT NULL DEFAULT 0,
    "holdoutN" INTEGER NOT NULL DEFAULT 0,
    "holdoutRight" INTEGER NOT NULL DEFAULT 0,
    "standingBits" BYTEA,
    "standing" INTEGER NOT NULL DEFAULT 0,
    "faced" INTEGER NOT NULL DEFAULT 0,
    "level" TEXT NOT NULL DEFAULT 'standing',
    "tier" "Tier" NOT NULL DEFAULT 'none',
    "memorised" BOOLEAN NOT NULL DEFAULT false,
    "disqualified" TEXT,
    "chosen" BOOLEAN NOT NULL DEFAULT false,
    "unranked" TEXT DEFAULT 'tier',
    "withdrawnAt" TIMESTAMPTZ(3),
    "claimRefutedAt" TIMESTAMPTZ(3),
    "lastFellAt" TIMESTAMPTZ(3),
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,
    "admittedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Defense_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Attack" (
    "id" TEXT NOT NULL,
    "challengeId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "origin" "Origin" NOT NULL DEFAULT 'person',
    "name" TEXT NOT NULL,
    "targetId" TEXT,
    "queries" BIGINT,
    "examplesSha" TEXT NOT NULL,
    "points" BYTEA NOT NULL,
    "rows" INTEGER NOT NULL,
    "submittedRows" INTEGER NOT NULL,
    "rowFaults" JSONB NOT NULL,
    "distances" JSONB NOT NULL,
    "met" INTEGER NOT NULL DEFAULT 0,
    "success" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "withdrawnAt" TIMESTAMPTZ(3),
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,
    "admittedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Attack_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Evaluation" (
    "id" BIGSERIAL NOT NULL,
    "challengeId" TEXT NOT NULL,
    "defenseId" TEXT NOT NULL,
    "kind" "EvaluationKind" NOT NULL,
    "subject" TEXT NOT NULL,
    "attackId" TEXT,
    "evaluatorVersion" TEXT NOT NULL,
    "bits" BYTEA,
    "answers" BYTEA,
    "earned" BYTEA,
    "attacked" INTEGER NOT NULL,
    "broken" INTEGER NOT NULL,
    "invalid" INTEGER NOT NULL DEFAULT 0,
    "crashed" INTEGER NOT NULL DEFAULT 0,
    "taken" INTEGER NOT NULL DEFAULT 0,
    "standingBefore" INTEGER NOT NULL DEFAULT 0,
    "standingAfter" INTEGER NOT NULL DEFAULT 0,
    "distances" JSONB,
    "seconds" DOUBLE PRECISION NOT NULL,
    "seed" TEXT NOT NULL,
    "ortVersion" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "cpu" TEXT NOT NULL,
    "modelSha" TEXT NOT NULL,
    "examplesSha" TEXT,
    "pointsSha" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Evaluation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "HistoryRecord" (
    "id" BIGSERIAL NOT NULL,
    "kind" "RecordKind" NOT NULL,
    "challengeId" TEXT NOT NULL,
    "defenseId" TEXT,
    "attackId" TEXT,
    "threshold" TEXT,
    "standingBefore" INTEGER,
    "standingAfter" INTEGER,
    "taken" INTEGER,
    "evaluatorVersion" TEXT NOT NULL,
    "detail" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "HistoryRecord_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AttackerCredit" (
    "personId" TEXT NOT NULL,
    "defenseId" TEXT NOT NULL,
    "challengeId" TEXT NOT NULL,
    "earned" INTEGER NOT NULL,
    "firstBreaks" INTEGER NOT NULL,

    CONSTRAINT "AttackerCredit_pkey" PRIMARY KEY ("personId","defenseId")
);

-- CreateTable
CREATE TABLE "AttackerScore" (
    "challengeId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "firstBreaks" INTEGER NOT NULL,
    "queries" BIGINT,
    "attacks" INTEGER NOT NULL,
    "house" BOOLEAN NOT NULL DEFAULT false,
    "firstAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AttackerScore_pkey" PRIMARY KEY ("challengeId","personId")
);

-- CreateTable
CREATE TABLE "Notice" (
    "id" BIGSERIAL NOT NULL,
    "personId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "href" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "readAt" TIMESTAMPTZ(3),

    CONSTRAINT "Notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EvaluatorNode" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "tier" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "ort" TEXT NOT NULL,
    "cpu" TEXT NOT NULL,
    "slots" INTEGER NOT NULL,
    "busy" INTEGER NOT NULL DEFAULT 0,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "EvaluatorNode_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RateLimiterFlexible" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" TIMESTAMPTZ(3),

    CONSTRAINT "RateLimiterFlexible_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "Person_handle_key" ON "Person"("handle");

-- CreateIndex
CREATE UNIQUE INDEX "Person_email_key" ON "Person"("email");

-- CreateIndex
CREATE UNIQUE INDEX "Person_githubId_key" ON "Person"("githubId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_hash_key" ON "ApiToken"("hash");

-- CreateIndex
CREATE INDEX "ApiToken_personId_idx" ON "ApiToken"("personId");

-- CreateIndex
CREATE UNIQUE INDEX "MailToken_hash_key" ON "MailToken"("hash");

-- CreateIndex
CREATE INDEX "MailToken_personId_idx" ON "MailToken"("personId");

-- CreateIndex
CREATE UNIQUE INDEX "Challenge_slug_key" ON "Challenge"("slug");

-- CreateIndex
CREATE INDEX "ChallengeChange_challengeId_at_idx" ON "ChallengeChange"("challengeId", "at");

-- CreateIndex
CREATE INDEX "Submission_challengeId_kind_contentSha_idx" ON "Submission"("challengeId", "kind", "contentSha");

-- CreateIndex
CREATE INDEX "Submission_personId_receivedAt_idx" ON "Submission"("personId", "receivedAt");

-- CreateIndex
CREATE INDEX "Submission_state_receivedAt_idx" ON "Submission"("state", "receivedAt");

-- CreateIndex
CREATE INDEX "SubmissionEvent_submissionId_id_idx" ON "SubmissionEvent"("submissionId", "id");

-- CreateIndex
CREATE INDEX "Defense_challengeId_unranked_standing_clean_receivedAt_idx" ON "Defense"("challengeId", "unranked", "standing" DESC, "clean" DESC, "receivedAt");

-- CreateIndex
CREATE INDEX "Defense_challengeId_standing_clean_receivedAt_idx" ON "Defense"("challengeId", "standing" DESC, "clean" DESC, "receivedAt");

-- CreateIndex
CREATE INDEX "Defense_personId_idx" ON "Defense"("personId");

-- CreateIndex
CREATE UNIQUE INDEX "Defense_challengeId_modelSha_key" ON "Defense"("challengeId", "modelSha");

-- CreateIndex
CREATE INDEX "Attack_challengeId_success_receivedAt_idx" ON "Attack"("challengeId", "success" DESC, "receivedAt");

-- CreateIndex
CREATE INDEX "Attack_personId_idx" ON "Attack"("personId");

-- CreateIndex
CREATE UNIQUE INDEX "Attack_challengeId_examplesSha_key" ON "Attack"("challengeId", "examplesSha");

-- CreateIndex
CREATE INDEX "Evaluation_defenseId_createdAt_idx" ON "Evaluation"("defenseId", "createdAt");

-- CreateIndex
CREATE INDEX "Evaluation_attackId_defenseId_idx" ON "Evaluation"("attackId", "defenseId");

-- CreateIndex
CREATE INDEX "Evaluation_challengeId_createdAt_idx" ON "Evaluation"("challengeId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Evaluation_defenseId_subject_evaluatorVersion_key" ON "Evaluation"("defenseId", "subject", "evaluatorVersion");

-- CreateIndex
CREATE INDEX "HistoryRecord_defenseId_at_idx" ON "HistoryRecord"("defenseId", "at");

-- CreateIndex
CREATE INDEX "HistoryRecord_challengeId_kind_at_idx" ON "HistoryRecord"("challengeId", "kind", "at");

-- CreateIndex
CREATE INDEX "HistoryRecord_kind_at_idx" ON "HistoryRecord"("kind", "at");

-- CreateIndex
CREATE INDEX "AttackerCredit_challengeId_personId_idx" ON "AttackerCredit"("challengeId", "personId");

-- CreateIndex
CREATE INDEX "AttackerCredit_defenseId_idx" ON "AttackerCredit"("defenseId");

-- CreateIndex
CREATE INDEX "AttackerScore_challengeId_score_firstBreaks_idx" ON "AttackerScore"("challengeId", "score" DESC, "firstBreaks" DESC);

-- CreateIndex
CREATE INDEX "Notice_personId_at_idx" ON "Notice"("personId", "at");

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MailToken" ADD CONSTRAINT "MailToken_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Challenge" ADD CONSTRAINT "Challenge_organizerId_fkey" FOREIGN KEY ("organizerId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ChallengeChange" ADD CONSTRAINT "ChallengeChange_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SubmissionEvent" ADD CONSTRAINT "SubmissionEvent_submissionId_fkey" FOREIGN KEY ("submissionId") REFERENCES "Submission"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Defense" ADD CONSTRAINT "Defense_id_fkey" FOREIGN KEY ("id") REFERENCES "Submission"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Defense" ADD CONSTRAINT "Defense_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Defense" ADD CONSTRAINT "Defense_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Attack" ADD CONSTRAINT "Attack_id_fkey" FOREIGN KEY ("id") REFERENCES "Submission"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Attack" ADD CONSTRAINT "Attack_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Attack" ADD CONSTRAINT "Attack_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_defenseId_fkey" FOREIGN KEY ("defenseId") REFERENCES "Defense"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_attackId_fkey" FOREIGN KEY ("attackId") REFERENCES "Attack"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HistoryRecord" ADD CONSTRAINT "HistoryRecord_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HistoryRecord" ADD CONSTRAINT "HistoryRecord_defenseId_fkey" FOREIGN KEY ("defenseId") REFERENCES "Defense"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HistoryRecord" ADD CONSTRAINT "HistoryRecord_attackId_fkey" FOREIGN KEY ("attackId") REFERENCES "Attack"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AttackerCredit" ADD CONSTRAINT "AttackerCredit_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AttackerCredit" ADD CONSTRAINT "AttackerCredit_defenseId_fkey" FOREIGN KEY ("defenseId") REFERENCES "Defense"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AttackerScore" ADD CONSTRAINT "AttackerScore_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AttackerScore" ADD CONSTRAINT "AttackerScore_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Notice" ADD CONSTRAINT "Notice_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
