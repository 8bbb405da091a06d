import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/** Fails the build when a page needs more than `limit` bytes, compressed with gzip, before it can be used. */
export function firstLoad({ limit }: { limit: number }): Plugin {
  return {
    name: 'first-load',
    apply: 'build',
    writeBundle(_, bundle) {
      for (const page of Object.values(bundle).filter(file => file.fileName.endsWith('.html'))) {
        const bytes = [...neededBy(page, bundle)].reduce((sum, file) => sum + gzipSync(contentOf(file)).length, 0);
        this.info(`${page.fileName} loads ${(bytes / 1000).toFixed(1)} kB compressed`);
        if (bytes > limit) {
          this.error(`${page.fileName} loads ${bytes} bytes compressed; ${limit} is the most it may.`);
        }
      }
    },
  };
}

type File = Rolldown.OutputAsset | Rolldown.OutputChunk;

/** The page, the scripts and style sheets that it names, and what those scripts import statically. */
function neededBy(page: File, bundle: Rolldown.OutputBundle): Set<File> {
  const html = contentOf(page);
  const needed = new Set<File>([page]);
  const visit = (file: File | undefined): void => {
    if (file === undefined || needed.has(file)) {
      return;
    }

    needed.add(file);
    if (file.type === 'chunk') {
      file.imports.forEach(name => visit(bundle[name]));
    }
  };
  Object.values(bundle)
    .filter(file => html.includes(file.fileName))
    .forEach(visit);
  return needed;
}

function contentOf(file: File): string {
  return file.type === 'chunk' ? file.code : Buffer.from(file.source).toString('utf8');
}
