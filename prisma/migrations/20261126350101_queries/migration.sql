-- AlterTable
ALTER TABLE "EvaluatorNode" ADD COLUMN     "address" TEXT;

-- CreateTable
CREATE TABLE "QueryLedger" (
    "personId" TEXT NOT NULL,
    "defenseId" TEXT NOT NULL,
    "challengeId" TEXT NOT NULL,
    "spent" INTEGER NOT NULL,
    "attackRows" INTEGER NOT NULL DEFAULT 0,
    "budget" INTEGER NOT NULL,
    "firstAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "QueryLedger_pkey" PRIMARY KEY ("personId","defenseId"),
    -- Whoever charges: nobody is ever answered more than the budget, or less than nothing.
    CONSTRAINT "QueryLedger_within_budget" CHECK ("spent" BETWEEN 0 AND "budget" AND "attackRows" BETWEEN 0 AND "spent")
);

-- CreateIndex
CREATE INDEX "QueryLedger_defenseId_spent_personId_idx" ON "QueryLedger"("defenseId", "spent" DESC, "personId");

-- CreateIndex
CREATE INDEX "QueryLedger_challengeId_personId_idx" ON "QueryLedger"("challengeId", "personId");

-- AddForeignKey
ALTER TABLE "QueryLedger" ADD CONSTRAINT "QueryLedger_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QueryLedger" ADD CONSTRAINT "QueryLedger_defenseId_fkey" FOREIGN KEY ("defenseId") REFERENCES "Defense"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QueryLedger" ADD CONSTRAINT "QueryLedger_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
