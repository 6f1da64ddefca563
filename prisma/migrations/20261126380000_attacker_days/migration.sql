-- CreateTable
CREATE TABLE "AttackerScoreDay" (
    "challengeId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "firstBreaks" INTEGER NOT NULL,
    "queries" BIGINT,
    "attacks" INTEGER NOT NULL,

    CONSTRAINT "AttackerScoreDay_pkey" PRIMARY KEY ("challengeId","personId","day")
);

-- AddForeignKey
ALTER TABLE "AttackerScoreDay" ADD CONSTRAINT "AttackerScoreDay_challengeId_personId_fkey" FOREIGN KEY ("challengeId", "personId") REFERENCES "AttackerScore"("challengeId", "personId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the scores are now. Nobody knows any more what they were before.
INSERT INTO "AttackerScoreDay" ("challengeId", "personId", "day", "score", "firstBreaks", "queries", "attacks")
SELECT "challengeId", "personId", (now() AT TIME ZONE 'UTC')::date, "score", "firstBreaks", "queries", "attacks" FROM "AttackerScore";
