/**
 * The way in for the owner of the keys.
 */
import { useState } from 'preact/hooks';
import { Sentence } from '../../components/sentence.tsx';
import { signInFailure, signInWith } from '../../session.ts';
import { WALLET } from '../../words/wallet.ts';

const TOKEN = /^[0-9a-f]{64}$/;

export function SignInCard() {
  const [text, setText] = useState('');
  const [isBad, setBad] = useState(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    const token = text.trim().toLowerCase();
    setBad(!TOKEN.test(token));
    if (TOKEN.test(token)) signInWith(token);
  };
  const command = <span class="command">{WALLET.signInCommand}</span>;
  const file = <code>{WALLET.signInFile}</code>;
  return (
    <section class="card stack" aria-labelledby="sign-in">
      <h2 id="sign-in">{WALLET.signIn}</h2>
      <p>{WALLET.signInWhy}</p>
      <p><Sentence text={WALLET.signInHow} with={{ command }} /></p>
      {signInFailure.value === undefined ? null
        : <p class="bad" role="alert">{signInFailure.value.message}</p>}
      <form class="stack wallet-form" onSubmit={submit}>
        <label class="stack-tight">
          <span><Sentence text={WALLET.signInToken} with={{ file }} /></span>
          <input
            class="field mono" type="password" autocomplete="off" spellcheck={false} value={text}
            aria-label={WALLET.token} aria-invalid={isBad}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        {isBad ? <p class="bad" role="alert">{WALLET.badToken}</p> : null}
        <div><button type="submit" class="button">{WALLET.signInButton}</button></div>
      </form>
    </section>
  );
}
