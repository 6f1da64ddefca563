-- AlterEnum
ALTER TYPE "RecordKind" ADD VALUE 'led';
