-- How the model's process ended in a tier of the gauntlet that could not be run.
ALTER TABLE "Defense" ADD COLUMN "gauntletFault" TEXT;
