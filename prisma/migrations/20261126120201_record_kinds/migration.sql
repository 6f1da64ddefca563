-- AlterEnum
ALTER TYPE "RecordKind" ADD VALUE 'faced';
ALTER TYPE "RecordKind" ADD VALUE 'fell';
ALTER TYPE "RecordKind" ADD VALUE 'gauntlet';
ALTER TYPE "RecordKind" ADD VALUE 'ranked';
