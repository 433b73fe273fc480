/**
 * How another computer joins this network.
 */
import { useState } from 'preact/hooks';
import { Copy } from '../../components/text.tsx';
import { Qr } from '../../components/qr.tsx';
import { status } from '../../live.ts';
import { PEERS } from '../../words/peers.ts';
import { joinAddressOf } from './graph.ts';

/** Who reads this page from another computer already knows an address. */
function addressSeen(): string {
  const { hostname } = window.location;
  return /^(?:localhost|127\.|\[)/.test(hostname) ? '' : `${hostname}:2607`;
}

export function Join() {
  const [text, setText] = useState(addressSeen);
  const address = joinAddressOf(text);
  const isBad = text.trim() !== '' && address === undefined;
  const network = status.value?.network;
  return (
    <section class="card stack" aria-labelledby="join">
      <h2 id="join">{PEERS.joinTitle}</h2>
      <p>{PEERS.joinLan} <Command text={PEERS.command} /></p>
      <p>{PEERS.joinElse}</p>
      <label class="join-address">
        <span>{PEERS.addressLabel}</span>
        <input
          class="field" value={text} placeholder={PEERS.addressPlaceholder} autocomplete="off"
          spellcheck={false} maxLength={260} aria-invalid={isBad} aria-describedby="join-hint"
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <span id="join-hint" class={isBad ? 'bad' : 'muted'}>
          {isBad ? PEERS.badAddress : PEERS.addressHint}
        </span>
      </label>
      {address === undefined ? null : (
        <div class="join-command">
          <Qr text={PEERS.joinCommand(address)} label={PEERS.qr} />
          <p><Command text={PEERS.joinCommand(address)} /></p>
        </div>
      )}
      {network === undefined ? null : <p class="muted">{PEERS.sameChain(network)}</p>}
    </section>
  );
}

function Command({ text }: { readonly text: string }) {
  return (
    <span class="id"><span class="command">{text}</span><Copy text={text} what={text} /></span>
  );
}
