'use client';
import { type ComponentPropsWithoutRef, forwardRef, useEffect, useRef } from 'react';
import type { Stoppable } from '../core/index.js';
import { announce, asOne, liveRegion } from './announce.js';
import {
  type Announced,
  announcement,
  type StatusAnnouncerLabels,
  statusAnnouncerLabels,
} from './announcement.js';
import { heldWords } from './heldWords.js';
import { renderElement, type RenderProp } from './renderElement.js';

/** What can be announced: any generation, or a conversation's status. */
export interface AnnouncedGeneration extends Stoppable {
  getSnapshot(): Announced;
}

/** Props of `StatusAnnouncer`. */
export interface StatusAnnouncerProps extends Omit<ComponentPropsWithoutRef<'span'>, 'children'> {
  generation: AnnouncedGeneration;
  labels?: Partial<StatusAnnouncerLabels> | undefined;
  render?: RenderProp<'span'> | undefined;
}

/** Snapshots that somebody announced: two announcers of one answer say it once. */
const said = new WeakSet<Announced>();

/** Lets screen readers hear when an answer begins, ends, stops or fails, and never its words. */
export const StatusAnnouncer = forwardRef<HTMLSpanElement, StatusAnnouncerProps>(
  function StatusAnnouncer({ generation, labels, render, ...rest }, ref) {
    const latest = useRef({ generation, labels });
    useEffect(() => {
      latest.current = { generation, labels };
    });
    const { subscribe } = generation;
    useEffect(() => {
      liveRegion('status');
      liveRegion('alert');
      const read = (): { snapshot: Announced; words: string | null } => {
        const snapshot = latest.current.generation.getSnapshot();
        return { snapshot, words: announcement(snapshot, statusAnnouncerLabels)?.words ?? null };
      };
      // What was so before anyone listened is no news.
      let before = read();
      return subscribe(() => {
        const now = read();
        const isNewRun =
          now.snapshot.status === 'connecting' && before.snapshot.status !== 'connecting';
        const isNews = now.words !== before.words || isNewRun;
        before = now;
        if (!isNews || said.has(now.snapshot)) return;
        said.add(now.snapshot);
        const words = { ...statusAnnouncerLabels, ...latest.current.labels };
        const news = announcement(now.snapshot, words);
        if (news === null) return;
        const held = news.ends ? heldWords(subscribe) : null;
        announce(held === null ? news.words : asOne(news.words, held), news.role);
      });
    }, [subscribe]);
    return renderElement(
      'span',
      'status-announcer',
      {
        ...rest,
        ref,
        hidden: true,
      },
      render,
    );
  },
);
