import { useState } from 'react';
import {
  AssistantMessage,
  Composer,
  type RequestStop,
  StatusAnnouncer,
  useGeneration,
  useStopOnEscape,
} from 'stopkit';
import './example.css';
import { talkingSource, type TalkingOptions } from './talkingSource.js';

/** What the example's model and server do. */
export interface ExampleChatProps extends TalkingOptions {
  /** Who answers the stop; without it nobody is asked. */
  requestStop?: RequestStop;
  /** @default 5000 */
  confirmWithinMs?: number;
}

/** The smallest chat there is: one answer, one composer. */
export function ExampleChat({ requestStop, confirmWithinMs, ...model }: ExampleChatProps) {
  const [question, setQuestion] = useState<string | null>(null);
  const answer = useGeneration({
    source: talkingSource(model),
    ...(requestStop === undefined ? {} : { requestStop }),
    ...(confirmWithinMs === undefined ? {} : { confirmWithinMs }),
  });
  useStopOnEscape(answer);
  return (
    <div className="example">
      {question !== null && (
        <>
          <p className="question">{question}</p>
          <AssistantMessage
            generation={answer}
            onRegenerate={() => void answer.regenerate()}
            onContinue={() => void answer.continueAnswer()}
          />
        </>
      )}
      <Composer
        generation={answer}
        onSend={(text) => {
          setQuestion(text);
          void answer.start(text);
        }}
      />
      <StatusAnnouncer generation={answer} />
    </div>
  );
}
