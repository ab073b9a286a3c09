/** How much would be taken along, and what it is worth: told by the archive before a byte is sent. */
import type { CoverageAnswer } from '../../api/answers.ts';
import { type Claims, claimsOf } from '../../api/claims.ts';
import { ask } from '../../api/client.ts';
import { CoverageLine } from '../../parts/CoverageLine.tsx';
import { LoadedPart } from '../../parts/LoadedPart.tsx';
import { bytesText, countOf } from '../../parts/numbers.ts';
import type { Loading } from '../../state/useLoad.ts';
import type { TakeFormat } from './formats.ts';

export interface Counted {
  readonly records: number;
  readonly claims: Claims;
}

/** @param url with `count=only`. @throws ApiError */
export async function countRecords(url: string, signal: AbortSignal): Promise<Counted> {
  const response = await ask(url, { signal });
  const { records } = (await response.json()) as { records: number };
  return { records, claims: claimsOf(response.headers) };
}

interface AmountProps {
  readonly counting: Loading<Counted>;
  readonly format: TakeFormat;
  readonly from: string;
  readonly to: string;
  readonly coverage: Loading<CoverageAnswer>;
  /** Bytes, as far as they can be told. */
  readonly estimate: number | undefined;
}

export function Amount({ counting, format, from, to, coverage, estimate }: AmountProps) {
  const claims = counting.loaded.state === 'there' ? counting.loaded.value.claims : undefined;
  return (
    <>
      <LoadedPart
        loading={counting}
        what="Counting"
        slowly="With a filter, every segment that may hold a match is opened. You can download without waiting for it."
      >
        {({ records }) => (
          <p class="amount">
            <strong class="numbers">{countOf(records, 'record')}</strong>
            {estimate !== undefined && (
              <span class="numbers">
                , about {bytesText(estimate)} as {format.title}
              </span>
            )}
          </p>
        )}
      </LoadedPart>
      <CoverageLine claims={claims} from={from} to={to} coverage={coverage} />
    </>
  );
}
