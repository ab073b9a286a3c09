/** All questions, by groups; each link keeps the range, and whom it was about. */
import { hrefOf, type Params } from '../../state/place.ts';
import type { Question } from './kinds.ts';
import { QUESTIONS } from './table.ts';

interface QuestionListProps {
  readonly current: Question;
  readonly params: Params;
}

export function QuestionList({ current, params }: QuestionListProps) {
  const groups = [...Map.groupBy(QUESTIONS, ({ group }) => group)];
  return (
    <nav class="question-list" aria-label="Questions">
      {groups.map(([group, questions]) => (
        <section key={group} aria-label={group}>
          <h2>{group}</h2>
          <ul>
            {questions.map((question) => (
              <li key={question.name}>
                <a
                  href={hrefOf('questions', { ...params, question: question.name, hour: undefined })}
                  {...(question === current && { 'aria-current': 'page' as const })}
                >
                  {question.title}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
