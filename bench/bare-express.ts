import express from 'express';

/** The least that an Express route can do that takes the same JSON and answers a body of the same size. */
const answer = { text: 'x'.repeat(Math.max(0, Number(process.argv[2]) - '{"text":""}'.length)) };
const app = express();
app.post('/api/tag', express.json({ limit: '12mb' }), (request, response) => {
  if (typeof request.body.text !== 'string') throw new TypeError('expected a text');
  response.json(answer);
});
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as { port: number }).port}\n`);
});
