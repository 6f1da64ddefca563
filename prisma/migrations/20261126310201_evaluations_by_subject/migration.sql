-- CreateIndex
CREATE INDEX "Evaluation_challengeId_subject_idx" ON "Evaluation"("challengeId", "subject");
