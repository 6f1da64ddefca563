-- CreateTable
CREATE TABLE "AttackDay" (
    "attackId" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "met" INTEGER NOT NULL,
    "success" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "AttackDay_pkey" PRIMARY KEY ("attackId","day")
);

-- CreateTable
CREATE TABLE "HouseScoreDay" (
    "challengeId" TEXT NOT NULL,
    "attack" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "met" INTEGER NOT NULL,
    "success" DOUBLE PRECISION NOT NULL,
    "attacked" BIGINT NOT NULL,
    "queries" BIGINT NOT NULL,

    CONSTRAINT "HouseScoreDay_pkey" PRIMARY KEY ("challengeId","attack","day")
);

-- AddForeignKey
ALTER TABLE "AttackDay" ADD CONSTRAINT "AttackDay_attackId_fkey" FOREIGN KEY ("attackId") REFERENCES "Attack"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HouseScoreDay" ADD CONSTRAINT "HouseScoreDay_challengeId_attack_fkey" FOREIGN KEY ("challengeId", "attack") REFERENCES "HouseScore"("challengeId", "attack") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What submitted attacks had done by the end of each day, from their evaluations.
INSERT INTO "AttackDay" ("attackId", "day", "met", "success")
SELECT "attackId", "day", sum("met") OVER so_far, sum("shares") OVER so_far / sum("met") OVER so_far
FROM (
    SELECT e."attackId", (e."createdAt" AT TIME ZONE 'UTC')::date AS "day", count(*) AS "met", sum(e."broken"::float8 / greatest(1, d."clean")) AS "shares"
    FROM "Evaluation" e JOIN "Defense" d ON d."id" = e."defenseId" WHERE e."kind" = 'attack' GROUP BY 1, 2
) AS days
WINDOW so_far AS (PARTITION BY "attackId" ORDER BY "day");

-- What the house's lines are now. Nobody knows any more what they were before.
INSERT INTO "HouseScoreDay" ("challengeId", "attack", "day", "met", "success", "attacked", "queries")
SELECT "challengeId", "attack", (now() AT TIME ZONE 'UTC')::date, "met", "success", "attacked", "queries" FROM "HouseScore";
