import {
  aliciaBackend,
  decodeEnvelope,
  type Envelope,
  type MessageBody,
  rtcChannel,
  type ServerMessageName,
} from 'stopkit/alicia';
import { encodeFromServer } from 'stopkit/alicia/server';
import { createConversations, type Generation } from 'stopkit/core';

const ROOM = 'conv_7H93k';
const connection = new RTCPeerConnection();
const dataChannel = connection.createDataChannel('alicia', { negotiated: true, id: 0 });

/** The description with all its candidates, so that the test has to carry it only once. */
async function describe(init: RTCSessionDescriptionInit): Promise<string> {
  await connection.setLocalDescription(init);
  while (connection.iceGatheringState !== 'complete') {
    await new Promise((resolve) => {
      connection.addEventListener('icegatheringstatechange', resolve, { once: true });
    });
  }
  return connection.localDescription?.sdp ?? '';
}

let answer: Generation<string> | null = null;
let said = 0;
const heard: Envelope[] = [];

/** What the test may ask of a page. */
export const aliciaPage = {
  offer: async () => describe(await connection.createOffer()),
  async answer(sdp: string): Promise<string> {
    await connection.setRemoteDescription({ type: 'offer', sdp });
    return describe(await connection.createAnswer());
  },
  accept: (sdp: string) => connection.setRemoteDescription({ type: 'answer', sdp }),
  state: () => dataChannel.readyState,

  /** This page is the person's. */
  beClient(): void {
    const backend = aliciaBackend({
      channel: rtcChannel(dataChannel),
      conversationId: ROOM,
      silenceMs: 400,
    });
    const conversations = createConversations({ backend, confirmWithinMs: 1_000 });
    conversations.connect();
    answer = conversations.conversation(ROOM).answer;
  },
  ask(prompt: string): void {
    void answer?.start(prompt);
  },
  shown: () => answer?.getSnapshot(),
  stop: (scope?: 'generation' | 'speech' | 'all') =>
    answer?.stop(scope === undefined ? {} : { scope }),

  /** This page is the assistant. */
  beServer(): void {
    rtcChannel(dataChannel).subscribe((packet) => {
      const envelope = decodeEnvelope(packet);
      if (envelope !== null) heard.push(envelope);
    });
  },
  heard: () => heard,
  say<N extends ServerMessageName>(name: N, body: Omit<MessageBody<N>, 'conversationId'>): void {
    said += 1;
    // A name and the body of this name: the pair that TypeScript cannot keep together.
    const envelope = {
      name,
      stanzaId: -said,
      conversationId: ROOM,
      body: { ...body, conversationId: ROOM },
    } as unknown as Envelope<ServerMessageName>;
    rtcChannel(dataChannel).send(encodeFromServer(envelope));
  },
};

declare global {
  interface Window {
    alicia: typeof aliciaPage;
  }
}
window.alicia = aliciaPage;
