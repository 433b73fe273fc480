/**
 * A file that appears whole or not at all, and never in the place of another.
 * Owns: the order of writing, flushing and naming (threats rows 93, 95, 97).
 * Does not own: contents.
 */
import { randomBytes } from 'node:crypto';
import { constants, promises as fs } from 'node:fs';
import { join } from 'node:path';

const MODE = 0o600;
/** What file systems without hard links answer. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK']);

/**
 * Writes `text` to `name` in the existing directory, with mode 0600. When it resolves, the file is
 * on disk. Rejects with `code` EEXIST when the name is taken, also by a link that leads nowhere; a
 * symbolic link is not followed. Nothing is left behind when it rejects.
 */
export async function writeNewFile(directory: string, name: string, text: string): Promise<void> {
  // A leading dot: a crash may leave it, and no list shows it.
  const temporary = join(directory, `.${name}.${randomBytes(8).toString('hex')}.tmp`);
  const target = join(directory, name);
  try {
    await writeWhole(temporary, text);
    try {
      // Unlike a rename, a link never replaces what is there.
      await fs.link(temporary, target);
    } catch (error) {
      if (!NO_LINKS.has((error as NodeJS.ErrnoException).code)) throw error;
      await writeWhole(target, text);
    }
  } finally {
    await fs.rm(temporary, { force: true });
  }
  await flushDirectory(directory);
}

/** Creates the file itself, so that whoever gets EEXIST has changed nothing. */
async function writeWhole(path: string, text: string): Promise<void> {
  const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow;
  const file = await fs.open(path, flags, MODE);
  try {
    // A umask may have taken our own right to read away.
    await file.chmod(MODE);
    await file.writeFile(text, 'latin1');
    await file.sync();
  } catch (error) {
    await fs.rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function flushDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory, and has no need to.
  if (process.platform === 'win32') return;
  const handle = await fs.open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
