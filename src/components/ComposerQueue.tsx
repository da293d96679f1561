import { type ReactElement, useEffect, useRef } from 'react';
import type { QueuedMessage } from '../react/createMessageQueue.js';
import { usePressGuard } from '../react/usePressGuard.js';
import { Button } from './Button.js';
import type { ComposerLabels } from './composerLabels.js';
import { bentIcon, editIcon, removeIcon, sendIcon } from './icons.js';

/** Props of `ComposerQueue`. */
export interface ComposerQueueProps {
  messages: readonly QueuedMessage[];
  /** Says how many wait, and for what. */
  title: string;
  /** Nothing is sent by itself any more. */
  isHeld: boolean;
  words: ComposerLabels;
  onSendNext: () => void;
  onEdit: (id: number) => void;
  onRemove: (id: number) => void;
}

/** The messages that wait above the text box. */
export function ComposerQueue(props: ComposerQueueProps): ReactElement {
  const { messages, title, isHeld, words, onSendNext, onEdit, onRemove } = props;
  const guard = usePressGuard(null);
  const shown = useRef(messages);
  useEffect(() => {
    // A message that has gone leaves its place to another; one that comes takes nobody's.
    if (shown.current.some((message) => !messages.includes(message))) guard.restart();
    shown.current = messages;
  }, [messages, guard]);
  return (
    <div data-part="queue">
      <div data-part="queue-head">
        <span>{title}</span>
        {isHeld && (
          <Button variant="outline" icon={sendIcon} keepsFocus onClick={onSendNext}>
            {words.sendNext}
          </Button>
        )}
      </div>
      <ul>
        {messages.map(({ id, text }) => {
          // A name is heard as a whole, at each of the two buttons.
          const name = text.replace(/^(.{60}).+$/su, '$1…');
          return (
            <li key={id}>
              {bentIcon}
              <bdi data-part="queue-text">{text}</bdi>
              <Button
                aria-label={words.edit(name)}
                icon={editIcon}
                keepsFocus
                onClick={(event) => guard.isTooEarly(event) || onEdit(id)}
              />
              <Button
                aria-label={words.remove(name)}
                icon={removeIcon}
                keepsFocus
                onClick={(event) => guard.isTooEarly(event) || onRemove(id)}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
