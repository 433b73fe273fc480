/**
 * Eight lessons on the live chain, which ticks them off itself.
 */
import { useEffect, useRef } from 'preact/hooks';
import type { Lesson } from '../../../api/schema/network.ts';
import { announce } from '../../announce.ts';
import { DataLinks } from '../../components/figure.tsx';
import { PageHead } from '../../components/page.tsx';
import { Loading } from '../../components/state.tsx';
import { Copy } from '../../components/text.tsx';
import { changes } from '../../live.ts';
import { useLoad } from '../../load.ts';
import { node } from '../../node.ts';
import { LEARN, LESSONS } from '../../words/learn.ts';
import { NonceLesson } from './nonce-lesson.tsx';
import { TamperLesson } from './tamper-lesson.tsx';

export function Page() {
  const fresh = `${changes.blocks.value} ${changes.payments.value} ${changes.peers.value}`;
  const loaded = useLoad('lessons', () => node.lessons(), fresh);
  useTicks(loaded.value?.lessons);
  return (
    <>
      <PageHead title={LEARN.title} about={LEARN.about} />
      <Loading of={loaded} lines={10}>
        {({ lessons }) => (
          <div class="stack">
            <Progress lessons={lessons} />
            <ol class="lessons">
              {lessons.map((lesson, index) => (
                <Step
                  key={lesson.name} lesson={lesson} number={index + 1} onTried={loaded.reload}
                />
              ))}
            </ol>
            <div class="figure-foot"><DataLinks json="/api/lessons" /></div>
          </div>
        )}
      </Loading>
    </>
  );
}

/** Says aloud which step was ticked while the page is open. */
function useTicks(lessons: readonly Lesson[] | undefined): void {
  const known = useRef<ReadonlySet<string> | undefined>(undefined);
  useEffect(() => {
    if (lessons === undefined) return;
    const done = lessons.filter((one) => one.done).map(({ name }) => name);
    const before = known.current;
    const fresh = before === undefined ? undefined : done.find((name) => !before.has(name));
    known.current = new Set(done);
    if (fresh !== undefined) announce(LEARN.justDone(LESSONS[fresh].title));
  }, [lessons]);
}

function Progress({ lessons }: { readonly lessons: readonly Lesson[] }) {
  const done = lessons.filter((one) => one.done).length;
  const words = LEARN.progress(done, lessons.length);
  return (
    <div class="learn-progress">
      <meter value={done} min={0} max={lessons.length} aria-label={words} />
      <p class="muted">{done === lessons.length ? LEARN.allDone : words}</p>
    </div>
  );
}

interface StepProps {
  readonly lesson: Lesson;
  readonly number: number;
  /** The node was asked something that may tick the step. */
  readonly onTried: () => void;
}

function Step({ lesson, number, onTried }: StepProps) {
  const { name, done, detail, path } = lesson;
  const { title, text, link, how, commands = [] } = LESSONS[name];
  return (
    <li class={done ? 'card lesson done' : 'card lesson'}>
      <span class="lesson-sign" aria-hidden="true">{done ? '✓' : number}</span>
      <div class="stack">
        <h2>
          {title} <span class="unseen">({done ? LEARN.done : LEARN.open})</span>
        </h2>
        <p>{text}</p>
        {how === undefined ? null : <p class="muted">{how}</p>}
        {name === 'nonce' ? <NonceLesson onTried={onTried} /> : null}
        {name === 'tamper' ? <TamperLesson onTried={onTried} /> : null}
        {link === undefined && commands.length === 0 ? null : (
          <div class="row">
            {link === undefined ? null : (
              <a class={done ? 'button' : 'button primary'} href={link[1]}>{link[0]}</a>
            )}
            {commands.map((text) => (
              <span key={text} class="id">
                <span class="command">{text}</span><Copy text={text} what={text} />
              </span>
            ))}
          </div>
        )}
        {!done || detail === null ? null : (
          <p class="good">
            {LEARN.proof(detail)}{' '}{path === null ? null : <a href={path}>{LEARN.see}</a>}
          </p>
        )}
      </div>
    </li>
  );
}
