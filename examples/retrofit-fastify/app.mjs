import Fastify from 'fastify';

const app = Fastify();

app.get('/items/:id', async (request) => ({ id: request.params.id }));
app.post('/items', async (request, reply) => reply.code(201).send(request.body));
app.get('/broken', async () => {
  throw Object.assign(new Error('no store'), { code: 'STORE_DOWN' });
});

const url = await app.listen({ port: Number(process.env.PORT ?? 8080), host: '127.0.0.1' });
process.send?.(url);
