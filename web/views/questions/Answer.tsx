/** The answer to a question as it comes in: how far it is, its numbers, its picture, and what the range is worth. */
import { useMemo } from 'preact/hooks';
import { claimsOfCoverage } from '../../api/claims.ts';
import { NothingFound } from '../../parts/NothingFound.tsx';
import { useArchive } from '../../state/archive.ts';
import { spanOf } from '../../state/ranges.ts';
import { useCoverage } from '../../state/useCoverage.ts';
import { type Asked, rowsOf } from './answer.ts';
import { Covered } from './Covered.tsx';
import { Figures } from './Figures.tsx';
import { AllCounted, HowFar } from './HowFar.tsx';
import { countQuery, filterOf, type QuestionPlace, stepFor } from './place.ts';
import { TimePicture } from './TimePicture.tsx';
import { useCount } from './useCount.ts';
import './picture.css';
import { ValuesPicture } from './ValuesPicture.tsx';
import { WeekPicture } from './WeekPicture.tsx';

/** By the kind of a question's rows: the picture, and the same numbers as a table. */
const PICTURES = { time: TimePicture, week: WeekPicture, values: ValuesPicture } as const;

export function Answer({ place, log }: { readonly place: QuestionPlace; readonly log: string }) {
  const { question, from, to } = place;
  const timeField = useArchive().logTypes.find(({ logType }) => logType === log)?.timeField ?? 'time';
  const step = stepFor(question, place);
  const { count, running } = useCount(countQuery(place, log, timeField), question, timeField, step);
  const coverage = useCoverage(log, from, to);
  const known = coverage.loaded.state === 'there' ? coverage.loaded.value : undefined;
  const claims = count.claims ?? (known && claimsOfCoverage(known));
  const span = useMemo(() => spanOf({ from, to }), [from, to]);
  const { tally, phase } = count;
  const filter = filterOf(place);
  const isWhole = phase === 'whole';
  const hasSome = tally.records > 0;
  const spans = known?.spans ?? [];
  const asked: Asked | undefined = span && { question, filter, from, to, span, step, isWhole, spans };
  const Picture = PICTURES[question.rows.kind];
  return (
    <div class="answer">
      <HowFar count={count} running={running} span={span} />
      {isWhole && !hasSome && claims && <NothingFound claims={claims} hasFilter={filter !== ''} />}
      {claims && (
        <section class="panel summary" aria-label="In all">
          {hasSome && <Figures question={question} tally={tally} isWhole={isWhole} />}
          {hasSome && isWhole && <AllCounted question={question} tally={tally} />}
          <Covered claims={claims} from={from} to={to} coverage={coverage} />
        </section>
      )}
      {hasSome && asked && <Picture place={place} log={log} asked={asked} rows={rowsOf(tally, asked)} />}
    </div>
  );
}
