/** What every picture is drawn from. */
import type { AnswerRow, Asked } from './answer.ts';
import type { QuestionPlace } from './place.ts';

export interface PictureProps {
  readonly place: QuestionPlace;
  readonly log: string;
  readonly asked: Asked;
  readonly rows: readonly AnswerRow[];
}
