// The demo's server: one Express app that serves the page and passes the model's answer on.
import { fileURLToPath } from 'node:url';
import express from 'express';
import { proxyGeneration } from 'stopkit/server';

const port = Number(process.env.PORT ?? 0);
const model = process.env.MODEL_URL ?? 'http://127.0.0.1:4801';
const page = fileURLToPath(new URL('./dist', import.meta.url));

const app = express();
app.use(express.json());
app.post('/api/chat', (req, res) =>
  proxyGeneration(req, res, ({ signal }) =>
    fetch(model, { method: 'POST', body: JSON.stringify(req.body), signal }),
  ),
);
app.use(
  '/storybook',
  express.static(fileURLToPath(new URL('../storybook-static', import.meta.url))),
);
app.use(express.static(page));

const server = app.listen(port, '127.0.0.1', () => {
  const address = server.address();
  console.log(`demo ${typeof address === 'object' && address !== null ? address.port : port}`);
});
