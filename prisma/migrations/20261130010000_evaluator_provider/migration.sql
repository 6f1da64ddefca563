-- Evaluators with an accelerator take the gauntlet from a queue of their own.
ALTER TABLE "EvaluatorNode" ADD COLUMN "provider" TEXT NOT NULL DEFAULT 'cpu';
