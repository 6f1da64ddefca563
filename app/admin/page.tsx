import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Note } from "#components/ui/note.tsx";
import { bytes, count } from "#components/ui/numbers.ts";
import { PageTitle } from "#components/ui/page-title.tsx";
import { listPeople, runsTheSite } from "#data/approvals.ts";
import { countWaitingCorrections } from "#data/corrections.ts";
import { readCauses, readOperations } from "#data/operations.ts";
import { readQueueView } from "#data/queue-view.ts";
import { getViewer } from "#data/session.ts";
import { Causes } from "./causes.tsx";
import { Evaluators } from "./evaluators.tsx";
import { People } from "./people.tsx";
import { Queue } from "./queue.tsx";

export const metadata: Metadata = { title: "Operations" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AdminPage({ searchParams }: Props) {
  const viewer = await getViewer();
  if (!runsTheSite(viewer)) notFound();
  const given = await searchParams;
  const search = String(given.q ?? "").trim();
  const show = given.people === "all" || search !== "" ? "all" : "waiting";
  const [now, causes, people, queue, corrections] = await Promise.all([
    readOperations(),
    readCauses(),
    listPeople(viewer, show, search),
    // The page says what is wrong where the queue cannot be read.
    readQueueView(viewer).catch(() => null),
    countWaitingCorrections(viewer),
  ]);
  return (
    <>
      <PageTitle
        actions={
          <>
            <Link href="/admin/corrections">Corrections ({count(corrections)} waiting)</Link>
            <a href="/api/v1/metrics">Metrics</a>
          </>
        }
      >
        Operations
      </PageTitle>
      <div className="space-y-10">
        {now.status === "down" && <Note tone="bad">Not everything works: {now.reasons.join("; ")}.</Note>}
        <dl className="flex flex-wrap gap-x-10 gap-y-3">
          <Fact name="Waiting" value={count(now.queue.waiting)} />
          <Fact name="Oldest waits" value={`${count(now.queue.oldestSeconds)} s`} />
          <Fact name="Being evaluated" value={count(now.queue.running)} />
          <Fact name="Disk free" value={`${bytes(now.disk.freeBytes)} of ${bytes(now.disk.totalBytes)}`} />
        </dl>
        {queue && <Queue {...queue} />}
        <Evaluators rows={now.evaluators} />
        <Causes rows={causes} />
        <People rows={people} show={show} search={search} admin={viewer.role === "admin"} />
      </div>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-[0.8125rem] text-quiet">{name}</dt>
      <dd className="num text-xl">{value}</dd>
    </div>
  );
}
