import type { ReactNode } from 'react';
import { PageHead } from './PageHead.js';

interface PageProps {
  title: string;
  about: string;
  action?: ReactNode;
  children: ReactNode;
}

/** A page beside the chat. */
export function Page({ title, about, action, children }: PageProps) {
  return (
    <div className="page">
      <PageHead />
      <main className="page-body">
        <div className="page-title">
          <div>
            <h1>{title}</h1>
            <p>{about}</p>
          </div>
          {action}
        </div>
        {children}
      </main>
    </div>
  );
}
