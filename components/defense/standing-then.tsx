import { LevelBadge } from "#components/ui/level-badge.tsx";
import { percent } from "#components/ui/numbers.ts";
import type { HistoryState } from "#contest/history.ts";
import { wilson } from "#contest/interval.ts";
import { UNRANKED, type UnrankedReason } from "#contest/ranking.ts";
import { levelOf, type Thresholds } from "#contest/standing.ts";

interface Props {
  state: HistoryState;
  n: number;
  thresholds: Thresholds;
}

/** Where an admitted defense stood, as its record says. */
export function StandingThen({ state, n, thresholds }: Props) {
  const { unranked, withdrawn, refuted, tier } = state;
  const standing = state.standing ?? 0;
  const [low, high] = wilson(standing, n);
  const place = unranked === null ? "ranked" : `not ranked: ${UNRANKED[unranked as UnrankedReason] ?? unranked}`;
  return (
    <dl className="facts">
      <dt>Robust accuracy</dt>
      <dd>
        <span className="num">{percent(standing / n)}</span> of <span className="num">{n}</span> points, 95 % interval{" "}
        <span className="num">{percent(low)}</span> to <span className="num">{percent(high)}</span>
      </dd>
      <dt>Level</dt>
      <dd>
        <LevelBadge level={levelOf(standing / n, thresholds)} />
      </dd>
      <dt>Place</dt>
      <dd>
        {place}
        {withdrawn && ", withdrawn"}
      </dd>
      <dt>Claim</dt>
      <dd>{refuted ? "refuted" : "not refuted"}</dd>
      <dt>Gauntlet</dt>
      <dd>{tier}</dd>
    </dl>
  );
}
