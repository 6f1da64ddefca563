-- A new value of an enum can only be used once the transaction that added it has ended: hence a migration of its own.

-- CreateIndex
CREATE INDEX "HistoryRecord_defenseId_kind_at_id_idx" ON "HistoryRecord"("defenseId", "kind", "at", "id");

-- Falls from before they were recorded, as their evaluations tell them.
INSERT INTO "HistoryRecord" ("kind", "challengeId", "defenseId", "attackId", "standingBefore", "standingAfter", "taken", "evaluatorVersion", "detail", "at")
SELECT 'fell', e."challengeId", e."defenseId", e."attackId", e."standingBefore", e."standingAfter", e."taken", e."evaluatorVersion",
       jsonb_strip_nulls(jsonb_build_object('evaluation', e."id"::text, 'subject', CASE WHEN e."attackId" IS NULL THEN e."subject" END)), e."createdAt"
FROM "Evaluation" e WHERE e."taken" > 0 AND e."kind" IN ('attack', 'house');

-- How many attacks it had met, at 1, 2, 5, 10, 20, 50, ...
INSERT INTO "HistoryRecord" ("kind", "challengeId", "defenseId", "attackId", "standingAfter", "evaluatorVersion", "detail", "at")
SELECT 'faced', "challengeId", "defenseId", "attackId", "standingAfter", "evaluatorVersion", jsonb_build_object('faced', met), "createdAt"
FROM (SELECT e.*, row_number() OVER (PARTITION BY e."defenseId" ORDER BY e."id") AS met FROM "Evaluation" e WHERE e."kind" = 'attack') e
WHERE met::text ~ '^[125]0*$';

-- Tiers and places of now. Nobody knows any more since when.
INSERT INTO "HistoryRecord" ("kind", "challengeId", "defenseId", "evaluatorVersion", "detail")
SELECT 'gauntlet', d."challengeId", d."id", 'unknown', jsonb_build_object('tier', d."tier") FROM "Defense" d WHERE d."tier" <> 'none';
INSERT INTO "HistoryRecord" ("kind", "challengeId", "defenseId", "evaluatorVersion", "detail")
SELECT 'ranked', d."challengeId", d."id", 'unknown', jsonb_build_object('unranked', d."unranked")
FROM "Defense" d WHERE d."unranked" IS DISTINCT FROM 'tier';

-- The record is append-only, whoever asks.
-- \073 is a semicolon: the schema engine's adapter cuts a script at each of them, quoted or not.
CREATE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql AS
E'BEGIN RAISE EXCEPTION \'the record is append-only: % of "HistoryRecord" refused\', TG_OP\073 END\073';
CREATE TRIGGER "HistoryRecord_append_only" BEFORE UPDATE OR DELETE ON "HistoryRecord"
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER "HistoryRecord_no_truncate" BEFORE TRUNCATE ON "HistoryRecord"
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record();
