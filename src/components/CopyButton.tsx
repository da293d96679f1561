'use client';
import { useEffect, useState } from 'react';
import { announce, liveRegion } from './announce.js';
import { Button } from './Button.js';
import { ButtonFace } from './ButtonFace.js';
import { copyIcon, doneIcon } from './icons.js';

interface CopyButtonProps {
  text: string;
  labels: { copy: string; copied: string };
}

/** Copies the answer as it is stored, and says so for as long as its animation lasts. */
export function CopyButton({ text, labels }: CopyButtonProps) {
  const [isCopied, setIsCopied] = useState(false);
  const reset = (): void => setIsCopied(false);
  useEffect(() => {
    liveRegion('status');
  }, []);
  const copy = async (): Promise<void> => {
    reset();
    try {
      await navigator.clipboard.writeText(text);
      setIsCopied(true);
      announce(labels.copied);
    } catch {
      // Not allowed, or not a secure page: nothing was copied, and nothing says it was.
    }
  };
  const looks = {
    copy: { icon: copyIcon, word: labels.copy },
    copied: { icon: doneIcon, word: labels.copied },
  };
  return (
    <Button
      data-copied={isCopied || undefined}
      onClick={() => void copy()}
      onAnimationEnd={reset}
      // Without the stylesheet there is no animation.
      onBlur={reset}
      onPointerEnter={reset}
    >
      <ButtonFace look={looks[isCopied ? 'copied' : 'copy']} looks={looks} />
    </Button>
  );
}
