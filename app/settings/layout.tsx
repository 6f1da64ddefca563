import type { ReactNode } from "react";
import { PageTitle } from "#components/ui/page-title.tsx";
import { unreadNotices } from "#data/notices.ts";
import { requireViewer } from "#data/require-viewer.ts";
import { SettingsTabs } from "./tabs.tsx";

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const viewer = await requireViewer("/settings");
  return (
    <>
      <PageTitle>Settings</PageTitle>
      <SettingsTabs unread={await unreadNotices(viewer)} />
      {children}
    </>
  );
}
