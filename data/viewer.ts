import "server-only";

/** Who is looking: every read and write in data/ takes one, null for an anonymous visitor. */
export interface Viewer {
  id: string;
  handle: string;
  name: string;
  role: "member" | "organizer" | "admin";
  /** E-mail verified, or approved by an organizer: may hold ranked entries. */
  verified: boolean;
}

/** May see and do what the organizers of a challenge may. */
export function isOrganizer(viewer: Viewer | null, challenge: { organizerId: string }): boolean {
  return (
    viewer !== null && (viewer.role === "admin" || (viewer.role === "organizer" && viewer.id === challenge.organizerId))
  );
}
