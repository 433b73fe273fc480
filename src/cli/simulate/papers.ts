/** stub */
import type { CommandContext } from '../context.ts';
export async function runPapers(context: CommandContext): Promise<number> { void context; return 0; }
