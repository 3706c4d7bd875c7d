import { observeExpress } from '@autotrader/observability/express';
import express from 'express';

const app = express();
observeExpress(app);
app.use(express.json());

const items = express.Router();
items.get('/:id', (request, response) => response.json({ id: request.params.id }));
items.post('/', (request, response) => response.status(201).json(request.body));
app.use('/items', items);
app.get('/broken', async () => {
  throw Object.assign(new Error('no store'), { code: 'STORE_DOWN' });
});
app.use((error, _request, response, _next) => response.status(500).json({ error: error.message }));

const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${server.address().port}`);
});
