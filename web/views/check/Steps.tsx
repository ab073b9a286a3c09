/** The steps of one proof, and what they come to. */
import { type Step, type StepState, type Verdict, verdictOf } from './proof.ts';

const VERDICTS: Readonly<Record<Verdict, string>> = {
  proved: 'Proved: the record is what was signed, and the key that you know vouches for it.',
  'self-consistent':
    'Only self-consistent: nothing contradicts itself, but nothing from outside vouches for it. Whoever made this could have made all of it anew.',
  broken: 'Broken: something is altered, or contradicts itself.',
};

const MARKS: Readonly<Record<StepState, string>> = { holds: '✓', fails: '✕', open: '?' };
const WORDS: Readonly<Record<StepState, string>> = { holds: 'holds', fails: 'does not hold', open: 'open' };

export function Steps({ title, steps }: { readonly title: string; readonly steps: readonly Step[] }) {
  const verdict = verdictOf(steps);
  return (
    <section class={`panel verdict verdict-${verdict}`} aria-label={title}>
      <h2>{title}</h2>
      <p role="status">{VERDICTS[verdict]}</p>
      <ol class="check-steps">
        {steps.map(({ title, state, words }) => (
          <li key={title} class={`step-${state}`}>
            <span class="step-mark" aria-hidden="true">
              {MARKS[state]}
            </span>
            <span>
              <strong>{title}</strong>: {WORDS[state]}. <span class="quiet">{words}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
