import "server-only";
import { CHECKLIST, type Lesson, lessons } from "#archive/lessons.ts";
import type { ArchiveRecord } from "#archive/record.ts";
import { slugOf } from "#archive/slug.ts";
import { allRecords } from "#data/archive.ts";
import type { Viewer } from "#data/viewer.ts";

/** A lesson with the published defenses that it was drawn from. */
export interface LessonWithEvidence extends Lesson {
  /** Its address: /lessons/{slug}. */
  slug: string;
  records: readonly ArchiveRecord[];
}

/** The lesson of a category by its slug; null where there is none. */
export function readLesson(viewer: Viewer | null, slug: string): LessonWithEvidence | null {
  const lesson = lessons.get(slug);
  return lesson ? { ...lesson, slug, records: allRecords(viewer, lesson.category) } : null;
}

/** All lessons, those drawn from most defenses first, and the checklist. */
export function readLessons(viewer: Viewer | null) {
  const all = [...lessons.keys()].map((slug) => readLesson(viewer, slug)!);
  return { lessons: all.sort((a, b) => b.records.length - a.records.length), checklist: CHECKLIST };
}

/** Whether it is a kind of defense that there is a lesson about. */
export function isCategory(category: string): boolean {
  return lessons.get(slugOf(category))?.category === category;
}

/** The kinds of defenses, in the order of the alphabet, each with its lesson's slug. */
export function categories(_viewer: Viewer | null): { slug: string; category: string }[] {
  return [...lessons]
    .map(([slug, { category }]) => ({ slug, category }))
    .sort((a, b) => (a.category < b.category ? -1 : 1));
}

/** The categories whose lesson names a flag. */
export function lessonsOfFlag(viewer: Viewer | null, flag: string): { slug: string; category: string }[] {
  return readLessons(viewer).lessons.filter(({ flags }) => flags.some((id) => id === flag));
}
