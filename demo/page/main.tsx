import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ConversationStatusProvider } from 'stopkit/conversations';
import '@fontsource-variable/geist';
import '@fontsource-variable/geist-mono';
import './styles/base.css';
import 'stopkit/styles.css';
import './styles/chat.css';
import './styles/pages.css';
import { backend } from './backend.js';
import { ChatPage } from './ChatPage.js';
import { ComparePage } from './ComparePage.js';
import { applySettings, autoStop } from './settings.js';
import { StopsPage } from './StopsPage.js';

const queryClient = new QueryClient();
applySettings();

function Page() {
  switch (location.pathname) {
    case '/compare':
      return <ComparePage />;
    case '/stops':
      return <StopsPage />;
    default:
      return (
        <ConversationStatusProvider backend={backend} marks={null} autoStop={autoStop}>
          <ChatPage />
        </ConversationStatusProvider>
      );
  }
}

const root = document.getElementById('root');
if (root === null) throw new Error('stopkit: the page has no #root, so the demo cannot be drawn.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Page />
    </QueryClientProvider>
  </StrictMode>,
);
