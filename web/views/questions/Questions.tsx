/** The view "Questions": what is asked often, picked from a list, about a range and, where it needs one, somebody. */
import { useState } from 'preact/hooks';
import { Empty } from '../../parts/Empty.tsx';
import { LogTypePicker } from '../../parts/LogTypePicker.tsx';
import { RangePicker } from '../../parts/RangePicker.tsx';
import { useArchive } from '../../state/archive.ts';
import { change, usePlace } from '../../state/usePlace.ts';
import { Answer } from './Answer.tsx';
import { isAsked, type QuestionPlace, readQuestion } from './place.ts';
import { QuestionList } from './QuestionList.tsx';
import './questions.css';
import { SubjectField } from './SubjectField.tsx';

export function Questions() {
  const archive = useArchive();
  const { params } = usePlace();
  // "Now" is when the view was opened: a range must not move while it is being counted.
  const [now] = useState(archive.now);
  const kept = archive.logTypes.map(({ logType }) => logType);
  const place = readQuestion(params, kept, now);
  const { question, log } = place;
  return (
    <div class="questions">
      <QuestionList current={question} params={params} />
      <div class="question">
        <header>
          <h1>{question.title}</h1>
          <p>{question.answers}</p>
        </header>
        {log === undefined ? (
          <Empty title="This archive keeps no log type that could answer it">
            <p>It takes {question.logTypes.join(' or ')}: the setting LOG_TYPES of the app says which are kept.</p>
          </Empty>
        ) : (
          <Asking place={place} log={log} />
        )}
      </div>
    </div>
  );
}

function Asking({ place, log }: { readonly place: QuestionPlace; readonly log: string }) {
  const { question, logTypes, from, to, subject, named } = place;
  // What a week's hours were picked for is another week's no more.
  const ask = (changed: Parameters<typeof change>[0]) =>
    change({ question: question.name, log, from, to, hour: undefined, ...changed });
  return (
    <>
      <div class="question-bar">
        {logTypes.length > 1 && <LogTypePicker value={log} of={logTypes} onPick={(picked) => ask({ log: picked })} />}
        {subject && (
          <SubjectField subject={subject} value={named} onPick={(picked) => ask({ [subject.name]: picked })} />
        )}
        <RangePicker from={from} to={to} onPick={(range) => ask(range)} />
      </div>
      {isAsked(place) ? (
        <Answer place={place} log={log} />
      ) : (
        <Empty title="It takes a user">
          <p>Write whose sign-ins it is about: a sign-in name, or an object id.</p>
        </Empty>
      )}
    </>
  );
}
