-- CreateTable
CREATE TABLE "Correction" (
    "id" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "was" TEXT NOT NULL,
    "says" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "personId" TEXT NOT NULL,
    "accepted" BOOLEAN,
    "decidedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Correction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CorrectionDecision" (
    "id" BIGSERIAL NOT NULL,
    "correctionId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "accepted" BOOLEAN NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CorrectionDecision_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Correction_recordId_accepted_idx" ON "Correction"("recordId", "accepted");

-- CreateIndex
CREATE INDEX "Correction_accepted_createdAt_idx" ON "Correction"("accepted", "createdAt");

-- CreateIndex
CREATE INDEX "Correction_personId_accepted_idx" ON "Correction"("personId", "accepted");

-- CreateIndex
CREATE INDEX "CorrectionDecision_correctionId_id_idx" ON "CorrectionDecision"("correctionId", "id");

-- AddForeignKey
ALTER TABLE "Correction" ADD CONSTRAINT "Correction_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CorrectionDecision" ADD CONSTRAINT "CorrectionDecision_correctionId_fkey" FOREIGN KEY ("correctionId") REFERENCES "Correction"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CorrectionDecision" ADD CONSTRAINT "CorrectionDecision_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Who decided what, and why, stays.
-- \073 is a semicolon: the schema engine's adapter cuts a script at each of them, quoted or not.
CREATE FUNCTION refuse_change_of_decision() RETURNS trigger LANGUAGE plpgsql AS
E'BEGIN RAISE EXCEPTION \'decisions are append-only: % of "CorrectionDecision" refused\', TG_OP\073 END\073';
CREATE TRIGGER "CorrectionDecision_append_only" BEFORE UPDATE OR DELETE ON "CorrectionDecision"
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_decision();
