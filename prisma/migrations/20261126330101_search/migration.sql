-- Trigrams find names that were typed wrongly. A trusted extension: whoever owns the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Text as search compares it: no case, no accents, ASCII punctuation as spaces. data/search-words.ts folds in the same way.
CREATE FUNCTION search_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(regexp_replace(normalize($1, NFKD), '[̀-ͯ]', '', 'g'), '[!-/:-@\[-`{-~]+', ' ', 'g'));

-- Names are read far more often than written: no list of pending entries that every reading would go through.
-- The words of an entry, and what the trigrams of its name are made of. Defenses and attacks have their submission's name.
CREATE INDEX "Submission_words" ON "Submission"
USING gin (to_tsvector('english', search_fold("name" || ' ' || coalesce("form"->>'description', '')))) WITH (fastupdate = off);
CREATE INDEX "Submission_name_trigrams" ON "Submission" USING gin (search_fold("name") gin_trgm_ops) WITH (fastupdate = off);

-- Of suspended people their own words are not found.
CREATE INDEX "Person_words" ON "Person" USING gin (to_tsvector('english', search_fold("name" || ' ' || "handle"
    || CASE WHEN "suspendedAt" IS NULL THEN ' ' || "affiliation" || ' ' || "bio" ELSE '' END))) WITH (fastupdate = off);
CREATE INDEX "Person_name_trigrams" ON "Person" USING gin (search_fold("name" || ' ' || "handle") gin_trgm_ops) WITH (fastupdate = off);

-- What begins as it was asked for comes first. These ranges serve every script, also those that trigrams do not know.
CREATE INDEX "Submission_name_prefix" ON "Submission" (search_fold("name") text_pattern_ops);
CREATE INDEX "Person_name_prefix" ON "Person" (search_fold("name") text_pattern_ops);
