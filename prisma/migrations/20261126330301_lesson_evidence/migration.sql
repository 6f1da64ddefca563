-- The evidence of a lesson: defenses that name its kind, and those that raised its flags.
CREATE INDEX "Submission_category" ON "Submission" (("form"->>'category')) WHERE ("form"->>'category') IS NOT NULL;
CREATE INDEX "HistoryRecord_flag" ON "HistoryRecord" (("detail"->>'flag'), "defenseId") WHERE "kind" = 'flagged';
