interface WaitingProps {
  labels: { waiting: string; stillWaiting: string };
}

/** That the first word is awaited, in words that come by a CSS delay: a fast answer never shows them. */
export function Waiting({ labels }: WaitingProps) {
  return (
    <div data-part="waiting">
      <span data-caret="" aria-hidden="true" />
      <span data-part="waiting-words">{labels.waiting}</span>
      <span data-part="waiting-words" data-long="">
        {labels.stillWaiting}
      </span>
    </div>
  );
}
