import { AssistantMessage, StopButton } from 'stopkit';
import { literalGeneration, literalStop } from '../literalGeneration.js';
import './guide.css';
import { Table } from './Table.js';

const GERMAN = {
  button: { stop: 'Anhalten', stopName: 'Anhalten der Antwort', stopping: 'Hält an …' },
  message: {
    assistant: 'Assistent',
    stoppedByYou: 'Du hast diese Antwort angehalten',
    continueAnswer: 'Fortsetzen',
    regenerate: 'Neu erzeugen',
    copy: 'Kopieren',
    receipt: 'Beleg',
    actions: 'Aktionen zur Antwort',
  },
};

const ARABIC = {
  button: { stop: 'إيقاف', stopName: 'إيقاف الإجابة', stopping: 'جارٍ الإيقاف…' },
  message: {
    assistant: 'المساعد',
    stoppedByYou: 'أوقفتَ هذه الإجابة',
    continueAnswer: 'متابعة',
    regenerate: 'إعادة التوليد',
    copy: 'نسخ',
    receipt: 'الإيصال',
    actions: 'إجراءات الإجابة',
  },
};

const WORDS = [
  ['Stopped', 'Only when nobody had to be asked, or the server confirmed it'],
  ['Stopping…', 'While the server is asked'],
  ['Stopped here; the server was told', 'The server took the stop and did not say what came of it'],
  ['Stopped here, not confirmed.', 'Nobody answered, so the model may still be writing'],
  ['It had already finished', 'The stop came too late; nothing was cut on the server'],
  ['The connection was lost.', 'Nobody stopped anything'],
];

const streaming = literalGeneration({ status: 'streaming' });

/** The words of the kit, and the kit in other words. */
export function WordsPage() {
  return (
    <main className="guide">
      <h1>Words and languages</h1>
      <p className="lead">
        The kit&rsquo;s own words can be replaced through <code>labels</code>. Say what happened,
        then what is kept, then what can be done.
      </p>
      <div className="card pair">
        <Sample lang="de" words={GERMAN} text="Höre auf die Antwort, nicht auf die Anfrage." />
        <Sample lang="ar" words={ARABIC} text="استمع إلى الاستجابة لا إلى الطلب." />
      </div>
      <h2>What may be said when</h2>
      <p>Words that claim more than is known are the lie this kit is about.</p>
      <Table name="Words" head={['Words', 'When']} rows={WORDS} />
      <h2>What others say</h2>
      <p>
        The reason of a failure is <code>error.message</code>, in English where the kit found it;{' '}
        the label <code>reason</code> of <code>AssistantMessage</code>, <code>StopReceipt</code> and{' '}
        <code>StatusAnnouncer</code> says it in yours, by <code>error.code</code>. Why a server
        refused a stop with a 4xx is worded by it too.
      </p>
      <h2>A name begins with what is seen</h2>
      <p>
        People who speak to their computer say the word they see. So a longer name begins with it:
        &ldquo;Stop&rdquo; is seen, &ldquo;Stop generating&rdquo; is heard.
      </p>
    </main>
  );
}

function Sample({ lang, words, text }: { lang: string; words: typeof GERMAN; text: string }) {
  const stopped = literalGeneration({
    status: 'stopped',
    text,
    stopRecord: literalStop(),
    canContinue: true,
  });
  return (
    <section className="half" lang={lang} dir={lang === 'ar' ? 'rtl' : 'ltr'} aria-label={lang}>
      <AssistantMessage
        generation={stopped}
        labels={words.message}
        onRegenerate={() => undefined}
        onContinue={() => undefined}
      />
      <StopButton generation={streaming} labels={words.button} />
    </section>
  );
}
