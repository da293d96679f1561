import type { Envelope } from 'stopkit/alicia';

/** A message and its bytes, as another MessagePack library writes them. */
export const VECTORS: readonly { envelope: Envelope; bytes: string }[] = [
  {
    envelope: {
      name: 'ErrorMessage',
      stanzaId: -7,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        id: 'err_1',
        conversationId: 'conv_7H93k',
        code: 501,
        message: 'no active generation found for target: msg_a9X8Y',
        severity: 2,
        recoverable: true,
        originatingId: 'msg_a9X8Y',
      },
    },
    bytes:
      '85a87374616e7a614964f9ae636f6e766572736174696f6e4964aa636f6e765f374839336ba47479706501a46d65746181a974696d657374616d70cf0000019b76daa800a4626f647987a26964a56572725f31ae636f6e766572736174696f6e4964aa636f6e765f374839336ba4636f6465cd01f5a76d657373616765d9306e6f206163746976652067656e65726174696f6e20666f756e6420666f72207461726765743a206d73675f6139583859a8736576657269747902ab7265636f76657261626c65c3ad6f726967696e6174696e674964a96d73675f6139583859',
  },
  {
    envelope: {
      name: 'UserMessage',
      stanzaId: 1,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        id: 'msg_u1',
        previousId: 'msg_a0',
        conversationId: 'conv_7H93k',
        content: 'Why is the sky blue?',
        timestamp: 1767225600000,
      },
    },
    bytes:
      '85a87374616e7a61496401ae636f6e766572736174696f6e4964aa636f6e765f374839336ba47479706502a46d65746181a974696d657374616d70cf0000019b76daa800a4626f647985a26964a66d73675f7531aa70726576696f75734964a66d73675f6130ae636f6e766572736174696f6e4964aa636f6e765f374839336ba7636f6e74656e74b45768792069732074686520736b7920626c75653fa974696d657374616d70cf0000019b76daa800',
  },
  {
    envelope: {
      name: 'AssistantMessage',
      stanzaId: -2,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        id: 'msg_a1',
        previousId: 'msg_u1',
        conversationId: 'conv_7H93k',
        content: 'Because of Rayleigh.',
        timestamp: 1767225601000,
      },
    },
    bytes:
      '85a87374616e7a614964feae636f6e766572736174696f6e4964aa636f6e765f374839336ba47479706503a46d65746181a974696d657374616d70cf0000019b76daa800a4626f647985a26964a66d73675f6131aa70726576696f75734964a66d73675f7531ae636f6e766572736174696f6e4964aa636f6e765f374839336ba7636f6e74656e74b442656361757365206f66205261796c656967682ea974696d657374616d70cf0000019b76daabe8',
  },
  {
    envelope: {
      name: 'AudioChunk',
      stanzaId: -3,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        conversationId: 'conv_7H93k',
        format: 'audio/opus',
        sequence: 1,
        durationMs: 20,
        trackSid: 'TR_1',
        data: new Uint8Array([0, 1, 254, 255]),
        isLast: true,
        timestamp: 1767225602000,
      },
    },
    bytes:
      '85a87374616e7a614964fdae636f6e766572736174696f6e4964aa636f6e765f374839336ba47479706504a46d65746181a974696d657374616d70cf0000019b76daa800a4626f647988ae636f6e766572736174696f6e4964aa636f6e765f374839336ba6666f726d6174aa617564696f2f6f707573a873657175656e636501aa6475726174696f6e4d7314a8747261636b536964a454525f31a464617461c4040001feffa669734c617374c3a974696d657374616d70cf0000019b76daafd0',
  },
  {
    envelope: {
      name: 'ReasoningStep',
      stanzaId: -4,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        id: 'rs_1',
        messageId: 'msg_a1',
        conversationId: 'conv_7H93k',
        sequence: 1,
        content: 'Light scatters.',
      },
    },
    bytes:
      '85a87374616e7a614964fcae636f6e766572736174696f6e4964aa636f6e765f374839336ba47479706505a46d65746181a974696d657374616d70cf0000019b76daa800a4626f647985a26964a472735f31a96d6573736167654964a66d73675f6131ae636f6e766572736174696f6e4964aa636f6e765f374839336ba873657175656e636501a7636f6e74656e74af4c696768742073636174746572732e',
  },
  {
    envelope: {
      name: 'ToolUseRequest',
      stanzaId: -5,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        id: 'tu_1',
        messageId: 'msg_a1',
        conversationId: 'conv_7H93k',
        toolName: 'search',
        parameters: { query: 'sky', limit: 3 },
        execution: 'server',
        timeoutMs: 30000,
      },
    },
    bytes:
      '85a87374616e7a614964fbae636f6e766572736174696f6e4964aa636f6e765f374839336ba47479706506a46d65746181a974696d657374616d70cf0000019b76daa800a4626f647987a26964a474755f31a96d6573736167654964a66d73675f6131ae636f6e766572736174696f6e4964aa636f6e765f374839336ba8746f6f6c4e616d65a6736561726368aa706172616d657465727382a57175657279a3736b79a56c696d697403a9657865637574696f6ea6736572766572a974696d656f75744d73cd7530',
  },
  {
    envelope: {
      name: 'ToolUseResult',
      stanzaId: -6,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        id: 'tr_1',
        requestId: 'tu_1',
        conversationId: 'conv_7H93k',
        success: false,
        result: [1, 'two'],
        errorCode: 'timeout',
        errorMessage: 'It took too long.',
      },
    },
    bytes:
      '85a87374616e7a614964faae636f6e766572736174696f6e4964aa636f6e765f374839336ba47479706507a46d65746181a974696d657374616d70cf0000019b76daa800a4626f647987a26964a474725f31a9726571756573744964a474755f31ae636f6e766572736174696f6e4964aa636f6e765f374839336ba773756363657373c2a6726573756c749201a374776fa96572726f72436f6465a774696d656f7574ac6572726f724d657373616765b1497420746f6f6b20746f6f206c6f6e672e',
  },
  {
    envelope: {
      name: 'Acknowledgement',
      stanzaId: -8,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: { conversationId: 'conv_7H93k', acknowledgedStanzaId: 4, success: true },
    },
    bytes:
      '85a87374616e7a614964f8ae636f6e766572736174696f6e4964aa636f6e765f374839336ba47479706508a46d65746181a974696d657374616d70cf0000019b76daa800a4626f647983ae636f6e766572736174696f6e4964aa636f6e765f374839336bb461636b6e6f776c65646765645374616e7a61496404a773756363657373c3',
  },
  {
    envelope: {
      name: 'Transcription',
      stanzaId: -9,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        id: 'tx_1',
        previousId: 'msg_a1',
        conversationId: 'conv_7H93k',
        text: 'Stop',
        final: true,
        confidence: 0.5,
        language: 'en',
      },
    },
    bytes:
      '85a87374616e7a614964f7ae636f6e766572736174696f6e4964aa636f6e765f374839336ba47479706509a46d65746181a974696d657374616d70cf0000019b76daa800a4626f647987a26964a474785f31aa70726576696f75734964a66d73675f6131ae636f6e766572736174696f6e4964aa636f6e765f374839336ba474657874a453746f70a566696e616cc3aa636f6e666964656e6365cb3fe0000000000000a86c616e6775616765a2656e',
  },
  {
    envelope: {
      name: 'ControlStop',
      stanzaId: 4,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        conversationId: 'conv_7H93k',
        targetId: 'msg_a9X8Y',
        reason: 'user_clicked_stop',
        stopType: 'generation',
      },
    },
    bytes:
      '85a87374616e7a61496404ae636f6e766572736174696f6e4964aa636f6e765f374839336ba4747970650aa46d65746181a974696d657374616d70cf0000019b76daa800a4626f647984ae636f6e766572736174696f6e4964aa636f6e765f374839336ba87461726765744964a96d73675f6139583859a6726561736f6eb1757365725f636c69636b65645f73746f70a873746f7054797065aa67656e65726174696f6e',
  },
  {
    envelope: {
      name: 'ControlVariation',
      stanzaId: 5,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        conversationId: 'conv_7H93k',
        targetId: 'msg_a1',
        mode: 'edit',
        newContent: 'Why is it red?',
      },
    },
    bytes:
      '85a87374616e7a61496405ae636f6e766572736174696f6e4964aa636f6e765f374839336ba4747970650ba46d65746181a974696d657374616d70cf0000019b76daa800a4626f647984ae636f6e766572736174696f6e4964aa636f6e765f374839336ba87461726765744964a66d73675f6131a46d6f6465a465646974aa6e6577436f6e74656e74ae576879206973206974207265643f',
  },
  {
    envelope: {
      name: 'Configuration',
      stanzaId: 6,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        conversationId: 'conv_7H93k',
        lastSequenceSeen: -25,
        clientVersion: '1.0.0',
        preferredLanguage: 'en',
        device: 'web',
        features: ['streaming', 'tool_use'],
      },
    },
    bytes:
      '85a87374616e7a61496406ae636f6e766572736174696f6e4964aa636f6e765f374839336ba4747970650ca46d65746181a974696d657374616d70cf0000019b76daa800a4626f647986ae636f6e766572736174696f6e4964aa636f6e765f374839336bb06c61737453657175656e63655365656ee7ad636c69656e7456657273696f6ea5312e302e30b17072656665727265644c616e6775616765a2656ea6646576696365a3776562a8666561747572657392a973747265616d696e67a8746f6f6c5f757365',
  },
  {
    envelope: {
      name: 'StartAnswer',
      stanzaId: -10,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        id: 'msg_a1',
        previousId: 'msg_u1',
        conversationId: 'conv_7H93k',
        answerType: 'text',
        plannedSentenceCount: 3,
      },
    },
    bytes:
      '85a87374616e7a614964f6ae636f6e766572736174696f6e4964aa636f6e765f374839336ba4747970650da46d65746181a974696d657374616d70cf0000019b76daa800a4626f647985a26964a66d73675f6131aa70726576696f75734964a66d73675f7531ae636f6e766572736174696f6e4964aa636f6e765f374839336baa616e7377657254797065a474657874b4706c616e6e656453656e74656e6365436f756e7403',
  },
  {
    envelope: {
      name: 'MemoryTrace',
      stanzaId: -11,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        id: 'mt_1',
        messageId: 'msg_a1',
        conversationId: 'conv_7H93k',
        memoryId: 'mem_1',
        content: 'Likes the sky.',
        relevance: 0.75,
      },
    },
    bytes:
      '85a87374616e7a614964f5ae636f6e766572736174696f6e4964aa636f6e765f374839336ba4747970650ea46d65746181a974696d657374616d70cf0000019b76daa800a4626f647986a26964a46d745f31a96d6573736167654964a66d73675f6131ae636f6e766572736174696f6e4964aa636f6e765f374839336ba86d656d6f72794964a56d656d5f31a7636f6e74656e74ae4c696b65732074686520736b792ea972656c6576616e6365cb3fe8000000000000',
  },
  {
    envelope: {
      name: 'Commentary',
      stanzaId: -12,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        id: 'co_1',
        messageId: 'msg_a1',
        conversationId: 'conv_7H93k',
        content: 'Looking it up.',
        commentaryType: 'progress',
      },
    },
    bytes:
      '85a87374616e7a614964f4ae636f6e766572736174696f6e4964aa636f6e765f374839336ba4747970650fa46d65746181a974696d657374616d70cf0000019b76daa800a4626f647985a26964a4636f5f31a96d6573736167654964a66d73675f6131ae636f6e766572736174696f6e4964aa636f6e765f374839336ba7636f6e74656e74ae4c6f6f6b696e672069742075702eae636f6d6d656e7461727954797065a870726f6772657373',
  },
  {
    envelope: {
      name: 'AssistantSentence',
      stanzaId: -13,
      conversationId: 'conv_7H93k',
      meta: { timestamp: 1767225600000 },
      body: {
        id: 'se_1',
        previousId: 'msg_a1',
        conversationId: 'conv_7H93k',
        sequence: 1,
        text: 'Blue light scatters most.',
        isFinal: true,
        audio: new Uint8Array([1, 2, 3]),
      },
    },
    bytes:
      '85a87374616e7a614964f3ae636f6e766572736174696f6e4964aa636f6e765f374839336ba47479706510a46d65746181a974696d657374616d70cf0000019b76daa800a4626f647987a26964a473655f31aa70726576696f75734964a66d73675f6131ae636f6e766572736174696f6e4964aa636f6e765f374839336ba873657175656e636501a474657874b9426c7565206c69676874207363617474657273206d6f73742ea7697346696e616cc3a5617564696fc403010203',
  },
];
