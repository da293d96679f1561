import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import 'stopkit/styles.css';
import { Chat } from './Chat';
import './chat.css';

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Chat />
    </StrictMode>,
  );
}
