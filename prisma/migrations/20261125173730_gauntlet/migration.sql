-- AlterTable
ALTER TABLE "Defense" ADD COLUMN     "survey" JSONB;

-- AlterTable
ALTER TABLE "Evaluation" ADD COLUMN     "detail" JSONB;

-- Until now the tiers were empty and every admitted defense counted as through them.
UPDATE "Defense" SET "tier" = 'none';
