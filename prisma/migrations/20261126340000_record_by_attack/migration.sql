-- CreateIndex
CREATE INDEX "HistoryRecord_attackId_at_idx" ON "HistoryRecord"("attackId", "at");
