import express from 'express';
import { loadTagger } from 'onomast';
import { createTaggerRouter } from 'onomast/express';

/** An app with a route of its own, and the tagger below `/names`. */
export async function createApp() {
  const tagger = await loadTagger();
  const app = express();

  // Whoever may come in here may ask there too: who that is, is for the app to say.
  app.use('/names', createTaggerRouter(tagger, { onError: (line) => console.error(line) }));

  app.get('/', (request, response) => {
    const text = String(request.query.text ?? 'Ada Lovelace met José in Zürich.');
    const names = tagger.tag(text.slice(0, 10_000)).entities.map(({ text: name, label }) => `${label} ${name}`);
    response.type('text/plain').send(`${names.join('\n')}\n`);
  });
  return app;
}

if (process.argv[1] === import.meta.filename) {
  const server = (await createApp()).listen(3000, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}/?text=Ada%20met%20José, and POST /names/api/tag`);
  });
}
