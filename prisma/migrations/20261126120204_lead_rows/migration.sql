-- CreateIndex
CREATE INDEX "Defense_challengeId_admittedAt_id_idx" ON "Defense"("challengeId", "admittedAt", "id");

-- Who leads now. Nobody knows any more since when.
INSERT INTO "HistoryRecord" ("kind", "challengeId", "defenseId", "standingAfter", "evaluatorVersion")
SELECT DISTINCT ON (d."challengeId") 'led', d."challengeId", d."id", d."standing", 'unknown' FROM "Defense" d
WHERE d."unranked" IS NULL ORDER BY d."challengeId", d."standing" DESC, d."clean" DESC, d."receivedAt", d."id";
