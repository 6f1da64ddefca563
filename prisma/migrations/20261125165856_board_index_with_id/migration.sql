-- DropIndex
DROP INDEX "Defense_challengeId_standing_clean_receivedAt_idx";

-- DropIndex
DROP INDEX "Defense_challengeId_unranked_standing_clean_receivedAt_idx";

-- CreateIndex
CREATE INDEX "Defense_challengeId_unranked_standing_clean_receivedAt_id_idx" ON "Defense"("challengeId", "unranked", "standing" DESC, "clean" DESC, "receivedAt", "id");

-- CreateIndex
CREATE INDEX "Defense_challengeId_standing_clean_receivedAt_id_idx" ON "Defense"("challengeId", "standing" DESC, "clean" DESC, "receivedAt", "id");
