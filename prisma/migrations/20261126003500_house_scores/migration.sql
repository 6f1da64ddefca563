-- CreateTable
CREATE TABLE "HouseScore" (
    "challengeId" TEXT NOT NULL,
    "attack" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "met" INTEGER NOT NULL,
    "success" DOUBLE PRECISION NOT NULL,
    "attacked" BIGINT NOT NULL,
    "queries" BIGINT NOT NULL,
    "firstAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "HouseScore_pkey" PRIMARY KEY ("challengeId","attack")
);

-- AddForeignKey
ALTER TABLE "HouseScore" ADD CONSTRAINT "HouseScore_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HouseScore" ADD CONSTRAINT "HouseScore_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the house has already run. From here on the evaluator adds each stage as it records it.
INSERT INTO "HouseScore" ("challengeId", "attack", "name", "personId", "met", "success", "attacked", "queries", "firstAt")
SELECT m."challengeId", m.attack, coalesce(names.name, m.attack), house."id", count(*), avg(m.share), sum(m.attacked), sum(m.queries), min(m.first)
FROM (
    SELECT e."challengeId", e."detail"->'stage'->>'attack' AS attack, sum(e."broken")::float / GREATEST(d."clean", 1) AS share,
        sum(e."attacked") AS attacked, min(e."createdAt") AS first,
        sum((e."detail"->>'gradients')::numeric + (e."detail"->>'forwards')::numeric) AS queries
    FROM "Evaluation" e JOIN "Defense" d ON d."id" = e."defenseId"
    WHERE e."kind" = 'house' AND e."detail" IS NOT NULL GROUP BY 1, 2, d."id"
) m
LEFT JOIN (VALUES ('transfer', 'Transfer'), ('apgd-ce', 'APGD-CE'), ('apgd-margin', 'APGD-margin'), ('apgd-dlr', 'APGD-DLR'),
    ('apgd-t', 'APGD-T'), ('fab-t', 'FAB-T'), ('square', 'Square'), ('hopskipjump', 'HopSkipJump'), ('noise', 'Noise')
) AS names (attack, name) ON names.attack = m.attack
CROSS JOIN (SELECT "id" FROM "Person" WHERE "house" ORDER BY "createdAt" LIMIT 1) house
GROUP BY m."challengeId", m.attack, names.name, house."id";
