// Makes @grpc/grpc-js look as if it were not installed.
import { register } from 'node:module';

const hooks = `export function resolve(specifier, context, next) {
  if (specifier.startsWith('@grpc/')) throw Object.assign(new Error('Cannot find package ' + specifier), { code: 'ERR_MODULE_NOT_FOUND' });
  return next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
