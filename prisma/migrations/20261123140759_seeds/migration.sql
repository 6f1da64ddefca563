-- AlterTable
ALTER TABLE "Challenge" ADD COLUMN     "seed" TEXT,
ADD COLUMN     "seedHash" TEXT;
