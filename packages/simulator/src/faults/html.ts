import { z } from 'zod';
import { defineFault } from './fault.ts';

const page =
  '<!DOCTYPE html>\n<html lang="en-US"><head><title>Attention Required!</title></head>\n' +
  '<body><h1>Sorry, you have been blocked</h1><p>You are unable to access this host.</p></body></html>\n';

export const html = defineFault({
  name: 'html',
  summary: 'a page of the network in front of the source instead of its reply',
  options: z.strictObject({ status: z.int().min(200).max(599).default(403) }),
  apply: (exchange, { status }) => ({
    ...exchange,
    reply: { status, headers: { 'content-type': 'text/html; charset=UTF-8' }, body: page },
  }),
});
