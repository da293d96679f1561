'use client';
import { QueryClientContext } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import {
  type ConversationStatusOptions,
  type HeldConversations,
  holdConversations,
} from './holdConversations.js';

/** Props of `ConversationStatusProvider`; all but `children` are taken once. */
export interface ConversationStatusProviderProps extends ConversationStatusOptions {
  children?: ReactNode;
}

const HeldContext = createContext<HeldConversations | null>(null);

/** Knows the status of every conversation of a backend, and reads their histories when they are due. */
export function ConversationStatusProvider({
  children,
  ...options
}: ConversationStatusProviderProps): ReactNode {
  const nearest = useContext(QueryClientContext);
  const [held] = useState(() => holdConversations(options, nearest));
  useEffect(() => held.retain(), [held]);
  return <HeldContext.Provider value={held}>{children}</HeldContext.Provider>;
}

/** The conversations of the nearest provider. */
export function useHeldConversations(): HeldConversations {
  const held = useContext(HeldContext);
  if (held === null) {
    throw new Error(
      'stopkit: there is no ConversationStatusProvider above this component, so no backend is known. Put one around it.',
    );
  }
  return held;
}
