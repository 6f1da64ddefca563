import { Note } from "#components/ui/note.tsx";
import { Time } from "#components/ui/time.tsx";
import { UNRANKED } from "#contest/ranking.ts";

interface Props {
  defense: {
    withdrawnAt: Date | null;
    unranked: string | null;
    disqualified: string | null;
    claimRefutedAt: Date | null;
    randomised: boolean;
  };
}

/** What a reader must know before the numbers. */
export function DefenseBanners({ defense }: Props) {
  const { withdrawnAt, unranked, disqualified, claimRefutedAt, randomised } = defense;
  const reason = Object.entries(UNRANKED).find(([key]) => key === unranked)?.[1] ?? unranked;
  return (
    <div className="space-y-2">
      {withdrawnAt && (
        <Note tone="warning">
          Withdrawn by its author on <Time at={withdrawnAt} />. It stays here, and attacks still meet it.
        </Note>
      )}
      {unranked !== null && !withdrawnAt && (
        <Note>
          Listed, not ranked: {reason}
          {disqualified ? ` (${disqualified})` : ""}.
        </Note>
      )}
      {claimRefutedAt && (
        <Note tone="bad">
          Its claim is refuted: since <Time at={claimRefutedAt} /> the whole interval of its robust accuracy lies under
          it.
        </Note>
      )}
      {randomised && <Note>A randomised model: each input is run several times, and the majority answers.</Note>}
    </div>
  );
}
