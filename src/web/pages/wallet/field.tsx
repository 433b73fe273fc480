/**
 * A field of a form with its label and a hint.
 */
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** Nobody who looks on can read it. */
  readonly isSecret?: boolean;
  /** Texts that are offered. */
  readonly offers?: readonly string[];
  readonly isNeeded?: boolean;
  /** For numbers: telephones show their keys. */
  readonly isAmount?: boolean;
}

export function Field(props: FieldProps) {
  const { label, hint, value, onInput, offers } = props;
  const id = useId();
  const common = {
    id, value, class: 'field', required: props.isNeeded === true, autocomplete: 'off',
    spellcheck: false, 'aria-describedby': hint === undefined ? undefined : `${id}-hint`,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) =>
      onInput(event.currentTarget.value),
  };
  return (
    <div class="stack-tight">
      <label for={id}>{label}</label>
      {props.isSecret === true ? <input {...common} type="password" />
        : offers !== undefined ? <input {...common} type="text" list={`${id}-offers`} />
          : <input {...common} type="text" inputMode={props.isAmount ? 'decimal' : 'text'} />}
      {offers === undefined ? null : (
        <datalist id={`${id}-offers`}>
          {offers.map((offer) => <option key={offer} value={offer} />)}
        </datalist>
      )}
      {hint === undefined ? null : <span id={`${id}-hint`} class="muted hint">{hint}</span>}
    </div>
  );
}
