-- CreateTable
CREATE TABLE "GauntletShard" (
    "defenseId" TEXT NOT NULL,
    "evaluatorVersion" TEXT NOT NULL,
    "shard" INTEGER NOT NULL,
    "of" INTEGER NOT NULL,
    "points" BYTEA NOT NULL,
    "survey" JSONB,
    "endedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GauntletShard_pkey" PRIMARY KEY ("defenseId","evaluatorVersion","shard")
);

-- CreateTable
CREATE TABLE "ShardStage" (
    "id" BIGSERIAL NOT NULL,
    "defenseId" TEXT NOT NULL,
    "evaluatorVersion" TEXT NOT NULL,
    "shard" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "report" JSONB NOT NULL,
    "ended" TEXT,
    "points" BYTEA NOT NULL,
    "answers" BYTEA NOT NULL,
    "crashed" INTEGER NOT NULL,
    "examplesSha" TEXT,
    "ortVersion" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "cpu" TEXT NOT NULL,

    CONSTRAINT "ShardStage_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ShardStage_defenseId_evaluatorVersion_shard_subject_key" ON "ShardStage"("defenseId", "evaluatorVersion", "shard", "subject");

-- AddForeignKey
ALTER TABLE "GauntletShard" ADD CONSTRAINT "GauntletShard_defenseId_fkey" FOREIGN KEY ("defenseId") REFERENCES "Defense"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ShardStage" ADD CONSTRAINT "ShardStage_defenseId_evaluatorVersion_shard_fkey" FOREIGN KEY ("defenseId", "evaluatorVersion", "shard") REFERENCES "GauntletShard"("defenseId", "evaluatorVersion", "shard") ON DELETE CASCADE ON UPDATE CASCADE;
