/**
 * A text as a QR code, dark on white in both themes: cameras want it so.
 */
import { encode } from 'uqr';

interface QrProps {
  readonly text: string;
  /** What a screen reader says instead. */
  readonly label: string;
}

/** (policy) Light modules around the code: the standard's quiet zone. */
const QUIET = 4;

export function Qr({ text, label }: QrProps) {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET });
  const d = data.flatMap(
    (row, y) => row.flatMap((isOn, x) => (isOn ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg
      class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={d.join('')} fill="#000" />
    </svg>
  );
}
