import { notFound } from "next/navigation";
import { ChallengeFacts } from "#components/challenge/challenge-facts.tsx";
import { schemaDataset } from "#components/challenge/dataset.ts";
import { Downloads } from "#components/challenge/downloads.tsx";
import { defenseCommand, entryCommands } from "#components/challenge/entry-commands.ts";
import { threatSentence } from "#components/challenge/threat-sentence.ts";
import { JsonLd } from "#components/site/json-ld.tsx";
import { Markdown } from "#components/ui/markdown.tsx";
import { Time } from "#components/ui/time.tsx";
import { threatModelName } from "#contest/threat-model.ts";
import { listBaselines, listChanges, readChallenge } from "#data/challenges.ts";
import { getViewer } from "#data/session.ts";
import { siteAddress } from "#data/site.ts";

type Props = { params: Promise<{ slug: string }> };

export default async function ChallengePage({ params }: Props) {
  const viewer = await getViewer();
  const challenge = await readChallenge(viewer, (await params).slug);
  if (!challenge) notFound();
  const [baselines, changes] = await Promise.all([
    listBaselines(viewer, challenge.id),
    listChanges(viewer, challenge.id),
  ]);
  const { slug, config, grid } = challenge;
  return (
    <div className="grid gap-x-14 gap-y-10 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <JsonLd data={schemaDataset(siteAddress(), challenge)} />
      <div className="min-w-0 space-y-10">
        <section aria-label="In short" className="max-w-[68ch] space-y-3 text-[1.0625rem] leading-relaxed">
          <p>{challenge.summary}</p>
          <p>
            <strong className="font-semibold">{threatModelName(config.threatModel, grid)}.</strong>{" "}
            {threatSentence(config.threatModel, grid)}
          </p>
        </section>
        <section aria-labelledby="enter" className="space-y-4">
          <h2 id="enter">Enter in three commands</h2>
          <p className="max-w-[68ch] text-quiet">
            <code>$TOKEN</code> is an API token from <a href="/settings">your settings</a>; the forms above do the same
            in the browser.
          </p>
          <ol className="space-y-3">
            {entryCommands(siteAddress(), slug).map(({ about, command }) => (
              <Command key={about} about={about} command={command} />
            ))}
          </ol>
          <div>
            <Command
              as="div"
              about="A defense is one command: an ONNX model and its claim"
              command={defenseCommand(siteAddress(), slug)}
            />
          </div>
        </section>
        <section aria-labelledby="rules" className="space-y-4">
          <h2 id="rules">Rules</h2>
          <Markdown>{config.rules}</Markdown>
        </section>
        {changes.length > 0 && (
          <section aria-labelledby="changes" className="space-y-4">
            <h2 id="changes">Changed since the opening</h2>
            <ul className="space-y-3">
              {changes.map((change) => (
                <li key={String(change.id)}>
                  <p>{change.summary}</p>
                  <p className="text-[0.8125rem] text-quiet">
                    <Time at={change.at} /> · from <code>{change.sha256Before.slice(0, 12)}</code> to{" "}
                    <code>{change.sha256After.slice(0, 12)}</code>
                  </p>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <aside className="min-w-0 space-y-10">
        <ChallengeFacts challenge={challenge} config={config} />
        <Downloads slug={slug} n={challenge.n} data={config.data} baselines={baselines} />
      </aside>
    </div>
  );
}

function Command({ as: Tag = "li", about, command }: { as?: "li" | "div"; about: string; command: string }) {
  return (
    <Tag>
      <p className="mb-1 text-[0.875rem] text-quiet">{about}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{command}</code>
      </pre>
    </Tag>
  );
}
