import { createRoot } from 'react-dom/client';
import {
  aliciaBackend,
  type Channel,
  rtcChannel,
  type RtcChannel,
  webSocketChannel,
} from 'stopkit/alicia';
import { type Conversations, createConversations, type Generation } from 'stopkit/core';
import { StopButton, useSpeechStop, type Voice } from 'stopkit';
import { createAssistant } from './createAssistant.js';
import { recordSpeech } from './recordSpeech.js';

const ROOM = 'conv_7H93k';
let connection = new RTCPeerConnection();
let channel: RtcChannel | null = null;
let conversations: Conversations | null = null;
let answer: Generation<string> | null = null;
let voice: Voice | null = null;
let leave: () => void = () => undefined;
const assistant = createAssistant(ROOM, 3);
const speech = recordSpeech();

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

const openDataChannel = (): RTCDataChannel =>
  connection.createDataChannel('alicia', { negotiated: true, id: 0 });

function converse(over: Channel): void {
  const backend = aliciaBackend({ channel: over, conversationId: ROOM, silenceMs: 400 });
  conversations = createConversations({ backend, confirmWithinMs: 1_000 });
  conversations.connect();
  const own = conversations.conversation(ROOM).answer;
  answer = own;
  function Chat() {
    voice = useSpeechStop(own, {
      conversationId: ROOM,
      requestStop: (request, init) => backend.stop(ROOM, request, init),
    });
    return (
      <>
        <StopButton generation={voice.speech} scope="speech" />
        <StopButton generation={voice.all} scope="all" aria-label="Stop everything" />
      </>
    );
  }
  createRoot(document.body.appendChild(document.createElement('main'))).render(<Chat />);
}

/** What the test may ask of a page. */
export const aliciaPage = {
  offer: async () => describe(await connection.createOffer()),
  async answer(sdp: string): Promise<string> {
    await connection.setRemoteDescription({ type: 'offer', sdp });
    return describe(await connection.createAnswer());
  },
  accept: (sdp: string) => connection.setRemoteDescription({ type: 'answer', sdp }),
  hangUp(): void {
    connection.close();
    // Who closes a connection is told nothing by its channels.
    leave();
  },

  /** This page is the person's, joined by a data channel; again after a cut. */
  beClient(): void {
    if (channel === null) {
      channel = rtcChannel(openDataChannel());
      converse(channel);
    } else {
      connection = new RTCPeerConnection();
      channel.replace(openDataChannel());
    }
  },
  /** This page is the person's, joined by a socket. */
  beSocketClient: (url: string) => converse(webSocketChannel(url)),
  state: () => conversations?.getSnapshot().connection,
  ask(prompt: string): void {
    void answer?.start(prompt);
  },
  shown: () => answer?.getSnapshot(),
  stop: () => answer?.stop(),

  /** Reads aloud what is shown. */
  read(): void {
    const say = voice?.read();
    for (const sentence of answer?.getSnapshot().text.split(/(?<=\.) /) ?? []) say?.(sentence);
  },
  speech,

  /** This page is the assistant's; again after a cut. */
  beServer(): void {
    if (connection.signalingState === 'closed') connection = new RTCPeerConnection();
    leave = assistant.connect(rtcChannel(openDataChannel()));
  },
  assistant,
};

declare global {
  interface Window {
    alicia: typeof aliciaPage;
  }
}
window.alicia = aliciaPage;
