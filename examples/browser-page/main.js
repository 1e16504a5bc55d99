import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The page, the library as one file, and the files of the model: any web server can give these as they are. */
const LIBRARY = fileURLToPath(import.meta.resolve('onomast/browser'));
const MODEL = join(dirname(createRequire(import.meta.url).resolve('onomast/package.json')), 'models', 'names-en');
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.json': 'application/json' };

export const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const file =
    pathname === '/'
      ? join(import.meta.dirname, 'index.html')
      : pathname === '/onomast.js'
        ? LIBRARY
        : pathname.startsWith('/model/')
          ? join(MODEL, basename(pathname))
          : undefined;
  const notThere = () => response.writeHead(404).end('there is nothing here\n');
  if (file === undefined) return notThere();
  const type = TYPES[/\.\w+$/.exec(file)?.[0]] ?? 'application/octet-stream';
  createReadStream(file)
    .once('open', () => response.setHeader('Content-Type', type))
    .once('error', notThere)
    .pipe(response);
});

if (process.argv[1] === import.meta.filename) {
  server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}`);
  });
}
