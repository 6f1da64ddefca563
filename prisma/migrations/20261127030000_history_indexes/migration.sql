-- DropIndex
DROP INDEX "Defense_challengeId_admittedAt_id_idx";

-- CreateIndex
CREATE INDEX "Defense_challengeId_admittedAt_id_clean_n_origin_idx" ON "Defense"("challengeId", "admittedAt", "id", "clean", "n", "origin");

-- CreateIndex
CREATE INDEX "HistoryRecord_challengeId_kind_threshold_defenseId_at_idx" ON "HistoryRecord"("challengeId", "kind", "threshold", "defenseId", "at");
