import { render, screen } from '@testing-library/react';
import {
  AssistantMessage,
  Composer,
  StatusAnnouncer,
  StopButton,
  StopReceipt,
  StreamingText,
} from 'stopkit';
import { ActiveConversations, ConversationStatusProvider } from 'stopkit/conversations';
import { expect, test } from 'vitest';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { scriptedBackend } from '../../test/unit/conversations/scriptedBackend.js';

const none = undefined;

test('a prop that may be left out may be given as undefined, and is as if it were left out', () => {
  const streaming = literalGeneration({ status: 'streaming', text: 'Hello' });
  const stopped = literalGeneration({ status: 'stopped', stopRecord: literalStop() });
  const shared = { labels: none, render: none };
  render(
    <ConversationStatusProvider backend={scriptedBackend()} marks={none} queryClient={none}>
      <AssistantMessage
        generation={streaming}
        {...shared}
        onRegenerate={none}
        onContinue={none}
        onShowRest={none}
        onRetryStop={none}
        renderText={none}
      />
      <StreamingText generation={streaming} render={none} renderText={none} />
      <StopReceipt
        generation={stopped}
        {...shared}
        variant={none}
        onRetryStop={none}
        onShowRest={none}
      />
      <StatusAnnouncer generation={streaming} {...shared} />
      <StopButton
        generation={streaming}
        {...shared}
        size={none}
        variant={none}
        iconOnly={none}
        scope={none}
        confirm={none}
        shortcut={none}
        keepMounted={none}
        onStop={none}
      />
      <Composer
        generation={streaming}
        onSend={() => none}
        {...shared}
        queue={none}
        draft={none}
        onDraftChange={none}
        add={none}
        textBox={none}
        stopButton={none}
      />
      <ActiveConversations
        conversations={[]}
        onStop={() => none}
        onStopMany={() => none}
        {...shared}
        onStopAll={none}
        onReload={none}
        state={none}
      />
    </ConversationStatusProvider>,
  );
  expect(screen.getAllByText('Hello')).toHaveLength(2);
  expect(screen.getAllByRole('button', { name: 'Stop generating' })).toHaveLength(2);
  expect(screen.getByLabelText('Ask anything')).toHaveValue('');
});
