import type { ReactNode } from 'react';
import 'stopkit/styles.css';
import './chat.css';

export const metadata = { title: 'stopkit with Next' };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
