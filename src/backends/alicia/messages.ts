import type { BodyOf } from './fields.js';

/** The sixteen messages of the protocol: their numbers and their fields. */
export const MESSAGES = {
  ErrorMessage: {
    type: 1,
    fields: {
      id: 'text',
      conversationId: 'text',
      code: 'int',
      message: 'text',
      severity: 'int',
      recoverable: 'flag',
      originatingId: 'text?',
    },
  },
  UserMessage: {
    type: 2,
    fields: {
      id: 'text',
      previousId: 'text?',
      conversationId: 'text',
      content: 'text',
      timestamp: 'long?',
    },
  },
  AssistantMessage: {
    type: 3,
    fields: {
      id: 'text',
      previousId: 'text?',
      conversationId: 'text',
      content: 'text',
      timestamp: 'long?',
    },
  },
  AudioChunk: {
    type: 4,
    fields: {
      conversationId: 'text',
      format: 'text',
      sequence: 'int',
      durationMs: 'int',
      trackSid: 'text?',
      data: 'bytes?',
      isLast: 'flag?',
      timestamp: 'long?',
    },
  },
  ReasoningStep: {
    type: 5,
    fields: {
      id: 'text',
      messageId: 'text',
      conversationId: 'text',
      sequence: 'int',
      content: 'text',
    },
  },
  ToolUseRequest: {
    type: 6,
    fields: {
      id: 'text',
      messageId: 'text',
      conversationId: 'text',
      toolName: 'text',
      parameters: 'map',
      execution: 'text',
      timeoutMs: 'int?',
    },
  },
  ToolUseResult: {
    type: 7,
    fields: {
      id: 'text',
      requestId: 'text',
      conversationId: 'text',
      success: 'flag',
      result: 'any?',
      errorCode: 'text?',
      errorMessage: 'text?',
    },
  },
  // The specification has the ids and the notes, the implementations the success: both are read.
  Acknowledgement: {
    type: 8,
    fields: {
      conversationId: 'text',
      acknowledgedStanzaId: 'long?',
      success: 'flag?',
      acknowledgedMessageId: 'text?',
      lastSeenStanzaId: 'int?',
      notes: 'text?',
    },
  },
  Transcription: {
    type: 9,
    fields: {
      id: 'text',
      previousId: 'text?',
      conversationId: 'text',
      text: 'text',
      final: 'flag',
      confidence: 'float?',
      language: 'text?',
    },
  },
  ControlStop: {
    type: 10,
    fields: {
      conversationId: 'text',
      targetId: 'text?',
      reason: 'text?',
      stopType: 'text?',
    },
  },
  ControlVariation: {
    type: 11,
    fields: { conversationId: 'text', targetId: 'text', mode: 'text', newContent: 'text?' },
  },
  Configuration: {
    type: 12,
    fields: {
      conversationId: 'text?',
      lastSequenceSeen: 'int?',
      clientVersion: 'text?',
      preferredLanguage: 'text?',
      device: 'text?',
      features: 'texts?',
    },
  },
  StartAnswer: {
    type: 13,
    fields: {
      id: 'text',
      previousId: 'text?',
      conversationId: 'text',
      answerType: 'text?',
      plannedSentenceCount: 'int?',
    },
  },
  MemoryTrace: {
    type: 14,
    fields: {
      id: 'text',
      messageId: 'text',
      conversationId: 'text',
      memoryId: 'text',
      content: 'text',
      relevance: 'float',
    },
  },
  Commentary: {
    type: 15,
    fields: {
      id: 'text',
      messageId: 'text',
      conversationId: 'text',
      content: 'text',
      commentaryType: 'text?',
    },
  },
  AssistantSentence: {
    type: 16,
    fields: {
      id: 'text?',
      previousId: 'text',
      conversationId: 'text',
      sequence: 'int',
      text: 'text',
      isFinal: 'flag?',
      audio: 'bytes?',
    },
  },
} as const;

/** The name of a message. */
export type MessageName = keyof typeof MESSAGES;

/** What a message of this name says. */
export type MessageBody<N extends MessageName> = BodyOf<(typeof MESSAGES)[N]['fields']>;

const CLIENT_ALONE = ['UserMessage', 'ControlStop', 'ControlVariation', 'Configuration'] as const;

/** What no server says. */
export const FROM_CLIENT_ALONE: readonly MessageName[] = CLIENT_ALONE;

/** What a server understands. */
export type ClientMessageName = (typeof CLIENT_ALONE)[number] | 'Acknowledgement';

/** What a client understands. */
export type ServerMessageName = Exclude<MessageName, (typeof CLIENT_ALONE)[number]>;

/** One packet: a message with its number in the conversation. */
export type Envelope<N extends MessageName = MessageName> = {
  [K in N]: {
    name: K;
    /** 1, 2, 3 ... from a client, -1, -2, -3 ... from a server; 0 is no number. */
    stanzaId: number;
    conversationId: string;
    meta?: Readonly<Record<string, unknown>>;
    body: MessageBody<K>;
  };
}[N];
