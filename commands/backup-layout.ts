/** What a backup holds, by its path in the archive. All paths but the dump's are those of the state folder. */

/** Copy of the embedded server's files. */
export const copiedDatabase = "postgres/data";

/** Dump of a server of one's own (pg_dump, custom format). */
export const dumpedDatabase = "database.dump";

/** What lasts besides the database: uploads, the installation's secret, the embedded server's password. */
export const kept = ["artifacts", "secret", "postgres/password"];
