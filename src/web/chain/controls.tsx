/**
 * What one can press to move in the chain without a mouse's wheel.
 */
import { useState } from 'preact/hooks';
import { formatNumber, formatTime } from '../format.ts';
import { CHAIN } from '../words/chain.ts';
import type { Replay } from './use-replay.ts';
import type { ViewControl } from './use-view.ts';
import { scaleMin, viewOfTip } from './viewport.ts';

const ZOOM_STEP = 2;
/** Of the width, for one press. */
const MOVE_SHARE = 0.7;

interface ControlsProps {
  readonly control: ViewControl;
  readonly tip: number;
  /** Undefined where single blocks are not drawn. */
  readonly replay: Replay | undefined;
}

export function Controls({ control, tip, replay }: ControlsProps) {
  const { view } = control;
  const far = MOVE_SHARE * view.width;
  const whole = (): void => {
    control.show(viewOfTip(tip, scaleMin(view.width, tip), view.width));
  };
  return (
    <div class="row chain-controls">
      <div class="row tight">
        <Press label={CHAIN.earlier} text="←" onPress={() => control.moveBy(-far)} />
        <Press label={CHAIN.later} text="→" onPress={() => control.moveBy(far)} />
        <Press label={CHAIN.zoomOut} text="−" onPress={() => control.zoomBy(1 / ZOOM_STEP)} />
        <Press label={CHAIN.zoomIn} text="+" onPress={() => control.zoomBy(ZOOM_STEP)} />
      </div>
      <div class="row tight">
        <Press text={CHAIN.newest} onPress={control.showTip} />
        <Press text={CHAIN.whole} onPress={whole} />
        {replay === undefined ? null : (
          <Press text={replay.isPlaying ? CHAIN.stop : CHAIN.replay} onPress={replay.toggle} />
        )}
      </div>
      <GoTo tip={tip} onGo={control.showHeight} />
    </div>
  );
}

interface PressProps {
  readonly text: string;
  readonly label?: string;
  readonly onPress: () => void;
}

function Press({ text, label, onPress }: PressProps) {
  return (
    <button type="button" class="button small" aria-label={label} title={label} onClick={onPress}>
      {text}
    </button>
  );
}

interface GoToProps {
  readonly tip: number;
  readonly onGo: (height: number) => void;
}

function GoTo({ tip, onGo }: GoToProps) {
  const [text, setText] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    if (text !== '') onGo(Number(text));
  };
  return (
    <form class="row tight" onSubmit={submit}>
      <input
        class="field go-to" type="number" min={0} max={tip} value={text} placeholder={CHAIN.goTo}
        aria-label={CHAIN.goTo} onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button small">{CHAIN.go}</button>
    </form>
  );
}

export function ReplaySlider({ replay }: { readonly replay: Replay }) {
  const { count, of, at } = replay;
  const words = CHAIN.replayAt(count, of, at === undefined ? '' : formatTime(at));
  return (
    <div class="row replay">
      <input
        type="range" min={0} max={of} value={count} aria-label={CHAIN.slider}
        aria-valuetext={`${formatNumber(count)} / ${formatNumber(of)}`}
        onInput={(event) => replay.setCount(Number(event.currentTarget.value))}
      />
      <span class="muted number">{words}</span>
      <button type="button" class="button small" onClick={replay.end}>{CHAIN.replayEnd}</button>
    </div>
  );
}
