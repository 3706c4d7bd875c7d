import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const server = createServer(async (request, response) => {
  const [path] = request.url.split('?');
  response.setHeader('content-type', 'application/json');
  if (request.method === 'POST' && path === '/items') {
    response.statusCode = 201;
    response.end(JSON.stringify(await json(request)));
  } else if (path.startsWith('/items/')) {
    response.end(JSON.stringify({ id: path.slice('/items/'.length) }));
  } else {
    response.statusCode = path === '/broken' ? 500 : 404;
    response.end('{"error":"no store"}');
  }
});

server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${server.address().port}`);
});
